"""How a claim is declared: the folk sentence, the named statements, and the evidence that bears on each.

    claim = Claim(topic="mean-collapse", folk=Folk("...", "A3", Holds()))

    risk = claim.statement("risk_splits", "E(Y-c)² = Var Y + (c-EY)²", claimed=location.squared_risk, ...)

    @risk.check(instances=lambda s: s.mixtures(), resolution=1e-8, confirm=...)
    def by_quadrature(claimed, instance): ...

    by_quadrature.control("the median", location.median, why="minimises E|Y-c| instead")

Declaring runs nothing and imports nothing heavy: listing claims stays fast. What is claimed is named once, at the
statement; every evidence function takes it as an argument, so that a control can put a false variant through the
very same code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from proofs.core.letters import Domain
from proofs.core.rules import Rule

TOPICS = (
    "mean-collapse", "mass-diffusion", "kl-pressure", "mode-dropping", "bottleneck", "trade-offs", "ways-out",
)  # fmt: skip
RELATIONS = ("==", "<=", ">=", "trend")


@dataclass(frozen=True)
class Holds:
    """The folk sentence is right as it stands; `by` names the statements that say so (all, when empty)."""

    by: tuple[str, ...] = ()
    word = "holds"


@dataclass(frozen=True)
class Conditional:
    """Right under a condition: `true_when` and `false_when` name statements on the two sides of it."""

    condition: str
    true_when: tuple[str, ...]
    false_when: tuple[str, ...]
    word = "conditional"


@dataclass(frozen=True)
class Fails:
    """Wrong: `counterexample` names the statement that contradicts the folk sentence."""

    counterexample: str | None
    word = "fails"


@dataclass(frozen=True)
class Folk:
    """What people say, where, and what the statements make of it."""

    text: str
    source: str
    ruling: Holds | Conditional | Fails


@dataclass(frozen=True)
class Step:
    """One link of a derivation: it leads from the expression before to `expression` by `reason`, with `relation` between them.

    `given` cites a lemma ("Borell 1975, Gaussian isoperimetry") that the decision procedure cannot do.
    """

    reason: str
    expression: Any
    relation: str = "=="
    given: str | None = None


@dataclass(frozen=True)
class Control:
    """A false variant of what is claimed, put through the evidence function it belongs to."""

    name: str
    wrong: Callable[..., Any]
    why: str


@dataclass
class Evidence:
    """One declared evidence function and its controls; `options` are those of its kind."""

    kind: str
    name: str
    statement: Statement
    function: Callable[..., Any]
    options: Mapping[str, Any]
    controls: list[Control] = field(default_factory=list)
    measured_by: Callable[..., Any] | None = None
    riders: list[Evidence] = field(default_factory=list)
    trained_by: Evidence | None = None

    @property
    def trains(self) -> bool:
        """Whether networks are trained for it."""
        return "seeds" in self.options and self.trained_by is None

    def control(self, name: str, wrong: Callable[..., Any], *, why: str) -> None:
        """Add an authored near miss: `wrong` takes the place of what is claimed and must be refuted."""
        self.controls.append(Control(name, wrong, why))

    def measure(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Of experiments: `function(claimed, data)` turns the trained arrays into one number a seed, arm by arm."""
        self.measured_by = function
        return function


@dataclass
class Statement:
    """One exact statement: formula, domain, relation, and the function of `theory` that computes what is claimed.

    `definition(x)` and `symbolic(x)` are its two sides as expressions in the vocabulary of the domain; with `root`
    the definition is a residual `definition(x, value)` and the statement says that `symbolic(x)` is its root.
    `anchor(claimed, **point)` calls the claimed function at a point of the domain (default: with the letters by name).
    `infinite` allows the claimed value to be infinite.
    """

    id: str
    formula: str
    claimed: Callable[..., Any]
    relation: str = "=="
    domain: Domain = field(default_factory=Domain)
    definition: Callable[..., Any] | None = None
    symbolic: Callable[..., Any] | None = None
    root: bool = False
    anchor: Callable[..., Any] | None = None
    infinite: bool = False
    assumptions: str = ""
    evidence: list[Evidence] = field(default_factory=list)

    def derivation(self, function: Callable[..., Any]) -> Evidence:
        """`function(x)` lists the steps between definition and statement: (reason, expression) or `Step`s."""
        return self.add("derivation", function, {})

    def enclosure(
        self,
        *,
        change: Mapping[str, tuple[Callable[..., Any], tuple[Any, Any]]] | None = None,
        contact: Mapping[str, Any] | None = None,
        factor: Callable[..., Any] | None = None,
        detects: float = 1e-6,
        why: str = "",
    ) -> Callable[[Callable[..., Any]], Evidence]:
        """`function(x)` is the observed side; the relation is proved over the whole domain by Arb balls.

        `change` maps a letter w to (function of a new letter w_t, its finite range); `contact` says where both sides
        meet, in the new letters (a tuple where they meet more than once); the margin is multiplied by `factor(**letters)`, which must be positive.
        """
        options = {"change": change or {}, "contact": contact or {}, "factor": factor, "detects": detects, "why": why}
        return lambda function: self.add("enclosure", function, options)

    def check(
        self,
        *,
        instances: Callable[..., Any],
        confirm: Callable[..., Any],
        resolution: float = 1e-8,
        examples: int = 110,
        detects: float | None = 1e-6,
        why: str = "",
    ) -> Callable[[Callable[..., Any]], Evidence]:
        """`function(claimed, instance)` returns both `Sides`; `confirm(instance)` the observed one to 50 digits.

        `instances(s)` builds the strategy from `proofs.strategies`. An instance counts when its tolerance is below
        `resolution` × its scale; the search ends when `examples` distinct ones have counted. `detects` is the relative error in what is claimed that must not slip through; a
        larger one than 1e-6 is explained in `why`.
        """
        options = {
            "instances": instances, "confirm": confirm, "resolution": resolution,
            "examples": examples, "detects": detects, "why": why,
        }  # fmt: skip
        return lambda function: self.add("check", function, options)

    def observed(
        self,
        *,
        instances: Callable[..., Any],
        error: Any = 1e-12,
        claimed_error: Any = None,
        scale: Any = None,
        call: Callable[..., Any] | None = None,
        confirm: Callable[..., Any] | None = None,
        **options: Any,
    ) -> Callable[[Callable[..., Any]], Evidence]:
        """The short form of a check: `function(m, *instance)` is the observed side alone, in the words of `m`.

        The harness evaluates it twice, with m = `DOUBLE` and, to confirm, m = `PRECISE` (proofs.words.arithmetic), or lets
        `confirm(instance)` do the latter. `error` is the numerical error of the observed side and `claimed_error`
        (default: the same) of the claimed one, both relative to `scale`, a number or a function of the instance (by
        default what is observed). `call(claimed, *instance)` calls the claimed function, by default with the instance.
        """
        from proofs.core import comparison

        def declare(function: Callable[..., Any]) -> Evidence:
            sides = comparison.sides(function, error, error if claimed_error is None else claimed_error, scale, call)
            return self.check(instances=instances, confirm=confirm or comparison.precisely(function), **options)(sides)

        return declare

    def experiment(
        self,
        *,
        rule: Rule,
        seeds: Mapping[str, Sequence[int]],
        reason: str,
        steps: Mapping[str, int] | None = None,
        batch: int = 128,
        revision: int = 1,
        detects: float | None = 0.05,
        why: str = "",
        protocols: Sequence[str] = (),
        compares: Sequence[str] = (),
        looks_at: Mapping[str, Sequence[str]] | None = None,
        control_diverges: str = "",
    ) -> Callable[[Callable[..., Any]], Evidence]:
        """`function(run)` trains by `run.fit` and returns arrays; its `.measure` turns them into numbers per seed.

        `seeds` gives the interim analyses per level, e.g. `{"quick": [16], "full": [32, 64]}` (at most three, cumulative),
        `steps` and `batch` what `run.fit` trains with; `reason` why the threshold or margin is what it is. `revision`
        counts the declarations that this one has replaced: each has seeds of its own.
        `looks_at` names, for an arm of the measurement, the arms of `run.fit` that it looks at, where they are not of
        its own name; `control_diverges` says why a control that diverges is what was meant.
        `protocols` names those of `toys.protocols` that the function can run (`run.protocol`, with the protocol's own
        seeds); of such data the statement is judged where they hold the arms that it `compares`.
        """
        options = {
            "rule": rule, "seeds": dict(seeds), "reason": reason, "steps": dict(steps or {}), "batch": batch,
            "revision": revision, "detects": detects, "why": why, "protocols": tuple(protocols),
            "compares": tuple(compares), "looks_at": dict(looks_at or {}), "control_diverges": control_diverges,
        }  # fmt: skip
        return lambda function: self.add("experiment", function, options)

    def measured_on(
        self,
        trained: Evidence,
        *,
        rule: Rule,
        reason: str,
        detects: float | None = 0.05,
        why: str = "",
        looks_at: Mapping[str, Sequence[str]] | None = None,
        control_diverges: str = "",
    ) -> Callable[[Callable[..., Any]], Evidence]:
        """An experiment on networks that another statement's experiment trains: `function(claimed, data)` measures them.

        It compares the same arms of a protocol.
        """

        def declare(function: Callable[..., Any]) -> Evidence:
            own = {
                "rule": rule, "reason": reason, "detects": detects, "why": why,
                "looks_at": dict(looks_at or trained.options["looks_at"]), "control_diverges": control_diverges,
            }  # fmt: skip
            evidence = self.add("experiment", function, {**trained.options, **own})
            evidence.measured_by, evidence.trained_by = function, trained
            trained.riders.append(evidence)
            return evidence

        return declare

    def add(self, kind: str, function: Callable[..., Any], options: Mapping[str, Any]) -> Evidence:
        """Declare evidence of a kind of `proofs.evidence`; raises ValueError for a name declared twice."""
        evidence = Evidence(kind, function.__name__, self, function, options)
        if any(other.name == evidence.name for other in self.evidence):
            raise ValueError(f"statement {self.id!r}: evidence named {evidence.name!r} is declared twice")
        self.evidence.append(evidence)
        return evidence


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
    """A claim: its topic (a chapter), the folk sentence if there is one, references, statements, figure.

    `references` are keys of `proofs/references.bib`, each with the place in the work after it if there is one.
    `empirical` marks claims that experiments alone can bear out; they are at best `supported`.
    Raises ValueError for an unknown topic.
    """

    topic: str
    folk: Folk | None = None
    references: tuple[str, ...] = ()
    empirical: bool = False
    statements: list[Statement] = field(default_factory=list)
    drawn: Callable[..., Any] | None = None
    plotted: Callable[..., Any] | None = None
    film: Film | None = None
    id: str = ""
    title: str = ""
    essay: str = ""
    folder: Path | None = None

    def __post_init__(self) -> None:
        if self.topic not in TOPICS:
            raise ValueError(f"topic: expected one of {', '.join(TOPICS)}, got {self.topic!r}")

    def statement(self, id: str, formula: str, *, claimed: Callable[..., Any], **options: Any) -> Statement:
        """Declare one statement; raises ValueError for a name used twice or an unknown relation."""
        if any(other.id == id for other in self.statements):
            raise ValueError(f"statement id {id!r} is used twice")
        statement = Statement(id, formula, claimed, **options)
        if statement.relation not in RELATIONS:
            raise ValueError(f"relation of {id!r}: expected one of {', '.join(RELATIONS)}, got {statement.relation!r}")
        self.statements.append(statement)
        return statement

    def curves(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function()` computes what the figure draws beside the experiments' data: a mapping of arrays."""
        self.plotted = function
        return function

    def figure(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function(saved, canvas)` draws from saved arrays; it never recomputes."""
        self.drawn = function
        return function

    def animation(self, function: Callable[..., Mapping[str, Any]], *, counts: str = "training step") -> Film:
        """`function(run)` returns the arrays of an animation, "steps" among them; its `.frame` draws each of them."""
        self.film = Film(function, counts)
        return self.film

    def _repr_html_(self) -> str:
        """Title, folk sentence with its ruling, and the statements as mathematics: what a notebook shows."""
        from html import escape

        from proofs.words.mathml import of_text

        folk = f"<p>“{escape(self.folk.text)}” ({escape(self.folk.source)}): {self.ruling}</p>" if self.folk else ""
        rows = (f"<tr><td><code>{escape(s.id)}</code></td><td>{of_text(s.formula)}</td></tr>" for s in self.statements)
        return f"<h4>{escape(self.title or self.id)}</h4>{folk}<table>{''.join(rows)}</table>"

    @property
    def protocols(self) -> set[str]:
        """The published protocols that some experiment of the claim can run."""
        return {name for s in self.statements for e in s.evidence for name in e.options.get("protocols", ())}

    @property
    def ruling(self) -> str | None:
        """The word of the ruling, or None where there is no folk sentence."""
        return self.folk.ruling.word if self.folk else None
