"""What the two sides of a check both execute: nothing, but for the arithmetic, may be common to them.

Both are traced, wherever their code lives: the claim, its siblings, textbook, `theory`, a package of the user. Free are
the libraries of numbers, the arithmetic that observed sides are written in, and of a mixture its parameters, its density
and its draws, with what these call in `theory`. What a free function is handed and calls back is not free.
"""

from __future__ import annotations

import inspect
import sys
import sysconfig
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from types import CodeType, FrameType, ModuleType
from typing import Any

LIBRARIES = ("numpy", "scipy", "mpmath", "gmpy2", "sympy", "flint", "torch", "hypothesis")
ARITHMETIC = ("proofs.words.arithmetic", "theory.validation", "proofs.core", __name__)
"""Modules whose code both sides may run: the arithmetic, the tests of arguments, and the forms of a claim."""
OF_A_RECORD = frozenset({"__init__", "__new__", "__eq__", "__hash__", "__repr__"})
MIXTURE = "theory.mixture"
OF_A_MIXTURE = frozenset({"pdf", "sample"})
"""Methods of a mixture that an observed side may call; its parameters are properties and what makes it one."""


CACHED = type(cache(len))
"""What `functools.cache` and `functools.lru_cache` make of a function."""
GENERATED = ("<frozen", "<__array_function__", "<decorator-gen", "<attrs")
"""What libraries make in memory. Other code without a file, from `exec` or `lambdify`, may hold a formula."""


@cache
def _libraries() -> tuple[str, ...]:
    """Folders of the standard library and of the libraries of numbers."""
    found = [spec for name in LIBRARIES if (spec := find_spec(name)) and spec.submodule_search_locations]
    folders = [folder for spec in found for folder in spec.submodule_search_locations or ()]
    return (*(path + "/" for path in folders), *GENERATED)


@cache
def _is_library(file: str) -> bool:
    standard = sysconfig.get_paths()["stdlib"]
    return file.startswith(_libraries()) or (file.startswith(standard) and "site-packages" not in file)


@cache
def _files(*modules: str) -> tuple[str, ...]:
    specs = (find_spec(name) for name in modules)
    return tuple(str(spec.origin).removesuffix("__init__.py") for spec in specs if spec and spec.origin)


@cache
def _free(code: CodeType) -> bool:
    """Whether both sides may run this code: what makes a record, of which code is generated, is free as well."""
    made = code.co_filename.startswith("<") and code.co_name in OF_A_RECORD
    return made or code.co_filename.startswith(_files(*ARITHMETIC)) or _of_a_mixture(code)


@cache
def _of_a_mixture(code: CodeType) -> bool:
    """Whether this is a parameter of a mixture, its density, its draws, or what makes it one."""
    if not code.co_filename.startswith(_files(MIXTURE)):
        return False
    owner = code.co_qualname.rpartition(".")[0]
    parameter = isinstance(_member(owner, code.co_name), property)
    return parameter or code.co_name in OF_A_MIXTURE or code.co_name.startswith("__")


def _member(owner: str, name: str) -> Any:
    from theory import GaussianMixture

    return vars(GaussianMixture).get(name) if owner == "GaussianMixture" else None


def shared(function: Callable[..., Any], claimed: Callable[..., Any], instance: Any) -> list[str]:
    """Names of what both sides execute at an instance and must not; `function(claimed, instance)` compares them."""
    values: list[Any] = []
    ours: set[CodeType] = set()
    theirs: set[CodeType] = set()

    def traced(*arguments: Any, **named: Any) -> Any:
        forget()
        with _running(ours):
            values.append(claimed(*arguments, **named))
        return values[-1]

    function(traced, instance)
    replay = iter(values)
    forget()
    with _running(theirs):
        function(lambda *_a, **_k: next(replay), instance)
    return sorted({code.co_qualname for code in ours & theirs})


def name_of(claimed: Callable[..., Any]) -> str:
    """The name under which the code of a function is told; empty where it has none of its own."""
    code = getattr(inspect.unwrap(claimed), "__code__", None)
    return code.co_qualname if code else ""


@contextmanager
def _running(found: set[CodeType]) -> Generator[None]:
    """Collect the code that runs inside, but for libraries and what is free."""
    inside: list[FrameType] = []  # the call of a mixture that we are in, if any

    def event(frame: FrameType, what: str, _arg: Any) -> None:
        code = frame.f_code
        if what == "return" and inside and frame is inside[0]:
            inside.clear()
        if what != "call" or _is_library(code.co_filename) or _of_a_named_tuple(frame):
            return
        if not inside and _of_a_mixture(code):
            inside.append(frame)
        if not _free(code) and not (inside and code.co_filename.startswith(_files("theory"))):
            found.add(code)

    with profiled(event):
        yield


@contextmanager
def profiled(event: Callable[[FrameType, str, Any], None]) -> Generator[None]:
    """Tell `event` of every call and return inside, and whoever was told before of what comes after."""
    outer = sys.getprofile()
    sys.setprofile(event)
    try:
        yield
    finally:
        sys.setprofile(outer)


def _of_a_named_tuple(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__")).startswith("namedtuple_")


def forget() -> None:
    """Empty the caches of functions outside of the libraries, so that what they know is worked out again, and seen."""
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if file and module.__name__ != __name__ and not _is_library(file):
            for value in _held(module):
                if isinstance(value, CACHED):
                    value.cache_clear()


def _held(module: ModuleType) -> Iterator[Any]:
    """What a module and the classes that it defines hold."""
    for value in list(vars(module).values()):
        yield value
        if isinstance(value, type) and value.__module__ == module.__name__:
            yield from (getattr(part, "__func__", part) for part in list(vars(value).values()))
