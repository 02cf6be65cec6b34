"""Targets: laws with exact answers, sampled for training. One file a target, and the folder is the list of them.

Rows of a sample are points (n, dim); `target.inputs` leading columns are given where it is a regression problem. What
counts in a module are its classes of `Target` and its functions that return one, as their annotation says or, where
they have none, as is then assumed. Type checkers take a name from its module, `from toys.targets.pinwheel import pinwheel`.
"""

from inspect import isfunction, unwrap
from types import SimpleNamespace
from typing import get_type_hints

from toys._folder import index
from toys.targets.target import Target


def _makes_targets(value: object) -> bool:
    if isfunction(value):
        said = SimpleNamespace(__annotations__={"return": value.__annotations__.get("return", Target)})
        value = get_type_hints(said, unwrap(value).__globals__)["return"]
    return isinstance(value, type) and issubclass(value, Target)


__getattr__, __dir__ = index(__name__, _makes_targets)
