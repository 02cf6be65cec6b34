"""A claim: a topic, the statements it makes, a figure. It reads like a short paper, and its file's name is its id.

    claim = Claim(topic="mode-dropping", references=("borell1975", "salmona2022"))

    @claim.states(isoperimetry.largest_second_mass, at="b r", relation="<=")
    def two_sets_apart(b: Unit, r: Positive, e: Slack):
        '''β_B ≤ Φ(-d/L - Φ⁻¹(β_A))'''
        yield ...

Declaring runs nothing and imports nothing heavy: listing claims stays fast. The whole surface is written down in the
docstring of `proofs.core`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from proofs.core import parameters
from proofs.core.chain import Over
from proofs.core.letters import Domain
from proofs.core.parameters import Parameter
from proofs.core.readings import Reading, Sentence
from proofs.core.statement import Statement, no_formula
from theory.validation.inputs import flag, instance
from theory.validation.told import told

TOPICS = (
    "mean-collapse", "mass-diffusion", "kl-pressure", "mode-dropping", "bottleneck", "trade-offs", "ways-out", "after-the-gan",
)  # fmt: skip


@told
@dataclass
class Film:
    """An animation: `measure(run)` trains and returns arrays, "steps" (frames,) among them; `draw(data, canvas, k)` draws frame k."""

    measure: Callable[..., Mapping[str, Any]]
    counts: str = "training step"
    draw: Callable[..., Any] | None = None

    def frame(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function(data, canvas, k)` draws frame k from the arrays, with the same limits of the axes in all of them."""
        self.draw = function
        return function


@dataclass
class Claim:
    """A claim: its topic (a chapter), references, statements, readings of sentences, figure.

    `references` are keys of `proofs/references.bib`, each with the place in the work after it if there is one.
    `empirical` marks claims that experiments alone can bear out; they are at best `supported`. `after` is the claim of the
    same topic behind which it is told; those that come after none are central, and told first.
    Raises ValueError for an unknown topic, a reference that stands alone, or what is no name of a claim.
    """

    topic: str
    references: tuple[str, ...] = ()
    empirical: bool = False
    after: str = ""
    statements: list[Statement] = field(default_factory=list)
    drawn: Callable[..., Any] | None = None
    message: str = ""
    where: str = ""
    plotted: Callable[..., Any] | None = None
    film: Film | None = None
    own_readings: list[Reading] = field(default_factory=list)
    id: str = ""
    title: str = ""
    essay: str = ""
    folder: Path | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.topic, str) or self.topic not in TOPICS:
            raise ValueError(f"topic: expected one of {', '.join(TOPICS)}, got {self.topic!r}")
        flag("empirical", self.empirical)
        instance("after", self.after, str, "the name of a claim")
        texts = isinstance(self.references, tuple | list) and all(isinstance(key, str) for key in self.references)
        if not texts:
            raise ValueError(f"references: expected a tuple of keys, got {self.references!r}")

    def states(
        self,
        claimed: Callable[..., Any],
        *,
        at: str | Callable[..., Any] | None = None,
        relation: str = "==",
        part: int | None = None,
        infinite: bool = False,
        enclosed: Over | None = None,
        name: str = "",
        formula: str = "",
    ) -> Callable[[Callable[..., Any]], Statement]:
        """Declare a statement: observed `relation` claimed, for every value of the letters of the function below.

        The function's name is the statement's id; its docstring the formula, and after an empty line what is assumed;
        its annotated parameters are the letters with their ranges; what it yields is the derivation (proofs.core.chain).
        One that yields nothing is borne out by checks or experiments alone. claimed: the function that computes what is
        claimed, called `at` letters: all in order (None), some ("b r"), or as a function of letters says (its tuple is
        spread). relation: "==", "<=", ">=" or "trend". part: the entry that the derivation is about, where the claimed
        function gives several. infinite: whether it may give ∞. enclosed: `over(...)`, where the last link is an
        inequality to be proved by balls. name, formula: of statements made in a loop.
        Raises ValueError for a name used twice, an unknown relation, a letter without a range, a docstring that is missing.
        """

        def declare(body: Callable[..., Any]) -> Statement:
            written = inspect.getdoc(body) or ""
            first, _, rest = (formula or written).partition("\n\n")
            if not first.strip():
                raise ValueError(f"statement {name or body.__name__!r}: expected its formula as a docstring, got none")
            statement = Statement(
                name or body.__name__, _line(first), claimed, relation, Domain.of(body), body=body, at=at, part=part,
                infinite=infinite, assumptions=_line(rest),
            )  # fmt: skip
            if enclosed is not None:
                _an_over(enclosed)
                statement.enclosed(enclosed)
            elif inspect.isgeneratorfunction(body):
                statement.add("derivation", body, {}, "derivation")
            return self._add(statement)

        return declare

    def observes(self, *, name: str = "", formula: str = "") -> Callable[[Callable[..., Any]], Statement]:
        """Declare a statement on what networks do for which there is no formula: a function without letters, whose docstring
        says it. Its experiment's measurement takes the data alone, and has an arm `exact` that is known to do what is stated,
        which the rule must accept, beside the arm `control`, which it must reject. Such a statement is at best `supported`.

        Raises ValueError for a name used twice, a docstring that is missing, or a function that has letters.
        """

        def declare(body: Callable[..., Any]) -> Statement:
            statement = self.states(no_formula, name=name, formula=formula)(body)
            if len(statement.domain):
                raise ValueError(
                    f"statement {statement.id!r}: expected no letters where nothing is computed, got {', '.join(statement.domain)}"
                )
            return statement

        return declare

    def reads(
        self, sentence: Sentence, words: str, *, universal: bool = False, over: Over | None = None
    ) -> Callable[[Callable[..., Any]], Reading]:
        """Declare a reading of a sentence: a predicate over its range, in statements of this claim called at letters.

        words: what the sentence is taken to mean. Comparisons are joined by & and |, so that they can be proved.
        universal: whether it says "always" or "cannot", so that one confirmed counterexample fails it. over: how
        balls reach the ends of the range, where a proof needs them.
        Raises ValueError for what is no sentence, a letter that is none of the sentence's, or a name used twice.
        """
        instance("sentence of a reading", sentence, Sentence, "one of proofs.sentences, or one declared here")
        if over is not None:
            _an_over(over)
            over.only(sentence.letters)

        def declare(function: Callable[..., Any]) -> Reading:
            if any(other.name == function.__name__ for other in self.readings):
                raise ValueError(f"reading {function.__name__!r} is declared twice")
            self.own_readings.append(
                Reading(function.__name__, words, sentence, function, universal, over, own=self.statements)
            )
            return self.own_readings[-1]

        return declare

    @property
    def parameters(self) -> dict[str, Parameter]:
        """What a reader may move of its figure, by name (proofs.core.parameters); raises ValueError for one with two defaults."""
        return parameters.of_claim(self)

    @property
    def readings(self) -> list[Reading]:
        """Those of its statements, and those of its experiments."""
        return [*self.own_readings, *(r for s in self.statements for e in s.evidence for r in e.readings)]

    def __getitem__(self, id: str) -> Statement:
        """The statement of this id; raises KeyError where there is none."""
        found = {statement.id: statement for statement in self.statements}
        return found[id]

    def _add(self, statement: Statement) -> Statement:
        if any(other.id == statement.id for other in self.statements):
            raise ValueError(f"statement id {statement.id!r} is used twice")
        self.statements.append(statement)
        return statement

    def curves(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function()` computes what the figure draws beside the experiments' data: a mapping of arrays.

        Its keyword-only parameters, as those of the figure, are what a reader may move (proofs.core.parameters).
        """
        self.plotted = function
        return function

    def figure(self, message: str | Callable[..., Any], *, where: str = "") -> Any:
        """`function(saved, panels)` draws from saved arrays on panels, by role; it never recomputes.

            @claim.figure("Of two modes far apart the mean falls into the gap", where="modes at $\\pm a$ of deviation $s$")

        gives the figure its title, what it says in a short sentence, and says below it what the letters in it are; plain
        `@claim.figure` neither. What the function returns, if anything, is the caption: what is to be seen, panel by panel, with
        numbers that it has computed.
        """
        if callable(message):
            self.drawn = message
            return message
        self.message, self.where = message, where
        return self.figure

    def animation(self, function: Callable[..., Mapping[str, Any]], *, counts: str = "training step") -> Film:
        """`function(run)` returns the arrays of an animation, "steps" among them; its `.frame` draws each of them."""
        self.film = Film(function, counts)
        return self.film

    def __repr__(self) -> str:
        return f"Claim({self.id!r}, topic={self.topic!r}, {len(self.statements)} statements)"

    def _repr_html_(self) -> str:
        return self.page

    @property
    def page(self) -> str:
        """Title, the sentences that it reads, and the statements as mathematics, in HTML: what a notebook shows."""
        from html import escape

        from proofs.words.mathml import of_text

        read = "".join(f"<p>“{escape(r.sentence.words)}”, if it means: {escape(r.words)}</p>" for r in self.readings)
        rows = (f"<tr><td><code>{escape(s.id)}</code></td><td>{of_text(s.formula)}</td></tr>" for s in self.statements)
        return f"<h4>{escape(self.title or self.id)}</h4>{read}<table>{''.join(rows)}</table>"

    @property
    def protocols(self) -> set[str]:
        """The published protocols that some experiment of the claim can run."""
        return {name for s in self.statements for e in s.evidence for name in e.options.get("protocols", ())}


def _an_over(given: object) -> None:
    instance("enclosed, over", given, Over, "over(...)")


def _line(text: str) -> str:
    """A paragraph on one line."""
    return " ".join(text.split())
