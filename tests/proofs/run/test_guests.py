"""Claims of others do what they like: each comes to what it deserves, and nobody else notices."""

import json
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

from proofs.run import discovery, document
from proofs.run.ledger import Ledger

CLAIM = '''"""A square is a product."""

from proofs.core import Claim, Real
{imported}
claim = Claim(topic="trade-offs")


@claim.states(lambda a: a * a)
def square(a: Real):
    """a²"""


def observed(m, a):
    {observed}
    return a**2


square.check(observed, on=lambda s: s.either(s.scales(1e-8, 1e8), s.scales(1e-8, 1e8).map(lambda a: -a)), error=1e-14)
square.wrong("a wrong power", claimed=lambda a: a**3)

'''

CURVES = """

@claim.curves
def drawn():
    {curves}
    return {{"a": [1.0, 2.0]}}
"""


@dataclass(frozen=True)
class Guest:
    """What it does, while it is imported, observed or drawn; the verdict on it; what the reason says."""

    imported: str = ""
    observed: str = "pass"
    curves: str = ""
    verdict: str = "broken"
    says: str = ""

    def __str__(self) -> str:
        within = {part: textwrap.indent(getattr(self, part), "    ").strip() for part in ("observed", "curves")}
        return (CLAIM + (CURVES if self.curves else "")).format(imported=self.imported, **within)


SILENT = """
class Silent(Exception):
    def __str__(self):
        raise SystemExit(3)
"""
FOREVER = "import threading, time\nthreading.Thread(target=lambda: [time.sleep(0.1) for _ in iter(int, 1)]).start()"
NONSENSE = "import os\nfor fd in range(3, 40):\n    try: os.write(fd, b'nonsense')\n    except OSError: pass"

GUESTS = {
    # at import
    "exits": Guest("raise SystemExit(0)", says="SystemExit"),
    "exits_by_name": Guest("import sys; sys.exit('bye')", says="bye"),
    "exits_its_own_way": Guest("class Out(SystemExit): pass\nraise Out(0)", says="Out"),
    "ends_the_process": Guest("import os; os._exit(0)", says="with exit code 0"),
    "is_killed": Guest("import os; os.kill(os.getpid(), 11)", says="by signal 11"),
    "interrupts": Guest("raise KeyboardInterrupt", says="KeyboardInterrupt"),
    "a_base_exception": Guest("class Base(BaseException): pass\nraise Base", says="Base"),
    "a_generator_exits": Guest("raise GeneratorExit", says="GeneratorExit"),
    "recurs": Guest("def f(): f()\nf()", says="RecursionError"),
    "needs_memory": Guest("raise MemoryError", says="MemoryError"),
    "cannot_say_why": Guest(SILENT + "raise Silent", says="whose message raises"),
    "never_imported": Guest("while True: pass", says="stopped after"),
    "leaves_a_thread": Guest(FOREVER, says="threads running"),
    "patches_json": Guest("import json; json.dumps = lambda *_, **__: '{}'", says="replaces json.dumps"),
    "patches_a_method": Guest("import json; json.JSONEncoder.encode = lambda *_: '{}'", says="JSONEncoder.encode"),
    "patches_us": Guest("from proofs.core import verdict; verdict.of_claim = None", says="verdict.of_claim"),
    "breaks_everything": Guest("import builtins; del builtins.len", says="out of order"),
    "goes_elsewhere": Guest("import os; os.chdir('/')", verdict="supported"),
    "has_a_last_word": Guest("import atexit, os\natexit.register(os._exit, 7)", verdict="supported"),
    "prints": Guest("import os; print('printed'); os.write(1, b'written')", verdict="supported"),
    "takes_the_output": Guest("import io, sys; sys.stdout = sys.stderr = io.StringIO()", verdict="supported"),
    "warnings_are_errors": Guest("import warnings; warnings.simplefilter('error')", verdict="supported"),
    "forks": Guest("import os; os.fork()", verdict="supported"),
    "empties_the_environment": Guest("import os; os.environ.clear()", verdict="supported"),
    # while it is observed
    "observed_exits": Guest(observed="raise SystemExit(0)", says="SystemExit"),
    "observed_ends_the_process": Guest(observed="import os; os._exit(0)", says="twice, with exit code 0"),
    "observed_interrupts": Guest(observed="raise KeyboardInterrupt", says="KeyboardInterrupt"),
    "observed_a_base_exception": Guest(observed="raise type('Base', (BaseException,), {})", says="Base"),
    "observed_a_generator_exits": Guest(observed="raise GeneratorExit", says="GeneratorExit"),
    "observed_recurs": Guest(observed="observed(m, a)", says="RecursionError"),
    "observed_needs_memory": Guest(observed="raise MemoryError", says="MemoryError"),
    "observed_cannot_say_why": Guest(SILENT, observed="raise Silent", says="whose message raises"),
    "observed_says_what_is_no_text": Guest(observed=r"raise ValueError('\ud800')", says="?"),
    "observed_says_that_memory_is_full": Guest(observed="import numpy; numpy.ones((2**20, 2**26))", says="MemoryError"),
    "observed_for_ever": Guest(observed="while True: pass", verdict="inconclusive", says="stopped after 20 s"),
    "observed_holds_the_interpreter": Guest(
        observed="import re; re.match(r'(a+)+$', 'a' * 60 + 'b')", verdict="inconclusive", says="stopped after 20 s"
    ),
    "observed_leaves_a_thread": Guest(observed=FOREVER, says="threads running"),
    "observed_speaks_in_our_place": Guest(observed=NONSENSE, says="twice"),
    "observed_closes_everything": Guest(observed="import os; os.closerange(0, 100)", says="twice"),
    "observed_forks": Guest(
        "import os; forked = []", observed="if not forked: forked.append(os.fork())", verdict="supported"
    ),
    "observed_goes_elsewhere": Guest(observed="import os; os.chdir('/')", verdict="supported"),
    "observed_prints": Guest(observed="import os; print('printed'); os.write(1, b'written')", verdict="supported"),
    "observed_reads": Guest(observed="import sys; assert sys.stdin.read() == ''", verdict="supported"),
    # what it leaves to be kept
    "curves_exit": Guest(curves="raise SystemExit(0)", says="SystemExit"),
    "curves_of_objects": Guest(curves="import numpy as np; return {'a': np.array([object()])}", says="'a' of object"),
    "curves_ragged": Guest(curves="return {'a': [[1.0], [1.0, 2.0]]}", says="ValueError"),
    "curves_of_a_dictionary": Guest(curves="return {'a': {'b': 1.0}}", says="'a' of object"),
    "curves_too_large": Guest(curves="import numpy as np; return {'a': np.broadcast_to(0.0, 2**30)}", says="bytes"),
    "curves_without_a_name": Guest(curves=r"return {'a\0b': [1.0]}", says="can be printed"),
    "curves_are_none": Guest(curves="return None", says="AttributeError"),
    "curves_named_file": Guest(curves="return {'file': [1.0], 'allow_pickle': [2.0]}", verdict="supported"),
    "curves_with_slashes": Guest(curves="return {'../a/b': [1.0], 'a.npy': [2.0], 'a': [3.0]}", verdict="supported"),
    "curves_structured": Guest(
        curves="import numpy as np; return {'a': np.zeros(2, [('x', float), ('y', int)])}", verdict="supported"
    ),
    "curves_named_by_numbers": Guest(curves="return {1: [1.0]}", verdict="supported"),
    "curves_named_as_ours": Guest(curves="return {'seed_steps': [[1.0, 2.0]]}", verdict="supported"),
}


ENDLESS = [name for name in GUESTS if "stopped after" in GUESTS[name].says]


@pytest.mark.parametrize("endless", [False, True], ids=["over_soon", "endless"])
def test_guests_come_to_what_they_deserve(tmp_path: Path, endless: bool) -> None:
    """Each broken, not run, or as if it had done nothing, and the reason names it; who behaves in the same run is verified.

    The document is one and valid, the exit code is that of something broken, and what was stopped or ended its process is
    not kept.
    """
    guests = {name: guest for name, guest in GUESTS.items() if (name in ENDLESS) == endless}
    guests["behaves"] = Guest(verdict="supported")
    (tmp_path / "claims").mkdir()
    for name, guest in guests.items():
        (tmp_path / "claims" / f"{name}.py").write_text(str(guest), encoding="utf-8")
    command = [sys.executable, "-c", "from proofs.cli import main; main()", "verify", *guests, "--claims", "claims"]
    done = subprocess.run(
        [*command, "--json", "-", "--jobs", "2", *(["--timeout", "20"] if endless else [])],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=1500, check=False,
    )  # fmt: skip
    told = json.loads(done.stdout)
    jsonschema.validate(told, document.schema())
    found = {claim["claim"]: (claim["verdict"], claim["reason"]) for claim in told["claims"]}
    amiss = {
        name: found[name] for name, g in guests.items() if found[name][0] != g.verdict or g.says not in found[name][1]
    }
    assert amiss == {}
    assert done.returncode == 1
    assert "Traceback (most" not in done.stderr
    assert endless or ("printed" in done.stderr and "written" in done.stderr)
    assert {path.name for path in tmp_path.iterdir()} <= {"claims", "results"}
    ledger = Ledger(tmp_path / "results")
    kept = {row[0] for row in ledger.connection.execute("select claim from finding where name = 'observed'")}
    ledger.close()
    assert {name for name, g in guests.items() if g.verdict == "supported"} <= kept
    assert not {name for name, g in guests.items() if "stopped" in g.says or "twice" in g.says} & kept


def test_a_full_disk_is_nobody_s_verdict(claims: Path, blurproof) -> None:
    """Evidence that meets one ends the run, in one line that names it; what was found before is kept, and nothing else."""
    (claims / "full.py").write_text(
        str(Guest(observed="raise OSError(28, 'No space left on device', 'scratch')")), encoding="utf-8"
    )
    done = blurproof("verify", "square", "full", "--claims", str(claims), "--jobs", "1", "--json", "found.json")
    assert done.returncode == 4
    (line,) = done.stderr.splitlines()
    assert "full, observed: OSError: [Errno 28] No space left on device: 'scratch'" in line
    assert not (claims.parent / "found.json").exists()
    told = blurproof("show", "full", "--claims", str(claims)).stdout
    assert "not run here yet" in told


def test_a_claim_that_does_not_load_may_be_of_any_topic(claims: Path, blurproof) -> None:
    """It is not silently left out when a chapter is asked for; a claim of another chapter is."""
    (claims / "torn.py").write_text("raise RuntimeError('torn')")
    done = blurproof("verify", "torn", "square", "--claims", str(claims), "--topic", "ways-out")
    assert (done.returncode, "torn" in done.stdout, "square" in done.stdout) == (1, True, False)
    done = blurproof("verify", "square", "--claims", str(claims), "--topic", "ways-out")
    assert done.returncode == 2
    assert "--topic" in done.stderr


def test_who_is_not_asked_for_is_not_executed(claims: Path, blurproof, tmp_path: Path) -> None:
    """Beside the claim that is named others leave no trace, whatever the command."""
    (claims / "beside.py").write_text(f"open({str(tmp_path / 'executed')!r}, 'w'); import os; os._exit(0)")
    for command in (["verify", "square"], ["show", "square"], ["plot", "square"], ["report", "square"]):
        assert blurproof(*command, "--claims", str(claims)).returncode == 0
    assert not (tmp_path / "executed").exists()
    assert (claims / "beside.py").exists()


def test_a_package_of_claims_is_not_executed_to_be_found(claims: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry point is followed without its package being imported."""
    (claims.parent / "pack").mkdir()
    (claims.parent / "pack" / "__init__.py").write_text("raise SystemExit(5)")
    claims.rename(claims.parent / "pack" / "claims")
    (claims.parent / "pack" / "claims" / "__init__.py").write_text("raise SystemExit(6)")
    monkeypatch.syspath_prepend(str(claims.parent))
    entry = type("Entry", (), {"value": "pack.claims", "name": "third"})()
    monkeypatch.setattr(discovery, "entry_points", lambda group: [entry])
    (square,) = (found for found in discovery.find() if not found.shipped)
    assert (square.id, square.module) == ("square", "pack.claims.square")


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "soon"])
def test_a_timeout_is_a_time(blurproof, claims: Path, seconds: str) -> None:
    """What is not a positive number of seconds is wrong usage."""
    done = blurproof("verify", "square", "--claims", str(claims), "--timeout", seconds)
    assert done.returncode == 2
    assert "timeout" in done.stderr
