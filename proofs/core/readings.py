"""What people say, what it may mean, and what comes of that: sentences, readings, rulings. Nobody types a ruling.

A sentence stands once, in `proofs/sentences`, with its source and what it ranges over:

    @sentence("A2")
    def successful_training_is_sharp(r: Positive):
        '''If you're lucky and the training of the GAN is successful, you can therefore get sharper images.

        r = d/L: how far apart the modes are, in units of the generator's slope
        '''

A claim adds readings: what the sentence may mean, as a predicate over that range, written in its own statements:

    @claim.reads(successful_training_is_sharp, "it serves both modes and leaves less than a twentieth between them")
    def serves_both_sharply(r):
        return equal_masses_bridge(r) <= 0.05

The machine looks where it is true and where it is false (proofs.evidence.reading), and rules:

    fails          a confirmed counterexample to a reading that is declared `universal` ("always", "cannot")
    conditional    confirmed points of both kinds, with the boundary between them
    holds, fails   proved, or its negation proved, over the whole range from the formulas of derived statements
    open           anything else; a statement that it rests on is not decided; nothing was run

A reading of what training does is a rule on an experiment, point by point of a finite range. The readings of a sentence
are alternative meanings: it holds if all do, fails if all do, is open while one is, and else conditional.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, get_args

from proofs.core.letters import Domain, Interval
from proofs.core.rules import Rule
from theory.validation.inputs import instance, reject
from theory.validation.told import told

HOLDS, FAILS, CONDITIONAL, OPEN = "holds", "fails", "conditional", "open"


@dataclass(frozen=True)
class Choice:
    """A letter that is one of a few words: a loss, an architecture."""

    values: tuple[str, ...]

    def __str__(self) -> str:
        return " or ".join(map(str, self.values))


def one_of(*values: str) -> Choice:
    """The range of a letter that is one of these words: `loss: Annotated[str, one_of("L1", "L2")]`.

    Raises ValueError unless they are distinct and there is one.
    """
    if len(set(map(repr, values))) < max(len(values), 1) or not all(
        isinstance(value, str) and value for value in values
    ):
        reject("values", "distinct words", values)
    return Choice(values)


@dataclass(frozen=True)
class Sentence:
    """What people say: id, words, source, what its letters mean, and their ranges."""

    id: str
    words: str
    source: str
    meaning: str
    letters: Mapping[str, Interval | Choice] = field(hash=False)

    @property
    def range(self) -> str:
        """What it ranges over, in words."""
        return ", ".join(f"{name} ∈ {part}" for name, part in self.letters.items())


SAYS = 'who says it, @sentence("anybody")'


def sentence(source: str) -> Callable[[Callable[..., Any]], Sentence]:
    """A sentence, by a function: its name is the id, its docstring the words and what the letters mean, its letters the range.

    Raises ValueError where the source or the words are missing or a letter has no range.
    """
    if not instance("source of a sentence", source, str, SAYS):
        raise ValueError(f"source of a sentence: expected {SAYS}, got {source!r}")

    def declare(function: Callable[..., Any]) -> Sentence:
        words, _, meaning = (" ".join(p.split()) for p in (inspect.getdoc(function) or "").partition("\n\n"))
        if not words:
            raise ValueError(f"sentence {function.__name__!r}: expected its words as a docstring, got none")
        letters: dict[str, Interval | Choice] = {}
        for name, annotation in inspect.get_annotations(function, eval_str=True).items():
            found = [part for part in get_args(annotation)[1:] if isinstance(part, Interval | Choice)]
            if len(found) != 1:
                raise ValueError(f"letter {name!r} of {function.__name__}: expected a range, got {annotation!r}")
            letters[name] = found[0]
        return Sentence(function.__name__, words, source, meaning, letters)

    return declare


@told
@dataclass
class Reading:
    """What a sentence may mean: a predicate over its range, or with a `rule` what an experiment's data say at points of it.

    `own` are the statements of its claim, the only ones that it may be written in.
    Raises ValueError for a letter of the predicate that the sentence does not have.
    """

    name: str
    words: str
    sentence: Sentence
    function: Callable[..., Any]
    universal: bool = False
    over: Any = None
    rule: Rule | None = None
    own: Sequence[Any] = ()
    asked: Mapping[str, Interval | Choice] = field(init=False)

    def __post_init__(self) -> None:
        named = {} if self.rule else inspect.signature(self.function).parameters
        for name in named:
            if name not in self.sentence.letters:
                known = ", ".join(self.sentence.letters) or "none"
                raise ValueError(
                    f"reading {self.name!r}: expected letters of {self.sentence.id} ({known}), got {name!r}"
                )
        self.asked = self.sentence.letters if self.rule else {name: self.sentence.letters[name] for name in named}

    @property
    def domain(self) -> Domain:
        """The letters that are numbers."""
        return Domain(**{name: part for name, part in self.asked.items() if isinstance(part, Interval)})

    @property
    def choices(self) -> dict[str, Choice]:
        """The letters that are words."""
        return {name: part for name, part in self.asked.items() if isinstance(part, Choice)}


# --- statements inside predicates --------------------------------------------------------------------------------------

Evaluate = Callable[[Any, Mapping[str, Any]], Any]
_evaluate: ContextVar[Evaluate | None] = ContextVar("evaluate", default=None)


@contextmanager
def evaluated(by: Evaluate) -> Generator[None, None, None]:
    """Statements that are called meanwhile are evaluated by a function of (statement, letters)."""
    token = _evaluate.set(by)
    try:
        yield
    finally:
        _evaluate.reset(token)


def value_of(statement: Any, letters: Mapping[str, Any]) -> Any:
    """What is claimed there, or what the present reader makes of it."""
    by = _evaluate.get()
    return statement.value(statement.claimed, letters) if by is None else by(statement, letters)


# --- rulings -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ruling:
    """What a reading, or a sentence, comes to, and the reason where it stays open."""

    word: str
    reason: str = ""


def rule(seen: Mapping[str, Any], verdicts: Mapping[str, str]) -> Ruling:
    """The ruling on one reading from what was seen of it and the verdicts of the statements that it rests on."""
    for name in seen["rests_on"]:
        if verdicts.get(name) not in ("derived", "supported"):
            return Ruling(OPEN, f"it rests on {name}, which is {verdicts.get(name, 'not run')}")
    true, false = seen["true"], seen["false"]
    if false and seen["universal"]:
        return Ruling(FAILS)
    if true and false:
        return Ruling(CONDITIONAL)
    if seen["proved"] in (HOLDS, FAILS):
        weak = [name for name in seen["rests_on"] if verdicts[name] != "derived"]
        return Ruling(OPEN, f"{weak[0]} is not derived") if weak else Ruling(seen["proved"])
    return Ruling(
        OPEN, seen["reason"] or ("true" if true else "false") + " wherever it was looked at, which proves nothing"
    )


def together(words: Iterable[str]) -> str:
    """The ruling on a sentence from those on its readings."""
    found = set(words)
    if not found or OPEN in found:
        return OPEN
    return found.pop() if len(found) == 1 else CONDITIONAL
