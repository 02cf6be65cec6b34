"""What of `theory` a picture draws, and whether some evidence would notice if that were wrong.

Drawn is a public function of `theory` that other code calls while a picture, or what it shows, is made. Evidence looks at
it when what is claimed moves as the function gives something else: at points of the domain, at instances of a check, or in
what an experiment measures. To be run on the way, and thrown away, is not to be looked at.
"""

import contextlib
import copy
import dataclasses
import functools
import inspect
import sys
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from pathlib import Path
from types import FrameType, FunctionType
from typing import Any, cast

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

import theory
from proofs import strategies
from proofs.core.claim import Claim
from proofs.core.statement import Evidence
from proofs.evidence import sharing
from proofs.evidence.experiment import measured

ROOT = Path(theory.__file__).parents[1]
OURS = tuple(f"{ROOT / folder}/" for folder in ("theory", "toys", "proofs", "tests"))
THEORY = OURS[0]
AT_THE_DOOR = f"{THEORY}validation/"
"""What stands between a function and whoever calls it."""
DATA = (("theory.scores", ""), ("theory.mixture", "GaussianMixture.sample"))
"""What these give is data."""
DRAWING = (f"{OURS[2]}claims/", f"{OURS[2]}display/", f"{OURS[2]}textbook/", OURS[3])
POINTS, INSTANCES = 3, 3
SPOILS: tuple[Callable[[Any], Any], ...] = (lambda v: 1.25 * v + 0.05, lambda v: -3 * v - 1)

Name = tuple[str, str]
"""Module and qualified name of a function."""
Look = Callable[[], Any]
Arrays = Mapping[str, Mapping[str, np.ndarray]]


@contextlib.contextmanager
def calls(found: set[Name], *, within: bool = False) -> Generator[None]:
    """Collect what of `theory` is called inside by what draws, claims and `proofs.display`; `within`: by any code."""

    def event(frame: FrameType, what: str, _arg: Any) -> None:
        code = frame.f_code
        if what != "call" or not code.co_filename.startswith(THEORY) or not _public(code.co_qualname):
            return
        caller = None if within else frame.f_back
        while caller and ((file := caller.f_code.co_filename).startswith(AT_THE_DOOR) or not file.startswith(OURS)):
            caller = caller.f_back
        file = caller.f_code.co_filename if caller else ""
        name = str(frame.f_globals["__name__"]), code.co_qualname
        data = any(name[0] == module and name[1].startswith(start) for module, start in DATA)
        if within or (file.startswith(DRAWING) and not data):
            found.add(name)

    with sharing.profiled(event):
        yield


def _public(name: str) -> bool:
    return name.endswith("__call__") or not any(part.startswith(("_", "<")) for part in name.split("."))


class Evidences:
    """The looks of a claim's evidence at what is claimed, each taken once and the cheap ones first."""

    def __init__(self, claim: Claim, arrays: Arrays) -> None:
        self.claim, self.known = claim, list[tuple[Look, set[Name], Any]]()
        self.left = self._taken(arrays)

    def notice(self, name: Name) -> bool:
        """Whether what is claimed moves when the function of that name gives something else."""
        return any(name in ran and self._moves(name, look, before) for look, ran, before in self._all())

    def _all(self) -> Iterator[tuple[Look, set[Name], Any]]:
        yield from list(self.known)
        for one in self.left:
            self.known.append(one)
            yield one

    def _taken(self, arrays: Arrays) -> Iterator[tuple[Look, set[Name], Any]]:
        for look in self._looks(arrays):
            ran: set[Name] = set()
            sharing.forget()
            try:
                with calls(ran, within=True), _quiet():
                    before = look()
            except (ValueError, ArithmeticError, TypeError):  # nothing to be seen there, or no letters
                continue
            yield look, ran, before

    def _looks(self, arrays: Arrays) -> Iterator[Look]:
        statements = [s for s in self.claim.statements if not s.empirical]
        for s in statements:
            for point in s.domain.points(POINTS, 0):
                at = {n: int(v) if s.domain[n].integer else float(v) for n, v in point.items()}
                yield lambda s=s, at=at: s.value(s.claimed, at)
        for e in (e for s in statements for e in s.evidence if e.kind == "check"):
            for arguments, named in _told(e):
                yield lambda e=e, arguments=arguments, named=named: e.statement.claimed(*arguments, **named)
        for e in (e for s in self.claim.statements for e in s.evidence if e.kind == "experiment"):
            if (host := (e.trained_by or e).name) in arrays:
                yield functools.partial(measured, e, dict(arrays[host]))

    def _moves(self, name: Name, look: Look, before: Any) -> bool:
        for spoil in SPOILS:
            sharing.forget()
            with _spoiled(name, spoil), _quiet():
                try:
                    after = look()
                except Exception:  # what is claimed cannot be had: noticed, whatever it ends by
                    return True
            if not _same(before, after):
                return True
        return False


class Catalogue:
    """All claims, their evidence looked at no more than is needed."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self.claims = {claim.id: claim for claim in claims}
        self.evidence: dict[str, Evidences] = {}
        self.noticed: set[Name] = set()

    def unnoticed(self, drawn: set[Name], by: str = "", arrays: Arrays | None = None) -> list[Name]:
        """What of the drawn functions no evidence looks at: that of the claim `by`, or, without its networks, of another."""
        own = {by: Evidences(self.claims[by], arrays)} if arrays else {}
        for name in sorted(drawn - self.noticed):
            if any(evidence.notice(name) for evidence in self._ranked(name, own)):
                self.noticed.add(name)
        return sorted(drawn - self.noticed)

    def _ranked(self, name: Name, own: Mapping[str, Evidences]) -> Iterator[Evidences]:
        """Those whose file names the function first, then those that name something like it, then its module; of equals the own."""
        module, word = name[0].split(".")[-1], name[1].split(".")[-1]
        spoken = f"{module}.{word}", f".{word}", module
        sources = {id: _source(claim) for id, claim in self.claims.items()}
        ranks = {id: (*(part not in text for part in spoken), id not in own, id) for id, text in sources.items()}
        for id in sorted(ranks, key=lambda id: ranks[id]):
            if id in own:
                yield own[id]
            yield self.evidence.setdefault(id, Evidences(self.claims[id], {}))


def _source(claim: Claim) -> str:
    return "".join(inspect.getsource(sys.modules[module]) for module in {s.body.__module__ for s in claim.statements})


@contextlib.contextmanager
def _quiet() -> Generator[None]:
    with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
        yield


def _told(e: Evidence) -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
    """The arguments with which a check calls what is claimed, at its first instances."""
    told: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def claimed(*arguments: Any, **named: Any) -> Any:
        told.append((arguments, named))
        return e.statement.claimed(*arguments, **named)

    @seeded(1)
    @settings(
        max_examples=INSTANCES, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=cast("list[HealthCheck]", list(HealthCheck)),
    )  # fmt: skip
    @given(e.options["instances"](strategies))
    def once(instance: Any) -> None:
        with contextlib.suppress(ValueError, ArithmeticError):
            e.function(claimed, instance)

    once()
    return told


def _found(name: Name) -> Any:
    """What stands under that name, as its module or class holds it."""
    owner: Any = sys.modules[name[0]]
    *path, last = name[1].split(".")
    for part in path:
        owner = vars(owner)[part]
    return next(vars(base)[last] for base in getattr(owner, "__mro__", (owner,)) if last in vars(base))


@contextlib.contextmanager
def _spoiled(name: Name, spoil: Callable[[Any], Any]) -> Generator[None]:
    """With all numbers that the function gives spoiled, whoever holds it: its code is another as long."""
    function = _function(_found(name))
    code, defaults, named = function.__code__, function.__defaults__, function.__kwdefaults__
    original = FunctionType(code, function.__globals__, function.__name__, defaults, function.__closure__)
    original.__kwdefaults__ = named
    instead = functools.partial(_spoilt, original, spoil)
    held = tuple(instead if constant == "stands in" else constant for constant in _stand_in.__code__.co_consts)
    function.__defaults__ = function.__kwdefaults__ = None
    function.__code__ = _stand_in.__code__.replace(co_consts=held, co_freevars=code.co_freevars)
    try:
        yield
    finally:
        function.__code__, function.__defaults__, function.__kwdefaults__ = code, defaults, named


def _stand_in(*arguments: Any, **named: Any) -> Any:
    held: Any = "stands in"
    return held(*arguments, **named)


def _spoilt(original: Callable[..., Any], spoil: Callable[[Any], Any], *arguments: Any, **named: Any) -> Any:
    return _spoil(original(*arguments, **named), spoil)


def _function(held: Any) -> FunctionType:
    """The function of a property, a method of a class, a cache or another wrapper."""
    for part in ("fget", "func", "__func__"):
        held = getattr(held, part, held)
    return inspect.unwrap(held)


def _spoil(value: Any, spoil: Callable[[Any], Any]) -> Any:
    """The value with every number in it spoiled; what holds none stays."""
    if isinstance(value, bool | np.bool_) or (isinstance(value, np.ndarray) and value.dtype == bool):
        return np.full(np.shape(value), spoil(0.0) > 0)  # the same whatever is asked
    if isinstance(value, int | np.integer):
        return type(value)(value + 1)
    if isinstance(value, float | complex | np.number | np.ndarray):
        return spoil(value)
    if isinstance(value, tuple | list):
        parts = [_spoil(part, spoil) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    if isinstance(value, dict):
        return {key: _spoil(part, spoil) for key, part in value.items()}
    if hasattr(value, "__dict__"):
        other = copy.copy(value)
        for key, part in vars(value).items():
            object.__setattr__(other, key, _spoil(part, spoil))
        return other
    return value


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(_same, one, other))
    if dataclasses.is_dataclass(one):
        return _same(vars(one), vars(other))
    kind = np.asarray(one).dtype.kind
    return bool(np.array_equal(one, other, equal_nan=kind in "fc")) if kind != "O" else one == other
