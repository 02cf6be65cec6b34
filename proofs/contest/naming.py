"""What is named: learners as shipped arms, `package.module:name` or entry points, targets as `toys.targets` or a mixture.

A learner is imported where its name is first read, from the working folder too, so that what does not import is wrong usage
and said before the work; worker processes import it again by the same name.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any

from proofs.core.outcome import told
from proofs.diagnosis import targets
from proofs.run import discovery, guests, installed
from proofs.run.sources import Module
from theory import GaussianMixture
from theory.validation.inputs import instance, reject
from toys.targets.mixtures import MixtureTarget
from toys.targets.target import Target

SHIPPED = "toys.contest"
"""The module of the arms that are shipped."""


@dataclass(frozen=True)
class Learner:
    """A learner as it was named: the `place` where it is imported from ("" for one of ours), and the folder that this was said in.

    `thing`: one that was given as an object, which has no place and trains in this process. `way`: by which it comes in
    (`toys.entrants.WAYS`). `file`: where its module is, as far as that is a file.
    """

    name: str
    place: str = ""
    folder: str = ""
    thing: Any = None
    way: str = "c"
    file: str = ""

    @property
    def home(self) -> Module:
        """Its module, as far as that is a file."""
        kept = self.thing if hasattr(self.thing, "__module__") else type(self.thing)
        own = SHIPPED if self.thing is None else str(kept.__module__)
        module = self.place.partition(":")[0] or own
        known = getattr(sys.modules.get(module), "__file__", None) or discovery.file_of(module)
        return Module(module, Path(known) if Path(known).is_file() else None)

    @property
    def guest(self) -> str | None:
        """What tells its worker process apart from those of others; None for ours, which share one."""
        return self.place or None

    def load(self) -> Any:
        """The thing itself; of one of ours the name that it has. Raises whatever the import raises."""
        if self.thing is not None:
            return self.thing
        if not self.place:
            return self.name
        module, _, attributes = self.place.partition(":")
        if self.folder not in sys.path:
            sys.path.insert(0, self.folder)
        thing: Any = import_module(module)
        for attribute in filter(None, attributes.split(".")):
            thing = getattr(thing, attribute)
        return thing


def learners(named: object) -> list[Learner]:
    """Each of one, a list, or a mapping of names to learners; those of `toys.contest.MAIN` where there is none.

    Raises ValueError, naming what was given, for a name that nothing has or two share, and for what does not import.
    """
    if isinstance(named, Mapping):
        found = [_given(str(name), one) for name, one in named.items()]
    elif isinstance(named, list | tuple):
        found = [learner(one) for one in named]
    else:
        found = [] if named is None else [learner(named)]
    found = found or [learner(name) for name in main_arms()]
    names = [one.name for one in found]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"LEARNER: expected every learner once, got {name!r} {names.count(name)} times")
    return found


def learner(named: object) -> Learner:
    """The learner of this name, or that is given; raises ValueError as `learners` does."""
    if not isinstance(named, str):
        return _given(getattr(named, "__name__", type(named).__name__), named)
    name = named
    if ":" in name:
        return _tried(Learner(name, name, os.getcwd()))
    if name in (known := arms()):
        return Learner(name)
    added = installed.learners()
    if name in added:
        return _tried(Learner(name, added[name].place, os.getcwd()))
    known = (*known, *added)
    lower = {one.lower(): one for one in reversed(known)}
    near = get_close_matches(name.lower(), lower, n=1)
    hint = f"; did you mean {lower[near[0]]!r}?" if near else ""
    raise ValueError(f"LEARNER: expected package.module:name, or one of {', '.join(known)}, got {name!r}{hint}")


def _given(name: str, thing: object) -> Learner:
    """An object, or what a text names, under a name of its own."""
    if isinstance(thing, str):
        found = learner(thing)
        return replace(found, name=name) if found.place or name == thing else replace(found, name=name, thing=thing)
    entered, way = _entered(name, thing)
    return Learner(name, thing=entered, way=way)


def _tried(one: Learner) -> Learner:
    """It, once it has been imported here and is a learner; what it prints goes to standard error."""
    module, _, attributes = one.place.partition(":")
    if not all(part.isidentifier() for part in (*module.split("."), *attributes.split("."))):
        raise ValueError(f"LEARNER: expected package.module:name, got {one.place!r}")
    path = list(sys.path)
    try:
        with guests.contained():
            thing = one.load()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise ValueError(f"LEARNER: expected one that can be imported, got {one.name!r} ({told(error)})") from error
    finally:
        sys.path[:] = path
    return replace(one, way=_entered(one.name, thing)[1], file=str(one.home.path or ""))


def _entered(name: str, thing: object) -> tuple[Any, str]:
    """The learner that the thing is, or makes, and the way it comes in by."""
    from toys.entrants import entrant

    try:
        known = entrant(name, thing)
    except ValueError as error:
        raise ValueError(f"LEARNER: {name}: {str(error).removeprefix('thing: ')}") from error
    return known.learner, known.way


def arms() -> tuple[str, ...]:
    """Names of the arms that are shipped."""
    from toys.contest import ARMS

    return tuple(ARMS)


def main_arms() -> tuple[str, ...]:
    """Those that a contest without names is between."""
    from toys.contest import MAIN

    return MAIN


def target(given: object) -> Target:
    """A target that is one, is written as `ring:modes=8`, comes from an installed package, or is a mixture or in its file.

    Raises ValueError, naming `target` or the file, for what is none.
    """
    if isinstance(given, Target):
        return given
    if isinstance(given, GaussianMixture):
        return MixtureTarget("mixture", given, "given as a mixture")
    if not isinstance(given, str | os.PathLike):
        reject("target", "a target of toys.targets, NAME:OPTION=VALUE,…, a mixture, or a file of one", given)
    written = os.fspath(given)
    if written.endswith(".json"):
        return MixtureTarget(Path(written).stem, targets.mixture("target", written), written)
    added = installed.targets()
    if written in added:
        made = added[written].use()
        made = made() if callable(made) else made
        return instance("target", made, Target, f"an entry point {written!r} that makes a toys.targets.Target")
    return targets.target("target", written)
