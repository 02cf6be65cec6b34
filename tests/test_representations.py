"""What objects say of themselves: the same in every run, without a place in memory; and what a notebook shows of them."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import partial
from typing import Any, Protocol, get_args, get_type_hints

import numpy as np
import pytest

import proofs
import theory
import toys
from proofs.core.records import Saved
from proofs.run import discovery
from proofs.words.arithmetic import DOUBLE, PRECISE
from theory import Estimate, GaussianMixture, divergence, ring, symmetric_pair
from theory.validation import told
from toys import GAN, VAE, contest, protocols, targets

ADDRESS = re.compile("0x[0-9a-f]{5,}")
AT_WORK = {
    "theory.numerics", "toys.networks", "toys.plain", "toys.train", "toys.conformance", "toys.conformance_plugin", "toys._folder",
    "toys.stacked_modules", "proofs.contest", "proofs.display", "proofs.evidence", "proofs.run", "proofs.plugin", "proofs.archive",
}  # fmt: skip
"""Modules whose plain classes work inside a run and are handed to nobody."""


def classes() -> Iterator[type]:
    """Every public class of the packages, but for those of claims."""
    for package in (theory, toys, proofs):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not any(part in info.name for part in (".claims", ".sentences", ".lemmas")):
                module = importlib.import_module(info.name)
                yield from (
                    kind
                    for name, kind in vars(module).items()
                    if inspect.isclass(kind) and kind.__module__ == info.name and not name.startswith("_")
                )


def may_be_a_function(hint: Any) -> bool:
    return "Callable" in str(hint) or any(may_be_a_function(part) for part in get_args(hint))


def filled(kind: type) -> tuple[Any, list[str]]:
    """An instance with a function wherever one may stand, nothing elsewhere; and where one stands."""
    try:
        hints = get_type_hints(kind)
    except NameError:  # of what is imported for types alone
        hints = {field.name: field.type for field in fields(kind)}
    made = object.__new__(kind)
    functions = [field.name for field in fields(kind) if may_be_a_function(hints[field.name])]
    for field in fields(kind):
        object.__setattr__(made, field.name, (lambda x: x) if field.name in functions else None)
    return made, functions


RECORDS = [kind for kind in classes() if is_dataclass(kind)]
HOLDERS = [kind for kind in RECORDS if filled(kind)[1]]
OWN_WORDS = {"Evidence", "Statement", "Claim", "Result"}
"""Records that say what they are, not what they hold."""


@pytest.mark.parametrize("kind", HOLDERS, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_a_function_goes_by_its_name(kind: type) -> None:
    """Whatever record holds a function says which, and not where it lies."""
    if kind.__name__ in OWN_WORDS:
        assert "__repr__" in vars(kind)
        return
    assert not ADDRESS.search(repr(filled(kind)[0]))


def test_other_objects_say_what_they_are() -> None:
    """A public class that is no record has words of its own."""
    plain = [
        f"{kind.__module__}.{kind.__name__}"
        for kind in classes()
        if not is_dataclass(kind)
        and kind.__repr__ is object.__repr__
        and not issubclass(kind, Exception | Enum)
        and not inspect.isabstract(kind)
        and Protocol not in kind.__mro__
        and not any(kind.__module__.startswith(home) for home in AT_WORK)
        and kind.__name__ not in ("Unchanging", "Exact", "Learner", "Optimiser", "Kind")  # what others are made of
    ]
    assert plain == []


def instances() -> dict[str, Any]:
    """Objects as their users meet them."""
    claims, _ = discovery.load([found for found in discovery.find() if found.module][:12])
    statements = [s for claim in claims for s in claim.statements]
    pair = targets.symmetric_pair(2.0, 0.5)
    return {
        **{f"claim {claim.id}": claim for claim in claims},
        **{f"statement {s.id}": s for s in statements},
        **{f"evidence {e.name}": e for s in statements for e in s.evidence},
        **{f"wrong {wrong.why}": wrong for s in statements for wrong in s.wrongs},
        **{f"reading {r.name}": r for claim in claims for r in claim.readings},
        **{f"domain {s.id}": s.domain for s in statements},
        **{f"protocol {name}": protocols.named(name) for name in protocols.NAMES},
        **{f"divergence {name}": value for name, value in vars(divergence).items() if isinstance(value, divergence.Divergence)},
        **{f"arm {name}": arm(targets.ring()) for name, arm in contest.ARMS.items()},
        **{f"target {name}": getattr(targets, name)() for name in ("ring", "two_moons", "pinwheel", "spiral", "checkerboard")},
        "mixture": ring(8), "estimate": Estimate(1.0, 1e-12, "exact"), "pair": pair, "vae": VAE(pair), "gan": GAN(pair),
        "arithmetic": DOUBLE, "precise arithmetic": PRECISE, "saved": Saved({"a": np.zeros(3)}),
    }  # fmt: skip


def test_no_object_tells_where_it_lies() -> None:
    """Claims and their parts, targets, learners, protocols, divergences, mixtures, arithmetics."""
    lost = {name: found[0] for name, thing in instances().items() if (found := ADDRESS.search(repr(thing)))}
    assert lost == {}


def test_what_a_value_is_said_to_be() -> None:
    """Functions, classes and partial functions by their names, in whatever holds them; everything else as Python says it."""

    class Bare:
        pass

    assert told.said(np.mean) == "mean"
    assert told.said((1, [len, dict])) == "(1, [len, dict])"
    assert told.said({"a": partial(round, 2)}) == "{'a': partial(round, 2)}"
    assert told.said(Bare()) == f"{Bare.__qualname__}()"
    assert told.said(symmetric_pair(1.0, 1.0)) == repr(symmetric_pair(1.0, 1.0))


SHOWN: dict[str, Callable[[], Any]] = {
    "a pair": lambda: symmetric_pair(3.0, 1.0),
    "a ring": lambda: ring(8),
    "three dimensions": lambda: GaussianMixture([0.3, 0.7], [[0, 1, 2], [2, 0, 1]], stds=[1.0, 0.5]),
    "covariances": lambda: GaussianMixture([1.0], [[0.0, 1.0]], covs=[[[2.0, 0.5], [0.5, 1.0]]]),
    "many components": lambda: theory.grid(5),
    "next to no size": lambda: GaussianMixture([1.0], [0.0], stds=[1e-300]),
    "huge": lambda: GaussianMixture([0.5, 0.5], [-1e307, 1e307], stds=[1e307, 1e307]),
    "many dimensions": lambda: GaussianMixture([1.0], [np.arange(40.0)], stds=[1.0]),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_mixture_shows_itself(name: str) -> None:
    """Its components as a table, and a picture wherever numbers allow one, in any dimension; well-formed and without a place in memory."""
    from xml.etree import ElementTree

    mixture = SHOWN[name]()
    page = mixture._repr_html_()
    ElementTree.fromstring(f"<div>{page}</div>")
    assert f"{len(mixture)} Gaussian component" in page
    assert ("nan" in page) == ("inf" in page) == False  # noqa: E712
    assert "<svg" in page or name == "huge"


def test_a_picture_of_a_mixture_is_to_scale() -> None:
    """A circle of the plane is a circle of the picture, and the wider direction of a component its longer axis, turned as it lies."""
    radii = re.findall(r'rx="([\d.]+)" ry="([\d.]+)"', ring(8)._repr_html_())
    assert len(radii) == 8
    assert all(a == b for a, b in radii)
    page = GaussianMixture([1.0], [[0.0, 0.0]], covs=[[[1.0, 0.8], [0.8, 1.0]]])._repr_html_()
    wide, high, turn = re.findall(r'rx="([\d.]+)" ry="([\d.]+)".*rotate\((-?\d+)\)', page)[0]
    assert float(wide) == pytest.approx(3 * float(high), rel=0.02)  # √(1.8/0.2)
    assert int(turn) % 180 == 135  # up to the right, where y points down


def test_an_estimate_shows_itself() -> None:
    """The number, its error and the kind of that."""
    page = Estimate(0.5, 1e-12, "enclosed")._repr_html_()
    assert "0.5" in page
    assert "1.0e-12" in page
    assert "enclosed" in page
