"""What is run again after a change: all that depends on it, and nothing else."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from proofs.core.outcome import Finding, Outcome
from proofs.run import discovery, ledger, runner, sources
from proofs.run.ledger import Ledger

CLAIM = '''"""A square is a product.

An essay on it.
"""

import math
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
import users.deep
from mathematics import twice
from proofs.core import Agreement, Claim, Positive, Real
from theory import GaussianMixture

HERE = Path(__file__).parent
ERROR = 1e-13
LAW = GaussianMixture([0.5, 0.5], [-1.0, 1.0], stds=[0.5, 0.5])
STARTED = 0.25

claim = Claim(topic="trade-offs")


@claim.states(lambda a: a * a, relation="==")
def square(a: Real):
    """a²"""


@dataclass(frozen=True)
class Scale:
    """A size."""

    size: float = 1.0
    shift: float = 0.0

    def at(self, a):
        return self.size * a + self.shift


SCALE = Scale(1.0)


def _by_addition(a):
    """a² = 2a² - a²."""
    # once is taken away
    return (a + a) * a - a * a


@cache
def _cached(a):
    return a * 1


def _default(a, factor=1.0):
    return a * factor


def by_addition(m, a):
    return _by_addition(a)


square.check(by_addition, on=lambda s: s.either(s.scales(1e-8, 1e8), s.scales(1e-8, 1e8).map(lambda a: -a)), error=ERROR, examples=110)
square.wrong("the cube: a wrong power", claimed=lambda a: a**3, on="by_addition")


def _with_helpers(a, scale):
    from users.lazy import one

    return _default(_cached(scale.at(users.deep.inner.product(a, a)))) * one() + 0 * twice(LAW.mean)


made = partial(_with_helpers, scale=SCALE)


def with_helpers(m, a):
    return made(a)


square.check(with_helpers, on=lambda s: s.reals(-3.0, 3.0), confirm=made, error=1e-13)


@claim.states(lambda: 0.0)
def root():
    """0"""


@root.experiment(
    rule=Agreement(0.02), seeds=(8, 16), steps=(5, 7), batch=16, reason="declared",
)
def trained(run):
    with (HERE / "told").open("a") as told:
        told.write(f"{len(run.seeds)} {run.steps}\\n")
    noise = np.array([seed % 97 / 1e4 for seed in run.seeds])
    return {"near": STARTED * noise, "far": 9 + noise}


@trained.measure
def _sizes(claimed, data):
    return {"network": data["near"] - claimed(), "control": data["far"]}


@claim.curves
def curves():
    return {"x": np.linspace(0, 1, 5)}


@claim.figure
def draw(saved, canvas):
    axes = canvas.subplots()
    axes.set(xlabel="a label")
'''

FILES = {
    "claims/mine.py": CLAIM,
    "mathematics.py": '"""Not the house\'s."""\n\nfrom _beneath import TWO\n\n\ndef twice(x):\n    """2x."""\n    return TWO * x\n',
    "_beneath.py": "TWO = 2\n",
    "users/__init__.py": '"""A package."""\n',
    "users/deep/__init__.py": "from . import inner\n",
    "users/deep/inner.py": "from ..arithmetic import plain\n\n\ndef product(a, b):\n    return plain(a * b)\n",
    "users/arithmetic.py": "import json\nfrom pathlib import Path\n\nUNIT = json.loads(Path(__file__).with_name('unit.json').read_text())\n\n\ndef plain(x):\n    return x * UNIT\n",
    "users/unit.json": "1",
    "users/lazy.py": "def one():\n    return 1\n",
    "users/unrelated.py": "ANYTHING = 1\n",
}
ADDITION, HELPERS, TRAINED, CURVES = "by_addition", "with_helpers", "trained", "curves"
USERS = ("users", "mathematics", "_beneath", "spaces", "star", "ask", "beside")
EVERY = {ADDITION, HELPERS, TRAINED, CURVES}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's claim, package and modules, the latter on the path."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith((*USERS, "blurproof_claims")):
            del sys.modules[name]


def edit(path: Path, old: str, new: str) -> None:
    """Put `new` for `old`, which is there."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def keys(folder: Path, **settings: object) -> dict[str, tuple[str, str | None]]:
    """The keys of the claim's evidence and of its training, as a new process would find them."""
    for name in [n for n in sys.modules if n.startswith(USERS)]:
        del sys.modules[name]
    found = [item for item in discovery.find(folder / "claims") if item.module is None]
    for item in found:
        sys.modules.pop(item.imported_as, None)
    claims, failed = discovery.load(found)
    assert not failed
    tasks = runner.tasks_of(zip(claims, found, strict=True), runner.Settings(**settings))  # type: ignore[arg-type]
    return {task.name: (task.key, task.training) for task in tasks if task.found.id == "mine"}


CHANGES: dict[str, tuple[str, str, str, set[str]]] = {
    "a helper": ("claims/mine.py", "(a + a) * a - a * a", "2 * a * a - a * a", {ADDITION}),
    "a constant": ("claims/mine.py", "ERROR = 1e-13", "ERROR = 1e-12", {ADDITION}),
    "a lambda": ("claims/mine.py", "lambda a: a**3", "lambda a: a**4", {ADDITION}),
    "instances": ("claims/mine.py", "s.either(s.scales(1e-8, 1e8), s", "s.either(s.scales(1e-8, 1e9), s", {ADDITION}),
    "an option": ("claims/mine.py", "examples=110", "examples=120", {ADDITION}),
    "the relation": ("claims/mine.py", 'relation="=="', 'relation="<="', {ADDITION, HELPERS}),
    "the domain": ("claims/mine.py", "square(a: Real)", "square(a: Positive)", {ADDITION, HELPERS}),
    "a default argument": ("claims/mine.py", "factor=1.0", "factor=1.5", {HELPERS}),
    "a cached function": ("claims/mine.py", "return a * 1", "return a * 3", {HELPERS}),
    "a dataclass's default": ("claims/mine.py", "shift: float = 0.0", "shift: float = 0.5", {HELPERS}),
    "a dataclass's constant": ("claims/mine.py", "SCALE = Scale(1.0)", "SCALE = Scale(2.0)", {HELPERS}),
    "a method": ("claims/mine.py", "self.size * a", "self.size + a", {HELPERS}),
    "a mixture": ("claims/mine.py", "[-1.0, 1.0]", "[-1.0, 2.0]", {HELPERS}),
    "a module": ("mathematics.py", "TWO * x", "TWO + x", {HELPERS}),
    "a module's module": ("_beneath.py", "TWO = 2", "TWO = 3", {HELPERS}),
    "a submodule": ("users/deep/inner.py", "a * b", "b * a", {HELPERS}),
    "a submodule's module": ("users/arithmetic.py", "x * UNIT", "UNIT * x", {HELPERS}),
    "a package": ("users/__init__.py", '"""A package."""', "LIMIT = 3", {HELPERS}),
    "data": ("users/unit.json", "1", "2", {HELPERS}),
    "an import in a function": ("users/lazy.py", "return 1", "return 2", {HELPERS}),
    "the formula's function": ("claims/mine.py", "states(lambda a: a * a", "states(lambda a: a**2", {ADDITION, HELPERS}),
    "an import for its effect": ("claims/mine.py", "import math\n", "import math\n\nimport users.unrelated as _\n", EVERY),
    "an effect": ("claims/mine.py", "HERE = ", "np.seterr(all='ignore')\nHERE = ", EVERY),
    "a threshold": ("claims/mine.py", "Agreement(0.02)", "Agreement(0.01)", {TRAINED}),
    "a measure": ("claims/mine.py", '- claimed(), "control"', '- 2 * claimed(), "control"', {TRAINED}),
    "the curves": ("claims/mine.py", "np.linspace(0, 1, 5)", "np.linspace(0, 1, 6)", {CURVES}),
    "a label": ("claims/mine.py", "a label", "another label", set()),
    "the essay": ("claims/mine.py", "An essay", "Another essay", set()),
    "a docstring": ("claims/mine.py", '"""a² = 2a² - a²."""', '"""Elementary."""', set()),
    "no docstring": ("claims/mine.py", '    """a² = 2a² - a²."""\n', "", set()),
    "a class's docstring": ("claims/mine.py", '"""A size."""', '"""Another."""', set()),
    "a comment": ("claims/mine.py", "# once is taken away", "# a²\n    # is taken away", set()),
    "prose": ("claims/mine.py", '    """a²"""', '    """a·a"""', set()),
    "a reason": ("claims/mine.py", "reason=\"declared\"", "reason=\"guessed\"", set()),
    "the full run": ("claims/mine.py", 'steps=(5, 7)', 'steps=(5, 9)', set()),
    "a module's docstring": ("mathematics.py", '"""2x."""', '"""Two x."""', set()),
    "a module's layout": ("_beneath.py", "TWO = 2", "# a comment\nTWO = (\n    2\n)", set()),
    "a module that is not imported": ("users/unrelated.py", "ANYTHING = 1", "ANYTHING = 2", set()),
    "another statement": (
        "claims/mine.py", "@claim.states(lambda: 0.0)", "@claim.states(lambda: 1)\ndef third():\n    'one'\n\n\n@claim.states(lambda: 0.0)", set()
    ),
    "another experiment": (
        "claims/mine.py", "@claim.curves", "@root.experiment(rule=Agreement(1.0), seeds=8, reason='')\n"
        "def more(run):\n    return {}\n\n\n@claim.curves", set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_reaches_what_depends_on_it_alone(folder: Path, name: str) -> None:
    """Code, values, data and modules reach what reads them; prose, figures and neighbours nobody."""
    file, old, new, reached = CHANGES[name]
    before = keys(folder)
    assert set(before) == EVERY
    edit(folder / file, old, new)
    after = keys(folder)
    assert {name for name, key in before.items() if after[name][0] != key[0]} == reached


TRAININGS: dict[str, tuple[str, str, bool]] = {
    "steps": ("steps=(5, 7)", "steps=(6, 7)", True),
    "batch": ("batch=16", "batch=32", True),
    "a global that it reads": ("STARTED = 0.25", "STARTED = 0.5", True),
    "the revision": ("reason=", "history={1: 'seen before'}, reason=", True),
    "what it does": ('"far": 9', '"far": 8', True),
    "more looks": ("seeds=(8, 16)", "seeds=((8, 16), 16)", False),
    "a threshold": ("Agreement(0.02)", "Agreement(0.01)", False),
    "what is claimed": ("states(lambda: 0.0)", "states(lambda: 0.1)", False),
    "what it detects": ("reason=", "detects=None, reason=", False),
    "a measure": ('data["far"]}', '2 * data["far"]}', False),
    "a control": ("@claim.curves", "root.wrong('far', claimed=lambda: 1.0, on='trained')\n\n\n@claim.curves", False),
    "a rider": (
        "@claim.curves",
        "@claim.states(lambda: 0.0)\ndef other():\n    '0'\n\n\nother.measured_on(trained, rule=Agreement(1.0), "
        "reason='')(_sizes)\n\n\n@claim.curves",
        False,
    ),
}


@pytest.mark.parametrize("name", TRAININGS)
def test_training_is_keyed_by_what_trains(folder: Path, name: str) -> None:
    """Every one of these is judged again; only what makes other networks trains again."""
    old, new, trains = TRAININGS[name]
    before = keys(folder)["trained"]
    edit(folder / "claims" / "mine.py", old, new)
    after = keys(folder)["trained"]
    assert before[0] != after[0]
    assert (before[1] != after[1]) is trains


def test_seed_level_device_and_protocol_are_in_every_key(folder: Path) -> None:
    """Each changes the keys of evidence and of training, but for a protocol that is not run; jobs change none."""
    base = keys(folder)
    assert keys(folder, jobs=7) == base
    for changed in ({"seed": 1}, {"level": "full"}, {"device": "cuda"}, {"protocol": "veegan"}):
        other = keys(folder, **changed)
        assert all(other[name][0] != base[name][0] for name in EVERY - {CURVES})
        assert (other["trained"][1] != base["trained"][1]) is ("protocol" not in changed)


def test_keys_do_not_depend_on_the_process_or_the_company(folder: Path) -> None:
    """Another process finds the same keys, beside another claim too."""
    before = keys(folder)
    (folder / "claims" / "other.py").write_text("import users.unrelated\n" + CLAIM)
    code = (
        "import sys, json; sys.path.insert(0, sys.argv[1]); from pathlib import Path; from proofs.run import discovery, runner\n"
        "found = [f for f in discovery.find(Path(sys.argv[1]) / 'claims') if f.module is None]\n"
        "tasks = runner.tasks_of(zip(discovery.load(found)[0], found), runner.Settings())\n"
        "print(json.dumps({t.name: [t.key, t.training] for t in tasks if t.found.id == 'mine'}))"
    )
    command = [sys.executable, "-c", code, str(folder)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": "7"}
    )
    assert {name: tuple(key) for name, key in json.loads(done.stdout).items()} == before


def test_a_word_of_the_house_is_no_name_of_a_users_module(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that a guest happens to have named as a string of the house says is beside the matter."""
    before = keys(folder)
    word = "sample"
    assert word in sources.read(sources.located("toys.validation")).strings  # which looks annotations up, by eval
    (folder / f"{word}.py").write_text("UNRELATED = 1\n")
    monkeypatch.delitem(sys.modules, word, raising=False)
    assert sources.located(word) is None or sources.located(word).path == folder / f"{word}.py"
    assert keys(folder) == before


def test_what_cannot_be_followed_makes_the_file_count(folder: Path) -> None:
    """Through globals() a function may read anything: then any line of the file changes its key, and a comment does not."""
    path = folder / "claims" / "mine.py"
    edit(path, "return _by_addition(a)", "return globals()['_by_addition'](a)")
    before = keys(folder)
    edit(path, "# once", "# two times")
    assert keys(folder) == before
    edit(path, "STARTED = 0.25", "STARTED = 0.5")
    after = keys(folder)
    assert {name for name in EVERY if before[name] != after[name]} == {ADDITION, TRAINED}


def test_a_dynamic_import_makes_its_package_count(folder: Path) -> None:
    """What is imported by a name made at run time may be any module of the package."""
    edit(
        folder / "users" / "lazy.py",
        "return 1",
        "return __import__('importlib').import_module('users.' + 'unre' + 'lated').ANYTHING",
    )
    before = keys(folder)
    edit(folder / "users" / "unrelated.py", "1", "2")
    after = keys(folder)
    assert {name for name in EVERY if before[name] != after[name]} == {HELPERS}


WAYS = {
    "from a namespace": ("import spaces.apart", "spaces.apart.uno()", "spaces/apart.py"),
    "a star": ("from star import *", "uno()", "star.py"),
    "a star of a package": ("from stars import *", "inner.uno()", "stars/inner.py"),
    "an alias": ("import spaces.apart as other", "other.uno()", "spaces/apart.py"),
    "a name of it": ("from spaces.apart import uno", "uno()", "spaces/apart.py"),
    "a base class": ("from star import Base\nclass Own(Base):\n    pass", "Own().uno()", "star.py"),
    "an instance": ("from star import Base\nMADE = Base()", "MADE.uno()", "star.py"),
    "a decorator": ("from star import doubled\n@doubled\ndef own():\n    return 1", "own()", "star.py"),
    "what a decorator holds": (
        "from beside import same, uno\n@same\ndef own():\n    return uno()",
        "own()",
        "beside.py",
    ),
    "perhaps": ("try:\n    import star\nexcept ImportError:\n    star = None", "star.uno()", "star.py"),
    "a package that imports when asked": ("import asked", "asked.inner.uno()", "asked/inner.py"),
    "a name of a package that imports when asked": ("from asked import inner as it", "it.uno()", "asked/inner.py"),
    "a name that it holds": ("from asking import uno", "uno()", "asked/inner.py"),
    "by name": ("import importlib\nMOD = importlib.import_module('spaces.apart')", "MOD.uno()", "spaces/apart.py"),
    "by name in a function": (
        "from importlib import import_module",
        "import_module('stars.inner').uno()",
        "stars/inner.py",
    ),
    "by an alias of it": (
        "from importlib import import_module as load",
        "load('stars.' + 'inner').uno()",
        "stars/inner.py",
    ),
    "a bound method": ("from star import Base\nONE = Base().uno", "ONE()", "star.py"),
    "a table of functions": ("from star import uno\nTABLE = {'x': [uno]}", "TABLE['x'][0]()", "star.py"),
    "a named tuple": (
        "from typing import NamedTuple\nclass T(NamedTuple):\n    x: int = 1\n    def uno(self):\n        return 1",
        "T().uno()",
        "claims/mine.py",
    ),
    "a nested class": (
        "def local():\n    class C:\n        def uno(self):\n            return 1\n    return C()",
        "local().uno()",
        "claims/mine.py",
    ),
    "a keyword's default": ("def own(*, x=lambda: 1):\n    return 1 * x()", "own()", "claims/mine.py"),
}
PACKAGES = {
    "spaces/apart.py": "def uno():\n    return 1\n",
    "star.py": "def uno():\n    return 1\n\n\nclass Base:\n    def uno(self):\n        return 1\n\n\ndef doubled(f):\n    return lambda: f() * uno()\n",
    "beside.py": "def uno():\n    return 1\n\n\ndef same(f):\n    return lambda: f()\n",
    "stars/__init__.py": "__all__ = ['inner']\n",
    "stars/inner.py": "def uno():\n    return 1\n",
    "asked/__init__.py": "import importlib\n\n\ndef __getattr__(name):\n    return importlib.import_module('.' + name, __name__)\n",
    "asking.py": "def uno():\n    from asked import uno\n\n    return uno()\n",
    "asked/inner.py": "def uno():\n    return 1\n",
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_using_a_module_is_followed(folder: Path, way: str) -> None:
    """However code is reached, a change in it changes the key of what reaches it, and of nothing else."""
    imports, use, file = WAYS[way]
    for name, text in PACKAGES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    path = folder / "claims" / "mine.py"
    edit(path, "SCALE = ", f"{imports}\n\nSCALE = ")
    edit(path, "+ 0 * twice", f"+ {use} + 0 * twice")
    before = keys(folder)
    edit(folder / file, "return 1", "return 2")
    after = keys(folder)
    assert {name for name in EVERY if before[name] != after[name]} == {HELPERS}


def test_a_module_loaded_by_hand_counts(folder: Path) -> None:
    """A file that the claim loads by its path is followed like any other, in a folder of its own too."""
    (folder / "claims" / "apart").mkdir()
    (folder / "claims" / "apart" / "by_hand.py").write_text(
        "def size(a):\n    return a\n\n\nclass Unit:\n    one = 1\n"
    )
    path = folder / "claims" / "mine.py"
    loading = (
        "from importlib import util\nspec = util.spec_from_file_location('by_hand', HERE / 'apart' / 'by_hand.py')\n"
        "by_hand = util.module_from_spec(spec)\nspec.loader.exec_module(by_hand)\nsize = by_hand.size\n"
    )
    edit(path, "ERROR = ", f"{loading}ERROR = ")
    edit(path, "return _by_addition(a)", "return size(_by_addition(a))")
    edit(path, "np.linspace(0, 1, 5)", "np.linspace(0, by_hand.Unit.one, 5)")
    before = keys(folder)
    edit(folder / "claims" / "apart" / "by_hand.py", "return a", "return a + 0")
    after = keys(folder)
    assert {name for name in EVERY if before[name] != after[name]} == {ADDITION, CURVES}


def test_an_edit_is_seen_within_a_session(folder: Path) -> None:
    """A claim that was imported is imported again once its file has changed."""
    (found,) = (item for item in discovery.find(folder / "claims") if item.module is None)
    first = found.load()
    assert found.load().statements[0] is first.statements[0]
    edit(found.path, "A square is", "A cube is not")
    assert found.load().title == "A cube is not a product."


def test_a_module_that_appears_within_a_session_is_seen(folder: Path) -> None:
    """What imports a module if there is one depends on it from then on."""
    found = "try:\n        from users import later\n    except ImportError:\n        return 1\n    return later.SIZE"
    edit(folder / "users" / "lazy.py", "return 1", found)
    before = keys(folder)
    (folder / "users" / "later.py").write_text("SIZE = 1\n")
    appeared = keys(folder)
    assert {name for name in EVERY if before[name] != appeared[name]} == {HELPERS}
    edit(folder / "users" / "later.py", "1", "2")
    assert keys(folder)[HELPERS] != appeared[HELPERS]


def _names(start: list[sources.Module], *, training: bool) -> set[str]:
    return {module.name for module in sources.reached(start, training=training)}


def test_derivations_and_checks_do_not_depend_on_training() -> None:
    """Of toys, theory and textbook only what is imported counts: an experiment's, not a derivation's, are the networks."""
    derives, trains = (
        _names([m for name in names for m in sources.named(name, True)], training=training)
        for names, training in (
            (("proofs.evidence.gather", "proofs.evidence.derivation", "theory.dirac"), False),
            (("proofs.evidence.gather", "proofs.evidence.experiment"), True),
        )
    )
    assert {"theory.dirac", "proofs.evidence.decision", "sympy", "flint"} <= derives
    assert not [name for name in derives if name.startswith(("toys", "torch", "proofs.display", "proofs.run"))]
    assert "theory.edges" not in derives
    assert {"toys.train", "torch"} <= trains
    assert not [
        name for name in trains if name.startswith(("proofs.display", "proofs.run", "proofs.cli", "proofs.claims"))
    ]


def test_keys_of_every_claim_take_no_time() -> None:
    """They are computed whenever claims are verified: without torch, matplotlib or sympy, in a few seconds at worst."""
    code = (
        "import sys, time; from proofs.run import discovery, runner; found = discovery.find(); claims, _ = discovery.load(found)\n"
        "by_id = {c.id: c for c in claims}\n"
        "tasks = runner.tasks_of([(by_id[f.id], f) for f in found if f.id in by_id], runner.Settings())\n"
        "print(len(tasks), *[m for m in ('torch', 'matplotlib', 'sympy.core', 'hypothesis') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert len(done.stdout.split()) == 1


# --- through the command ----------------------------------------------------------------------------------------------


@pytest.fixture
def verified(folder: Path) -> Callable[..., dict]:
    """The claim in the document of `verify mine`, its package on the path."""

    def run(*arguments: str) -> dict:
        code = "from proofs.cli import main; main()"
        command = [sys.executable, "-c", code, "verify", "mine", "--claims", "claims", "--json", "-", *arguments]
        path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
        env = {**os.environ, "PYTHONPATH": path}
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False, env=env)
        assert done.stdout, done.stderr
        return json.loads(done.stdout)["claims"][0]

    return run


def runs(folder: Path) -> list[str]:
    """The names of what was run, in the order of finishing."""
    held = Ledger(folder / "results")
    rows = held.connection.execute("select name from finding order by id").fetchall()
    held.close()
    return [row[0] for row in rows]


def test_a_verdict_follows_the_users_module(folder: Path, verified: Callable[..., dict]) -> None:
    """A module two imports deep makes the claim false: it is run again and refuted; changed back, the ledger answers."""
    assert verified()["verdict"] == "supported"
    assert set(runs(folder)) == EVERY
    edit(folder / "users" / "arithmetic.py", "x * UNIT", "x * UNIT + 1")
    assert verified()["verdict"] == "refuted"
    assert runs(folder)[4:] == [HELPERS]
    edit(folder / "users" / "arithmetic.py", "x * UNIT + 1", "x * UNIT")
    assert verified()["verdict"] == "supported"
    assert len(runs(folder)) == 5


def test_a_threshold_is_judged_again_without_training(folder: Path, verified: Callable[..., dict]) -> None:
    """Networks are trained once for every threshold and number of looks; other steps, and `--fresh`, train again."""

    def told() -> list[str]:
        return (folder / "claims" / "told").read_text().split("\n")[:-1]

    first = verified()
    assert told() == ["8 5"]
    edit(folder / "claims" / "mine.py", "Agreement(0.02)", "Agreement(1e-9)")
    assert verified() != first
    assert told() == ["8 5"]
    edit(folder / "claims" / "mine.py", "seeds=(8, 16)", "seeds=((8, 24), 16)")
    verified()
    assert told() == ["8 5", "24 5"]
    edit(folder / "claims" / "mine.py", "steps=(5, 7)", "steps=(6, 7)")
    verified()
    assert told()[2:] == ["8 6", "24 6"]
    verified("--fresh")
    assert told()[4:] == ["8 6", "24 6"]
    verified()
    assert len(told()) == 6


# --- the ledger -------------------------------------------------------------------------------------------------------


def test_trained_arrays_are_kept_once(tmp_path: Path) -> None:
    """A finding gives back its arrays, those that were trained among them, which lie in the file once."""
    rng = np.random.default_rng(0)
    looks = {n: {"x": rng.normal(size=(n, 4096))} for n in (2, 4)}
    finding = Finding([Outcome("a", "s", "experiment", "holds")], {**looks[4], "measured": np.arange(4.0)}, looks)
    held = Ledger(tmp_path)
    held.put("key", "claim", "a", finding, "training")
    known, trained = held.get("key"), held.trained("training")
    assert known is not None
    assert known.arrays.keys() == finding.arrays.keys()
    assert all(np.array_equal(known.arrays[name], array) for name, array in finding.arrays.items())
    assert all(np.array_equal(trained[n]["x"], looks[n]["x"]) for n in looks)
    again = {4: {"x": rng.normal(size=(4, 4096))}}
    held.put("other", "claim", "a", Finding(finding.outcomes, dict(again[4]), again), "training")
    for key, arrays in (("key", looks[4]), ("other", again[4])):
        assert np.array_equal(held.get(key).arrays["x"], arrays["x"])  # type: ignore[union-attr]
    ((sizes,),) = held.connection.execute("select sum(length(arrays)) from finding").fetchall()
    assert sizes < looks[4]["x"].nbytes / 2
    held.close()


def test_an_older_ledger_is_used_further(tmp_path: Path) -> None:
    """A file with the table of an earlier version opens, and keeps what it held."""
    import sqlite3

    with sqlite3.connect(tmp_path / ledger.FILE) as old:
        old.execute("create table evidence (id integer primary key, key text, arrays blob)")
        old.execute("insert into evidence (key) values ('k')")
    old.close()
    held = Ledger(tmp_path)
    held.put("k", "claim", "a", Finding([Outcome("a", "s", "check", "holds")]))
    assert held.get("k") is not None
    assert held.connection.execute("select count(*) from evidence").fetchone() == (1,)
    held.close()


def test_a_ledger_of_another_make_is_refused(tmp_path: Path) -> None:
    """Tables of the same name with other columns are said, not stumbled over."""
    import sqlite3

    with sqlite3.connect(tmp_path / ledger.FILE) as other:
        other.execute("create table finding (id integer primary key, key text)")
    other.close()
    with pytest.raises(ValueError, match="--results: expected a folder to keep results in"):
        Ledger(tmp_path)
