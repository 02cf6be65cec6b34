"""While these tests run, the shapes written in signatures of `toys` are enforced, by jaxtyping and beartype.

A door is a public function, method, property or dataclass whose annotations name a shape; a loss, a gradient or a layer
names none, for it is called at every step. Doors are wrapped when the first of these tests begins and bare again after
the last, whoever has imported `toys` before: an import hook would depend on the order, and slow every other test too.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from dataclasses import is_dataclass
from functools import cached_property, partial
from importlib import import_module
from inspect import isclass, isfunction, unwrap
from typing import Any

import pytest
from beartype import BeartypeConf, beartype
from jaxtyping import jaxtyped

import toys
from toys.validation import door

KINDS = ("Bool[", "Float[", "Int[", "Real[", "Shaped[", "Layers")
enforced = partial(jaxtyped, typechecker=beartype(conf=BeartypeConf(is_pep484_tower=True)))


def doors() -> Iterator[tuple[Any, str, Any]]:
    """(owner, name, value) of everything public in `toys` that names a shape, classes before what is in them."""
    for found in pkgutil.walk_packages(toys.__path__, "toys."):
        if not any(part.startswith("_") for part in found.name.split(".")):
            module = import_module(found.name)
            own = {k: v for k, v in vars(module).items() if getattr(v, "__module__", None) == found.name}
            for name, value in own.items():
                if isclass(value):
                    yield from ((value, k, v) for k, v in vars(value).items() if names_shapes(k, v))
                if names_shapes(name, value):
                    yield module, name, value


def names_shapes(name: str, value: Any) -> bool:
    """Whether a public name has a shape in its annotations."""
    if isinstance(value, property | cached_property):
        value = value.fget if isinstance(value, property) else value.func
    annotations = value.__annotations__ if isfunction(value) or (isclass(value) and is_dataclass(value)) else {}
    public = not name.startswith("_") or name == "__call__"
    return public and any(kind in str(said) for said in annotations.values() for kind in KINDS)


def shut(patch: pytest.MonkeyPatch, owner: Any, name: str, value: Any) -> None:
    """Enforce the shapes of one door, until `patch` is undone."""
    if isinstance(value, cached_property):
        patch.setattr(value, "func", enforced(value.func))
    elif isinstance(value, property):
        patch.setattr(owner, name, property(enforced(value.fget)))
    elif isclass(value):
        patch.setattr(value, "__init__", value.__init__)
        enforced(value)  # in place
    elif unwrap(value) is not value:  # a door of its own, which stays in front
        patch.setattr(owner, name, door(enforced(unwrap(value))))
    else:
        patch.setattr(owner, name, enforced(value))


@pytest.fixture(scope="package", autouse=True)
def shapes() -> Iterator[None]:
    """Every door of `toys` shut to wrong shapes."""
    with pytest.MonkeyPatch.context() as patch:
        for owner, name, value in list(doors()):
            shut(patch, owner, name, value)
        yield
