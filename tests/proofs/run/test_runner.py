"""The runner: nothing finished is lost, nothing changed is served, and the number of jobs does not show."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from proofs.run import document
from proofs.run.ledger import Ledger

SLOW = '''"""Two pieces of evidence, the second of which waits for a file."""

import time
from pathlib import Path

from proofs.core import Claim, Real

claim = Claim(topic="trade-offs")
HERE = Path(__file__).parent


@claim.states(lambda a: a * a)
def first(a: Real):
    """a²"""


@claim.states(lambda a: a * a)
def second(a: Real):
    """a²"""


def at_once(m, a):
    return a**2


def when_told(m, a):
    (HERE / "reached").touch()
    while not (HERE / "go").exists():
        time.sleep(0.02)
    return a**2


first.check(at_once, on=lambda s: s.either(s.scales(1e-8, 1e8), s.scales(1e-8, 1e8).map(lambda a: -a)))
second.check(when_told, on=lambda s: s.either(s.scales(1e-8, 1e8), s.scales(1e-8, 1e8).map(lambda a: -a)))
'''

DEADLY = '''"""A piece of evidence that kills its worker, the first time or always."""

import os
from pathlib import Path

from proofs.core import Claim, Real

claim = Claim(topic="trade-offs")
DIED = Path(__file__).with_suffix(".died")


@claim.states(lambda a: a * a)
def square(a: Real):
    """a²"""


def deadly(m, a):
    if ALWAYS or not DIED.exists():
        DIED.touch()
        os._exit(9)
    return a**2


square.check(deadly, on=lambda s: s.either(s.scales(1e-8, 1e8), s.scales(1e-8, 1e8).map(lambda a: -a)))
'''


def timeless(value: object) -> object:
    """The document without its times."""
    if isinstance(value, dict):
        return {key: timeless(item) for key, item in value.items() if key != "seconds"}
    return [timeless(item) for item in value] if isinstance(value, list) else value


def test_the_document_is_valid_and_the_same_for_any_number_of_jobs(verified, claims: Path) -> None:
    """`--jobs 1` and `--jobs 2` give equal documents but for times; both fit the shipped Schema."""
    (claims / "another.py").write_text((claims / "square.py").read_text())
    (claims / "broken.py").write_text("import nothing_of_that_name")
    names = ("square", "another", "broken", "--fresh", "--jobs")
    one, two = verified(*names, "1"), verified(*names, "2")
    assert timeless(one) == timeless(two)
    for item in (one, two):
        jsonschema.validate(item, document.schema())
    verdicts = {claim["claim"]: claim["verdict"] for claim in one["claims"]}
    assert verdicts == {"square": "supported", "another": "supported", "broken": "broken"}
    assert one["tally"]["broken"] == 1


def test_another_seed_draws_other_instances(verified) -> None:
    """The seed of the run decides every draw: the same seed the same, another one not."""
    first, again, other = (verified("square", "--fresh", "--seed", s) for s in ("5", "5", "6"))
    assert timeless(first) == timeless(again)
    assert first["claims"][0]["evidence"] != other["claims"][0]["evidence"]


def test_a_changed_formula_is_never_served_an_old_verdict(verified, claims: Path) -> None:
    """After a formula changes, its evidence runs again and the verdict follows; changed back, the ledger answers."""
    path = claims / "square.py"
    text = path.read_text()
    assert verified()["claims"][0]["verdict"] == "supported"
    path.write_text(text.replace("states(lambda a: a * a)", "states(lambda a: a * a + a)"))
    assert verified()["claims"][0]["verdict"] == "refuted"
    path.write_text(text)
    back = verified()
    assert back["claims"][0]["verdict"] == "supported"


def test_a_killed_run_resumes_without_losing_finished_evidence(claims: Path, tmp_path: Path) -> None:
    """`kill -9` in the middle: what was finished is in the ledger, and the next run goes on from there."""
    (claims / "slow.py").write_text(SLOW)
    code = "from proofs.cli import main; main()"
    command = [sys.executable, "-c", code, "verify", "slow", "--claims", str(claims), "--jobs", "1", "--json", "-"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    for _ in range(600):
        if (claims / "reached").exists():
            break
        time.sleep(0.05)
    assert (claims / "reached").exists()
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert finished(tmp_path) == ["at_once"]
    (claims / "go").touch()
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120)
    assert json.loads(done.stdout)["claims"][0]["verdict"] == "supported"
    assert finished(tmp_path) == ["at_once", "when_told"]


def finished(folder: Path) -> list[str]:
    """The names in the ledger, in the order in which they were finished."""
    ledger = Ledger(folder / "results")
    rows = ledger.connection.execute("select name from finding order by id").fetchall()
    ledger.close()
    return [row[0] for row in rows]


@pytest.mark.parametrize(("always", "expected"), [(False, "supported"), (True, "broken")])
def test_a_dying_worker_hurts_only_its_own_evidence(verified, claims: Path, always: bool, expected: str) -> None:
    """A worker killed once is replaced and its task run again; one that always dies is broken; the rest goes on."""
    (claims / "deadly.py").write_text(DEADLY.replace("ALWAYS", str(always)))
    verdicts = {c["claim"]: c["verdict"] for c in verified("deadly", "square", "--jobs", "2")["claims"]}
    assert verdicts == {"deadly": expected, "square": "supported"}


def test_the_ledger_gives_back_what_it_was_given(tmp_path: Path) -> None:
    """Outcomes and arrays survive the file, and the newest entry of a key wins."""
    import numpy as np

    from proofs.core.outcome import Finding, Outcome

    ledger = Ledger(tmp_path / "deep" / "folder")
    outcome = Outcome("a", "s", "check", "holds", observed=np.array([1.0, np.inf]), interval=[0.0, 1.0])
    ledger.put("key", "claim", "a", Finding([outcome], {"x": np.arange(3.0)}))
    ledger.put("key", "claim", "a", Finding([Outcome("a", "s", "check", "refuted")], {"x": np.arange(4.0)}))
    known = ledger.get("key")
    assert known is not None
    assert known.outcomes[0].outcome == "refuted"
    assert np.array_equal(known.arrays["x"], np.arange(4.0))
    assert ledger.get("another") is None
    ledger.close()
