"""One exact statement: a function whose letters are its domain and whose yields are its derivation, with what bears on it.

    @claim.states(isoperimetry.least_equal_outside, at="r", relation=">=")
    def equal_masses_bridge(r: Positive, s: Slack): ...

    equal_masses_bridge.check(textbook.shells, on=textbook.shell_sizes, error=1e-15)
    equal_masses_bridge.wrong("d for d/2", r=lambda r: 2 * r)

What is claimed is named once, at the statement; every piece of evidence takes it as an argument, so that a near miss
can put a false variant through the very same code.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from proofs.core import comparison
from proofs.core.chain import Chain, Over, written
from proofs.core.letters import Domain, Vocabulary
from proofs.core.readings import Reading, Sentence, value_of
from proofs.core.rules import EFFECT, Rule, a_rule
from theory.validation.told import told

DETECTS, FINEST = 1e-6, 1e-12
"""The relative error in what is claimed that must not slip through, where nothing else is declared, and the least there is."""
RELATIONS = ("==", "<=", ">=", "trend")


@told
@dataclass(frozen=True)
class Control:
    """A false variant of what is claimed, put through the evidence function it belongs to; its name says what is wrong."""

    name: str
    wrong: Callable[..., Any]


@told
@dataclass(frozen=True)
class Wrong:
    """A near miss: the statement at wrong letters, or with another formula or function in its place; `on` names what must see it."""

    why: str
    letters: Mapping[str, Callable[..., Any]]
    symbolic: Callable[..., Any] | None
    claimed: Callable[..., Any] | None
    on: tuple[str, ...]

    def against(self, evidence: Evidence) -> Control | None:
        """The false variant as this piece of evidence takes it; None where it is not put through it."""
        if self.on and evidence.name not in self.on:
            return None
        if evidence.kind in ("derivation", "enclosure"):
            wrong = self._symbolic(evidence.statement)
        elif evidence.kind == "check" or self.on:
            wrong = self.claimed or (
                comparison.Moved(evidence.statement.claimed, self.letters) if self.letters else None
            )
        else:
            wrong = None
        return None if wrong is None else Control(self.why, wrong)

    def _symbolic(self, statement: Statement) -> Callable[..., Any] | None:
        if (symbolic := self.symbolic) is not None:
            parameters = inspect.signature(symbolic).parameters.values()
            named = tuple(p.name for p in parameters if p.default is p.empty)
            return lambda x: symbolic(*(getattr(x, name) for name in named))
        return (lambda x: statement.moved(x, self.letters)) if self.letters else None


@dataclass
class Evidence:
    """One declared evidence function and its controls; `options` are those of its kind."""

    kind: str
    name: str
    statement: Statement
    function: Callable[..., Any]
    options: Mapping[str, Any]
    measured_by: Callable[..., Any] | None = None
    riders: list[Evidence] = field(default_factory=list)
    trained_by: Evidence | None = None
    readings: list[Reading] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"Evidence({self.kind} {self.name!r} of {self.statement.id!r})"

    @property
    def controls(self) -> list[Control]:
        """The authored near misses that are put through it."""
        told = (wrong.against(self) for wrong in self.statement.wrongs)
        return [control for control in told if control]

    @property
    def trains(self) -> bool:
        """Whether networks are trained for it."""
        return "seeds" in self.options and self.trained_by is None

    def measure(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Of experiments: `function(claimed, data)` turns the trained arrays into one number a seed, arm by arm.

        A list of such numbers makes columns: one a target, say. Where no formula is claimed it is `function(data)`.
        """
        self.measured_by = function
        return function

    def reads(
        self, sentence: Sentence, words: str, *, rule: Rule, universal: bool = False
    ) -> Callable[[Callable[..., Any]], Reading]:
        """Of experiments: a reading of what training does.

        `function(data)` gives pairs of a point of the sentence's range and numbers, one a seed, which the rule decides:
        true where it holds, false where it is refuted.
        """

        def declare(function: Callable[..., Any]) -> Reading:
            self.readings.append(Reading(function.__name__, words, sentence, function, universal, rule=rule))
            return self.readings[-1]

        return declare


def _nothing(**_letters: Any) -> None:
    """The body of a statement without letters or derivation."""


def no_formula(*_letters: Any) -> None:
    """What is claimed where there is no formula for it; raises TypeError, as nothing may be computed from it."""
    raise TypeError("nothing is claimed by a formula here: expected a statement made by `claim.states`")


@dataclass
class Statement:
    """One exact statement: formula, domain, relation, and the function of `theory` that computes what is claimed.

    `body` is the function that states it. `at` says which arguments what is claimed takes at a point of the domain: the
    letters in order (None), some of them ("b r"), or a function of letters. `part` is the entry that the derivation
    is about, where what is claimed has several. `infinite` allows the claimed value to be infinite.
    Raises ValueError for an unknown relation, or a name in `at` that is no letter.
    """

    id: str
    formula: str
    claimed: Callable[..., Any]
    relation: str = "=="
    domain: Domain = field(default_factory=Domain)
    body: Callable[..., Any] = _nothing
    at: str | Callable[..., Any] | None = None
    part: int | None = None
    infinite: bool = False
    assumptions: str = ""
    evidence: list[Evidence] = field(default_factory=list)
    wrongs: list[Wrong] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.relation not in RELATIONS:
            raise ValueError(f"relation of {self.id!r}: expected one of {', '.join(RELATIONS)}, got {self.relation!r}")
        if not callable(self.claimed):
            raise ValueError(f"claimed of {self.id!r}: expected a function of letters, got {self.claimed!r}")
        for place, name in enumerate(self.told):
            if name not in self.domain.stated or name in self.told[:place]:
                expected = ", ".join(self.domain.stated)
                raise ValueError(f"at of {self.id!r}: expected letters of {expected}, each once, got {name!r}")

    @property
    def empirical(self) -> bool:
        """Whether no formula is claimed, so that an experiment alone can bear it out."""
        return self.claimed is no_formula

    def __repr__(self) -> str:
        return f"Statement({self.id!r}: {self.formula})"

    def _repr_html_(self) -> str:
        """Id, formula, and what for: what a notebook shows."""
        from html import escape

        from proofs.words.mathml import of_text

        assumed = f"; {self.assumptions}" if self.assumptions else ""
        return f"<p><code>{escape(self.id)}</code> {of_text(self.formula)} for {escape(self.domain.said + assumed)}</p>"

    # --- the statement at letters

    @property
    def named(self) -> tuple[str, ...] | None:
        """The letters that are what is claimed's arguments, in order; None where a function of letters makes them."""
        if callable(self.at):
            return None
        return self.domain.stated if self.at is None else tuple(self.at.split())

    @property
    def told(self) -> tuple[str, ...]:
        """The letters that a check tells after what it has observed, in order."""
        return tuple(inspect.signature(self.at).parameters) if callable(self.at) else self.named or ()

    def arguments(self, letters: Mapping[str, Any]) -> tuple[Any, ...]:
        """What the claimed function is called with there."""
        if not callable(self.at):
            return tuple(letters[name] for name in self.named or ())
        made = self.at(*(letters[name] for name in self.told))
        return made if isinstance(made, tuple) else (made,)

    def value(self, function: Callable[..., Any], letters: Mapping[str, Any]) -> Any:
        """What `function` gives in place of what is claimed, at a point of the domain."""
        value = function(*self.arguments(letters))
        return value if self.part is None else value[self.part]

    def __call__(self, *letters: Any, **named: Any) -> Any:
        """What is claimed at letters, in the order in which checks tell them; in a reading, what the reader makes of it.

        Raises TypeError for letters that are missing or unknown.
        """
        given = dict(zip(self.told, letters, strict=False)) | named
        if len(letters) > len(self.told) or set(given) != set(self.told):
            raise TypeError(
                f"{self.id}: expected the letters {', '.join(self.told)}, got {len(letters)} and {[*named]}"
            )
        return value_of(self, given)

    def chain(self, x: Vocabulary | None = None, instead: Any = None) -> Chain:
        """The derivation in the symbols of the domain; `instead` takes the place of what is stated."""
        x = self.domain.vocabulary() if x is None else x
        return written(self.body, {name: getattr(x, name) for name in self.domain}, instead)

    def stated(self, x: Vocabulary) -> Any:
        """What is stated, as an expression; None where nothing is."""
        return self.chain(x).conclusion

    def moved(self, x: Vocabulary, letters: Mapping[str, Callable[..., Any]]) -> Any:
        """What is stated, at wrong letters."""
        import sympy as sp

        places = {getattr(x, name): sp.sympify(change(getattr(x, name))) for name, change in letters.items()}
        return sp.sympify(self.stated(x)).subs(places, simultaneous=True)

    # --- what bears on it

    def check(
        self,
        seen: Callable[..., Any],
        *,
        on: Callable[..., Any],
        at: str | Callable[..., Any] | None = None,
        error: Any = 1e-12,
        claimed_error: Any = None,
        scale: Any = None,
        name: str = "",
        resolution: float = 1e-8,
        examples: int = 110,
        detects: float | None = -1.0,
        why: str = "",
        confirm: Callable[..., Any] | None = None,
    ) -> Evidence:
        """Look for counterexamples: `seen(m, *instance)` is what is observed, in the words of an arithmetic m.

        on: a function of the strategies (proofs.strategies) that gives instances; a tuple is spread over the
        arguments. What is claimed is called at the letters that `seen` tells after what it has observed,
        `return mass, b, r`; else with what `at` says of the instance (names of `seen`'s parameters, or a function); else
        with the instance itself. The harness evaluates `seen` with m = `DOUBLE` and, to confirm a counterexample, with
        m = `PRECISE` (proofs.words.arithmetic), or lets `confirm(*instance)` do the latter. error, claimed_error: the
        numerical errors of the observed side and (default: the same) of the claimed one, relative to `scale`, a function of
        the instance (default: what is observed), or a number, which hides what is far below it and has its reason in `why`.
        An instance counts when its tolerance is below `resolution` × its scale; the search ends when `examples` distinct
        ones have counted. detects: the relative error in what is claimed that must not slip through (default: a hundred
        times the declared errors, at most 1e-6); a larger one than 1e-6 is explained in `why`.
        Raises ValueError for an `on` that is no function, an error that is none, a number for a scale without a reason, a name
        declared twice, or one in `at` that `seen` does not take.
        """
        if not callable(on):
            raise ValueError(
                f"on of a check: expected a function of the strategies, lambda s: s.scales(0.1, 10.0), got {on!r}"
            )
        for what, size in (("error", error), ("claimed_error", claimed_error)):
            if isinstance(size, int | float) and not size >= 0:
                raise ValueError(f"{what} of a check: expected a relative error from 0, got {size!r}")
        if scale is not None and not callable(scale) and not why:
            raise ValueError(
                f"scale of a check: expected a function of the instance, or a number with its reason in `why`, got {scale!r}"
            )
        if detects == 0:
            raise ValueError(f"detects of a check: expected a positive relative error, got {detects!r}")
        if detects is not None and detects < 0:
            told = [size for size in (error, claimed_error) if isinstance(size, int | float)]
            detects = (
                max(FINEST, min(DETECTS, 100 * sum(told))) if len(told) + (claimed_error is None) == 2 else DETECTS
            )
        options = {"resolution": resolution, "examples": examples, "detects": detects, "why": why}
        sides = comparison.compared(seen, self, at, error, error if claimed_error is None else claimed_error, scale)
        exact = comparison.spread(confirm) if confirm else comparison.precisely(seen)
        return self.add("check", sides, {"instances": on, "confirm": exact, **options}, name or seen.__name__)

    def wrong(
        self,
        why: str,
        *,
        symbolic: Callable[..., Any] | None = None,
        claimed: Callable[..., Any] | None = None,
        on: str = "",
        **letters: Callable[..., Any],
    ) -> None:
        """A near miss, which every piece of evidence must refute: the statement at a wrong letter, `r=lambda r: 2 * r`.

        Another shape of error: `symbolic`, a function of letters by their names, takes the place of the formula in
        derivation and enclosure, `claimed` that of what is claimed in checks; each goes before wrong letters. `on` names
        the pieces of evidence that must see it where not all can. Raises ValueError for an unknown letter or piece of
        evidence, a reason that was given before, or what is no function.
        """
        known = [evidence.name for evidence in self.evidence]
        for name in on.split():
            if name not in known:
                raise ValueError(f"wrong {why!r}: expected evidence of {self.id}, {', '.join(known)}, got {name!r}")
        for name, change in {**letters, "symbolic": symbolic, "claimed": claimed}.items():
            if change is not None and not callable(change):
                raise ValueError(f"wrong {why!r}: expected a function as {name}, got {change!r}")
        named = inspect.signature(symbolic).parameters.values() if symbolic else ()
        for name in (p.name for p in named if p.default is p.empty):
            if name not in self.domain.stated:
                raise ValueError(
                    f"wrong {why!r}: expected a formula in {', '.join(self.domain.stated)}, got a letter {name!r}"
                )
        for name in letters:
            if name not in self.domain.stated:
                raise ValueError(f"wrong {why!r}: expected letters of {', '.join(self.domain.stated)}, got {name!r}")
        if not (letters or symbolic or claimed):
            raise ValueError(f"wrong {why!r}: expected a wrong letter, formula or function, got none")
        if any(other.why == why for other in self.wrongs):
            raise ValueError(f"statement {self.id!r}: a near miss {why!r} is declared twice")
        self.wrongs.append(Wrong(why, letters, symbolic, claimed, tuple(on.split())))

    def experiment(
        self,
        *,
        rule: Rule,
        seeds: Any,
        reason: str,
        effect: float = EFFECT,
        steps: Any = None,
        batch: int = 128,
        history: Mapping[int, str] | None = None,
        detects: float | None = -1.0,
        why: str = "",
        protocols: Sequence[str] = (),
        compares: Sequence[str] = (),
        looks_at: Mapping[str, Any] | None = None,
        control_diverges: str = "",
    ) -> Callable[[Callable[..., Any]], Evidence]:
        """`function(run)` trains by `run.fit` and returns arrays, or records of arrays; its `.measure` makes numbers of them.

        seeds, steps: (quick, full) or (quick, full, long), one value for all; of seeds a tuple in place of a number
        gives interim analyses, at most three, cumulative: `seeds=(32, (32, 64))`. `batch` is what `run.fit` trains
        with; `reason` why the threshold or margin is what it is. `effect` is the share of seeds that succeed, each by
        itself, from which on it must decide, with a power of 99 % at every level (proofs.evidence.power): what the
        sentence that is judged means at the least, nineteen in twenty if it says nothing of exceptions, declared before
        the run. `history` says of each declaration that this one has replaced, {1: "...", 2: "..."}, why it changed and
        what had been seen: every revision has seeds of its own. detects: the relative error in what is claimed that must
        not slip through (default: what the rule can tell), explained in `why`.
        Raises ValueError for what is no rule, numbers of seeds or steps below 1, an effect that is no share, a history with gaps.
        `looks_at` names, for an arm of the measurement, the arms of `run.fit` that it looks at, where they are not of
        its own name; `control_diverges` says why a control that diverges is what was meant.
        `protocols` names those of `toys.protocols` that the function can run (`run.protocol`, with the protocol's own
        seeds); of such data the statement is judged where they hold the arms that it `compares`.
        """
        a_rule(rule)
        options = {
            "rule": rule, "effect": _effect(effect), "seeds": _levels(seeds, looks=True), "reason": reason, "steps": _levels(steps), "batch": batch,
            "revision": _revision(history), "history": dict(history or {}), **_detects(rule, detects, why), "protocols": tuple(protocols),
            "compares": tuple(compares), "looks_at": _arms(looks_at), "control_diverges": control_diverges,
        }  # fmt: skip
        if self.empirical:
            options["detects"] = None
        return lambda function: self.add("experiment", function, options)

    def measured_on(
        self,
        trained: Evidence,
        *,
        rule: Rule,
        reason: str,
        effect: float = EFFECT,
        detects: float | None = -1.0,
        why: str = "",
        looks_at: Mapping[str, Any] | None = None,
        control_diverges: str = "",
    ) -> Callable[[Callable[..., Any]], Evidence]:
        """An experiment on networks that another statement's experiment trains: `function(claimed, data)` measures them.

        It compares the same arms of a protocol. Raises ValueError for a name declared twice.
        """

        def declare(function: Callable[..., Any]) -> Evidence:
            own = {
                "rule": rule, "effect": _effect(effect), "reason": reason, **_detects(rule, detects, why),
                "looks_at": _arms(looks_at) or trained.options["looks_at"], "control_diverges": control_diverges,
            }  # fmt: skip
            if self.empirical:
                own["detects"] = None
            evidence = self.add("experiment", function, {**trained.options, **own})
            evidence.measured_by, evidence.trained_by = function, trained
            trained.riders.append(evidence)
            return evidence

        return declare

    def enclosed(self, over: Over) -> Evidence:
        """Declare that the last link of the chain is enclosed over the whole domain.

        Raises ValueError for a statement that is no inequality, a letter that is none of its own, and the second time.
        """
        if self.relation not in ("<=", ">="):
            raise ValueError(f"enclosed {self.id!r}: expected the relation <= or >=, got {self.relation!r}")
        over.only(self.domain)
        change = {name: (c.path, (c.low, c.high)) for name, c in over.changes.items()}
        contact = {f"{name}_t": c.contact for name, c in over.changes.items() if c.contact is not None}
        options = {
            "change": change, "contact": {**contact, **over.contact}, "factor": over.factor,
            "detects": over.detects, "why": over.why,
        }  # fmt: skip
        return self.add("enclosure", self.body, options, "enclosure")

    def add(self, kind: str, function: Callable[..., Any], options: Mapping[str, Any], name: str = "") -> Evidence:
        """Declare evidence of a kind of `proofs.evidence`; raises ValueError for a name declared twice."""
        evidence = Evidence(kind, name or function.__name__, self, function, options)
        if any(other.name == evidence.name for other in self.evidence):
            raise ValueError(f"statement {self.id!r}: evidence named {evidence.name!r} is declared twice")
        self.evidence.append(evidence)
        return evidence


LEVELS = ("quick", "full", "long")


def _levels(plan: Any, *, looks: bool = False) -> dict[str, Any]:
    """(quick, full, long) as far as given; of seeds each a list of interim analyses."""
    if plan is None:
        return {}
    values = plan if isinstance(plan, tuple) else (plan,)
    if not 1 <= len(values) <= len(LEVELS):
        raise ValueError(f"levels: expected one to three of {', '.join(LEVELS)}, got {plan!r}")
    for number in (n for value in values for n in (value if isinstance(value, tuple) else (value,))):
        if not isinstance(number, int) or number < 1:
            raise ValueError(f"seeds and steps: expected whole numbers from 1, got {plan!r}")
    if looks:
        values = tuple(list(v) if isinstance(v, tuple) else [v] for v in values)
    return dict(zip(LEVELS, values, strict=False))


def _revision(history: Mapping[int, str] | None) -> int:
    """1 + the length of the history; raises ValueError where a revision is missing or says nothing."""
    told = history or {}
    if list(told) != list(range(1, len(told) + 1)) or not all(text.strip() for text in told.values()):
        raise ValueError(f"history: expected what was seen of revisions 1, 2, ..., got {told!r}")
    return 1 + len(told)


def _arms(looks_at: Mapping[str, Any] | None) -> dict[str, tuple[str, ...]]:
    """By arm of the measurement, the fits that it looks at: one name, or several."""
    return {arm: (names,) if isinstance(names, str) else tuple(names) for arm, names in (looks_at or {}).items()}


def _effect(effect: float) -> float:
    """A share of seeds; raises ValueError for what is none."""
    if not 0 < effect <= 1:
        raise ValueError(
            f"effect of an experiment: expected a share of the seeds, above 0 and at most 1, got {effect!r}"
        )
    return effect


def _detects(rule: Rule, detects: float | None, why: str) -> dict[str, Any]:
    """What an experiment must notice: what is declared, or what the rule can tell."""
    if detects == 0:
        raise ValueError(f"detects of an experiment: expected a positive relative error, got {detects!r}")
    if detects is not None and detects < 0:
        return {"detects": rule.detects, "why": why or rule.why}
    return {"detects": detects, "why": why}
