"""What a piece of evidence depends on: its own code and values, and the modules that these lead to, as one digest.

A claim's file is read function by function: starting from what the evidence has registered, functions count by their
bytecode (which knows no comments, docstrings or lines), and with each its defaults, what it closes over, and the
globals that it reads, transitively; values count by their content. Whatever belongs to another module brings that
module in as a whole (proofs.run.sources). Two pieces of evidence of one claim share a digest's ingredients only where
they share code.

What cannot be followed (globals(), exec, a dynamic import, a value without content) makes the whole file count.
"""

from __future__ import annotations

import ast
import builtins
import dis
import gc
import hashlib
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import cache, cached_property
from pathlib import Path
from types import (
    BuiltinFunctionType,
    CodeType,
    FunctionType,
    GetSetDescriptorType,
    MappingProxyType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodType,
    ModuleType,
    WrapperDescriptorType,
)  # fmt: skip
from typing import Any

import numpy as np

from proofs.core.claim import Claim
from proofs.core.readings import Reading
from proofs.core.statement import Control, Evidence, Statement, Wrong
from proofs.run import sources
from proofs.run.sources import Module

ATOMS = (type(None), bool, int, float, complex, str, bytes, type(Ellipsis), type(NotImplemented), range, slice)
NAMED = (
    BuiltinFunctionType, GetSetDescriptorType, MemberDescriptorType, MethodDescriptorType, WrapperDescriptorType,
    np.ufunc,
)  # fmt: skip
"""Types whose values are known by their name alone."""
OPAQUE = {"globals", "locals", "vars", "exec", "eval", "compile", "__import__", "importlib", "runpy", "inspect"}
"""Names by which a function may reach what it does not name."""
UNREAD = {
    "__doc__", "__slotnames__", "__module__", "__dict__", "__weakref__", "__firstlineno__", "__static_attributes__", "_abc_impl",
}  # fmt: skip
"""Of a class: what is prose, place or cache."""
UNTOLD = {
    Statement: {"id", "formula", "assumptions", "evidence", "wrongs"},
    Evidence: {"statement", "riders", "trained_by", "options"},
    Control: {"name"},
    Wrong: {"why", "on"},
    Reading: {"words", "sentence"},
}  # fmt: skip
"""Fields that are prose, or belong to other evidence."""
PROSE = {"reason", "history"}
TRAINING = "proofs.evidence.experiment"
"""The module whose few functions that train are read one by one, as a claim's: how it judges is no matter of training."""


@dataclass(frozen=True)
class Code:
    """A code object as far as it counts, nested ones included."""

    digest: str
    globals: tuple[str, ...]
    imports: tuple[tuple[str, int, tuple[str, ...]], ...]
    strings: frozenset[str]


def digest(told: list[str]) -> str:
    """Of a sequence of words."""
    return hashlib.sha256("\n".join(told).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def decoded(code: CodeType) -> Code:
    """Instructions, constants by value; the globals that are read, the imports made (name, level, names)."""
    told, names, imports, strings = [f"{code.co_flags} {code.co_names} {_arguments(code)}"], [], [], set()
    steps = list(_steps(code))
    for k, (step, argument) in enumerate(steps):
        if step not in dis.hasconst:
            told.append(f"{step} {argument}")
        elif isinstance(value := code.co_consts[argument], CodeType):
            inner = decoded(value)
            told.append(inner.digest)
            names += inner.globals
            imports += inner.imports
            strings |= inner.strings
        elif _next_name(code, steps, k) != (STORE, "__doc__"):  # a nested class's docstring
            strings |= {value} if isinstance(value, str) else set()
            told.append(repr(sorted(map(repr, value))) if isinstance(value, frozenset) else repr(value))
        if step in READS:
            names.append(code.co_names[argument >> (step == GLOBAL)])
        elif step == IMPORT:
            level, parts = (_constant(code, *steps[k - back]) for back in (2, 1))
            imports.append((code.co_names[argument], level, tuple(parts or ())))
    return Code(digest(told), tuple(dict.fromkeys(names)), tuple(imports), frozenset(strings))


GLOBAL, STORE, IMPORT = (dis.opmap[name] for name in ("LOAD_GLOBAL", "STORE_NAME", "IMPORT_NAME"))
READS = {GLOBAL, *(dis.opmap[name] for name in ("LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS") if name in dis.opmap)}


def _steps(code: CodeType) -> Iterator[tuple[int, int]]:
    """Operation and argument of each instruction; `dis` tells positions too, and takes ten times as long."""
    extended = 0
    for operation, argument in zip(code.co_code[::2], code.co_code[1::2], strict=True):
        if operation == dis.EXTENDED_ARG:
            extended = (extended | argument) << 8
        elif operation:  # 0 keeps room for the interpreter's caches
            yield operation, extended | argument
            extended = 0


def _next_name(code: CodeType, steps: list[tuple[int, int]], k: int) -> tuple[int, str] | None:
    """The next instruction, where it stores a name."""
    if k + 1 < len(steps) and steps[k + 1][0] == STORE:
        return STORE, code.co_names[steps[k + 1][1]]
    return None


def _constant(code: CodeType, step: int, argument: int) -> Any:
    """What an instruction loads; small integers stand in it."""
    return code.co_consts[argument] if step in dis.hasconst else argument


def _arguments(code: CodeType) -> tuple[object, ...]:
    count = code.co_argcount + code.co_kwonlyargcount
    return code.co_varnames[:count], code.co_posonlyargcount, code.co_freevars, code.co_exceptiontable


def _facts(module: ModuleType) -> dict[str, Any]:
    """What a module is known by, without loading a lazy one."""
    return object.__getattribute__(module, "__dict__")


class Reader:
    """Reads values, one after the other, into a digest; `home` is read function by function, other modules as a whole."""

    def __init__(self, home: Module, *others: str) -> None:
        self.home, self.fine = home, {home.name, *others}
        self.told: list[str] = []
        self.seen: dict[int, int] = {}
        self.kept: list[Any] = []  # what is alive keeps its id
        self.modules: dict[Module, None] = {}

    def digest(self, *, training: bool = False) -> str:
        """Of all that was read, and of the modules that it leads to."""
        self._effects()
        reached = sources.reached(self.modules, training=training)
        self._tell(reached.pop(self.home, None), sorted((module.name, told) for module, told in reached.items()))
        return digest(self.told)

    def bring(self, name: str) -> None:
        """The module `name` and the packages above it, as a whole."""
        self.modules |= dict.fromkeys(sources.named(name, True))

    def _tell(self, *words: object) -> None:
        self.told += map(repr, words)

    def _unread(self) -> None:
        """Something could not be followed: the whole file counts."""
        self.modules[self.home] = None

    # --- values

    def see(self, value: Any) -> None:
        """Read a value with everything that it holds."""
        if issubclass(type(value), ModuleType):  # asked for anything else, a lazy one would load
            return self._module(value)
        if type(value) in ATOMS:
            return self._tell(type(value).__name__, value)
        if type(value) is tuple:  # equal ones may be one and the same object, or not
            return self._each(value)
        if id(value) in self.seen:
            return self._tell("again", self.seen[id(value)])
        self.seen[id(value)] = len(self.seen)
        self.kept.append(value)
        self._tell(type(value).__qualname__)
        try:
            self._content(value)
        except Exception:  # whatever a stranger's object raises when asked what it holds
            self._tell("unread")
            self._unread()
        return None

    def _content(self, value: Any) -> None:
        match value:
            case FunctionType():
                self._function(value)
            case MethodType():
                self._each((value.__func__, value.__self__))
            case type():
                self._class(value)
            case Statement() | Evidence() | Control() | Reading() | Wrong():
                self._each(getattr(value, f.name) for f in fields(value) if f.name not in UNTOLD[type(value)])
            case Claim():
                self._unread()
            case property():
                self._each((value.fget, value.fset, value.fdel))
            case staticmethod() | classmethod():
                self.see(value.__func__)
            case cached_property():
                self.see(value.func)
            case CodeType():
                self._code(value, {})
            case np.ndarray() if value.dtype != object:
                self._tell(value.dtype.str, value.shape, hashlib.sha256(value.tobytes()).hexdigest())
            case list() if type(value) is list:
                self._each(value)
            case _ if type(value) in (dict, MappingProxyType):
                self._each(part for pair in value.items() for part in pair)
            case _ if type(value) in (set, frozenset):
                self._tell(sorted(self._apart(part) for part in value))
            case _ if isinstance(value, NAMED):
                self._named(value)
            case _ if callable(getattr(value, "__wrapped__", None)):
                self._each((type(value), value.__wrapped__))
            case _:
                self._instance(value)

    def _each(self, values: Iterable[Any]) -> None:
        self._tell("(")
        for value in values:
            self.see(value)
        self._tell(")")

    def _apart(self, value: Any) -> str:
        """The digest of a member of a set, which has no place in an order."""
        other = Reader(self.home, *self.fine)
        other.see(value)
        self.modules |= other.modules
        return digest(other.told)

    def _named(self, value: Any) -> None:
        self._tell(name := getattr(value, "__qualname__", None) or value.__name__)
        if name in OPAQUE:
            self._unread()
        owner = getattr(value, "__self__", None)
        if owner is not None and not isinstance(owner, ModuleType):
            self.see(owner)
        elif module := getattr(value, "__module__", None) or getattr(owner, "__name__", None):
            self.bring(module)

    def _instance(self, value: Any) -> None:
        """By its class and what it would be made again from."""
        self.see(type(value))
        reduced = value.__reduce_ex__(4)
        if isinstance(reduced, str):
            return self._tell(reduced)
        made, arguments, state, *items = [*reduced, None, None, None][:5]
        self.see(made)
        self.see(arguments)
        if isinstance(state, dict):  # what was computed once and kept is not content
            kept = {name for name in state if isinstance(getattr(type(value), str(name), None), cached_property)}
            state = {name: part for name, part in state.items() if name not in kept}
        self.see(state)
        for more in items:
            self.see(None if more is None else list(more))
        return None

    def _class(self, value: type) -> None:
        self._tell(value.__qualname__)
        if value.__module__ not in self.fine:
            within = (part.__globals__ for part in vars(value).values() if isinstance(part, FunctionType))
            files = (scope.get("__file__") for scope in within if scope.get("__name__") == value.__module__)
            return self._elsewhere(value.__module__, next(files, None))
        self._each((type(value), *value.__bases__))
        for name, part in vars(value).items():
            if name not in UNREAD:
                self._tell(name)
                self.see(part)
        return None

    # --- code

    def _function(self, function: FunctionType) -> None:
        module = function.__globals__.get("__name__", "")
        written = module in sys.modules or "__file__" in function.__globals__  # not made by exec, as named tuples are
        if module in self.fine or not written:
            self._code(function.__code__, function.__globals__)
        else:
            self._tell(function.__qualname__)
            self._elsewhere(module, function.__globals__.get("__file__"))
        self._each((function.__defaults__, function.__kwdefaults__, function.__dict__))
        for cell in function.__closure__ or ():
            try:
                self.see(cell.cell_contents)
            except ValueError:  # not filled yet
                self._tell("empty")

    def _code(self, code: CodeType, scope: Mapping[str, Any]) -> None:
        read = decoded(code)
        self._tell(read.digest)
        for name in read.globals:
            self._tell(name)
            if name in OPAQUE:
                self._unread()
            if name in scope:
                self.see(scope[name])
                self._bound(name)
            elif not hasattr(builtins, name):
                self._tell("missing")
        for name, level, parts in read.imports:
            base = sources.absolute(name, level, scope.get("__package__") or "")
            self.bring(base)
            for asked in [f"{base}.{part}" for part in parts] or [base]:
                self.modules |= dict.fromkeys((*sources.named(asked, False), *sources.served(asked)))
            if base.partition(".")[0] in OPAQUE:
                self._unread()
        if self.home.path and self.home.name.partition(".")[0] not in sources.HOUSE:
            for path in sources.beside(self.home.path, read.strings):
                self._tell(path.name, hashlib.sha256(path.read_bytes()).hexdigest())

    def _bound(self, name: str) -> None:
        """`import a.b` binds a, and means a.b."""
        for module in self._written.bound.get(name, ()):
            self.bring(module)

    def _module(self, module: ModuleType) -> None:
        told = _facts(module)
        self.modules |= dict.fromkeys(sources.served(told["__name__"]))
        return self._elsewhere(told["__name__"], told.get("__file__"))

    def _elsewhere(self, name: str, file: str | None) -> None:
        """A module other than those read function by function; one that was loaded from a file by hand, by that."""
        if name in self.fine or name.partition(".")[0] in OPAQUE:
            return self._unread()
        self.bring(name)
        known = _facts(sys.modules[name]) if name in sys.modules else None
        if known is not None and (file is None or known.get("__file__") == file):
            return None
        if file is None:
            return self._unread()
        self.modules[Module(name, Path(file))] = None
        return None

    # --- what is there without being read

    @cached_property
    def _written(self) -> Written:
        return written(self.home, *(sources.version(self.home.path) if self.home.path else (0, 0)))

    def _effects(self) -> None:
        """What a file does when it is imported, and what it imports without ever reading it."""
        scope = vars(sys.modules[self.home.name]) if self.home.name in sys.modules else {}
        for text, names in self._written.effects:
            values = [scope[name] for name in names if name in scope]
            if not any(isinstance(value, Claim | Statement | Evidence) for value in values):  # a declaration
                self._tell(text)
                self._each(values)
        for module in self._written.unread:
            self.bring(module)


@dataclass(frozen=True)
class Written:
    """A claim's file at its top level: the modules bound by `import a.b`, what it does, what it imports for its effect."""

    bound: Mapping[str, tuple[str, ...]]
    effects: tuple[tuple[str, tuple[str, ...]], ...]
    unread: tuple[str, ...]


@cache
def written(home: Module, modified: int, size: int) -> Written:
    """The top level of a file; `modified` and `size` tell its versions apart."""
    if home.path is None or not size:
        return Written({}, (), ())
    text = home.path.read_bytes()
    statements = list(_statements(ast.parse(text)))
    bound: dict[str, list[str]] = {}
    for statement in statements:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            for one in sources.imports_of(statement, sources.package_of(home), lazily=False):
                bound.setdefault(one.binds, []).extend([one.module] if one.surely else [])
    loaded = {*decoded(compile(text, str(home.path), "exec", dont_inherit=True)).globals}
    unread = [
        m
        for name, modules in bound.items()
        if name not in loaded
        for m in modules
        if {name, m}.isdisjoint({"*", "__future__"})
    ]
    effects = [
        (ast.dump(s), tuple(n.id for n in ast.walk(s) if isinstance(n, ast.Name)))
        for s in statements
        if _affects(s, {*bound})
    ]
    return Written({name: tuple(m) for name, m in bound.items()}, tuple(effects), tuple(unread))


def _statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """Simple statements that run when the file is imported."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.If | ast.For | ast.While | ast.With | ast.Try | ast.TryStar | ast.ExceptHandler):
            yield from _statements(child)
        elif isinstance(child, ast.stmt) and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child


def _affects(statement: ast.stmt, imported: set[str]) -> bool:
    """Whether it calls what was imported for nothing, or assigns to an attribute or an entry of it."""
    match statement:
        case ast.Expr(value=ast.Call() as call):
            return _root(call) in imported
        case ast.Assign(targets=targets):
            return any(not isinstance(t, ast.Name) and _root(t) in imported for t in targets)
        case ast.AugAssign(target=target):
            return not isinstance(target, ast.Name) and _root(target) in imported
        case _:
            return False


def _root(node: ast.AST) -> str | None:
    while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


# --- what counts for what ---------------------------------------------------------------------------------------------


def of_evidence(evidence: Evidence, home: Module) -> str:
    """What a finding depends on: the evidence with its statement, options, controls and riders, and how its kind runs."""
    reading = Reader(home)
    reading.bring("proofs.evidence.gather")
    reading.bring(f"proofs.evidence.{evidence.kind}")
    for one in (evidence, *evidence.riders):
        leveled = by_level(one)
        options = {name: value for name, value in one.options.items() if name not in PROSE and name not in leveled}
        for part in (one, one.controls, one.statement.id, one.statement, options):
            reading.see(part)
    return reading.digest(training=evidence.trains)


def of_reading(reading: Reading, home: Module) -> str:
    """What is seen of a reading depends on: its predicate, the statements in it, its sentence's range."""
    read = Reader(home)
    read.bring("proofs.evidence.reading")
    for part in (reading.function, reading.sentence.letters, reading.universal, reading.over):
        read.see(part)
    return read.digest()


def by_level(evidence: Evidence) -> dict[str, Mapping[str, Any]]:
    """The options of which a run reads what its level has; they stand in the key by themselves."""
    plans = {name: value for name, value in evidence.options.items() if isinstance(value, Mapping)}
    return {name: plan for name, plan in plans.items() if plan and {*plan} <= {"quick", "full", "long"}}


def of_training(evidence: Evidence, home: Module) -> str:
    """What the trained arrays of an experiment depend on; how they are judged is no part of it."""
    from proofs.evidence import experiment

    runs = experiment.Experiment
    reading = Reader(home, TRAINING)
    for part in (evidence.function, evidence.options["batch"], experiment.train, runs.told, runs.seeds):
        reading.see(part)
    return reading.digest(training=True)


def of_values(function: Callable[..., Any], home: Module) -> str:
    """What the arrays depend on that `function()` computes."""
    reading = Reader(home)
    reading.bring("proofs.core.outcome")
    reading.see(function)
    return reading.digest()


def of_film(function: Callable[..., Any], home: Module) -> str:
    """What the arrays depend on that `function(run)` trains, or trains by seeds that it is given."""
    look_again()
    reading = Reader(home)
    reading.bring("proofs.core.training")
    reading.see(function)
    return reading.digest(training=True)


def of_learner(learner: object, home: Module, *told: object) -> str:
    """What the samples depend on of a learner whose module is `home`, on the target and settings that are `told`."""
    reading = Reader(home)
    for name in ("toys.entrants", "toys.train", home.name):
        reading.bring(name)
    for part in (learner, *told):
        reading.see(part)
    return reading.digest(training=True)


def of_module(name: str) -> str:
    """What the functions of a module depend on."""
    reading = Reader(sources.located(name) or Module(name))
    reading.bring(name)
    return reading.digest()


look_again = sources.look_again


@contextmanager
def uncollected() -> Generator[None, None, None]:
    """No garbage collection meanwhile: syntax trees have many nodes and no cycles, and a third of the time went there."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
