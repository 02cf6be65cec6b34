"""The ledger in every state that a disk, a neighbour or an editor may leave it in: nothing is lost, nothing is made up."""

import multiprocessing
import os
import random
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, nullcontext, suppress
from pathlib import Path

import numpy as np
import pytest

from proofs.core.outcome import Finding, Outcome
from proofs.run import ledger as book
from proofs.run.ledger import Ledger
from proofs.run.surroundings import SurroundingsError
from tests.proofs.conftest import AS_A_USER

PAGE = 4096
ROOT = Path(__file__).parents[3]
KEYS = tuple(f"key {k}" for k in range(6))


def finding(k: int) -> Finding:
    """One with arrays of some pages, trained ones among them."""
    rng = np.random.default_rng(k)
    trained = {8: {"x": rng.normal(size=(8, 500))}}
    return Finding(
        [Outcome(f"piece {k}", "s", "experiment", "holds", f"number {k}")],
        {**trained[8], "y": rng.normal(size=900)},
        trained,
    )


def same(a: Finding, b: Finding) -> bool:
    """Whether two findings say the same and hold the same arrays."""
    alike = a.arrays.keys() == b.arrays.keys() and all(np.array_equal(a.arrays[n], b.arrays[n]) for n in a.arrays)
    return alike and [o.record() for o in a.outcomes] == [o.record() for o in b.outcomes]


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A folder with a ledger of six findings."""
    with closing(Ledger(tmp_path / "results")) as held:
        for k, key in enumerate(KEYS):
            held.put(key, "claim", f"piece {k}", finding(k), f"training {k}")
    return tmp_path / "results"


def read(folder: Path) -> dict[str, Finding | None]:
    """Everything under the known keys."""
    with closing(Ledger(folder)) as held:
        return {key: held.get(key) for key in KEYS}


def whole(folder: Path) -> list[bool]:
    """Which of the known findings are there as they were put; the others are not there."""
    found = read(folder)
    assert all(known is None or same(known, finding(k)) for k, known in enumerate(found.values()))
    return [known is not None for known in found.values()]


@pytest.mark.parametrize("spoil", ["noise", "zeros", "ones"])
def test_a_page_that_is_garbage_makes_nothing_up(filled: Path, spoil: str) -> None:
    """Whichever page is spoilt: what is read is what was put, or not there, or it is said that the file is damaged."""
    file, rng = filled / book.FILE, random.Random(spoil)
    sound = file.read_bytes()
    said = 0
    for start in range(0, len(sound), PAGE):
        garbage = {"noise": rng.randbytes(PAGE), "zeros": bytes(PAGE), "ones": b"\xff" * PAGE}[spoil]
        file.write_bytes(sound[:start] + garbage + sound[start + PAGE :])
        try:
            assert not all(whole(filled)) or start < 5 * PAGE, start  # the first ones hold the tables' roots
            with closing(Ledger(filled)) as held:
                held.ready()
                held.put("new", "claim", "new", finding(99), "training 99")
                assert same(held.get("new") or Finding([]), finding(99))
        except (ValueError, SurroundingsError) as error:
            said += str(filled) in str(error)
        for beside in (f"{book.FILE}-wal", f"{book.FILE}-shm"):
            (filled / beside).unlink(missing_ok=True)
    assert said


@pytest.mark.parametrize("kept", [0, 1, 100, PAGE, 3 * PAGE, -1, -PAGE])
def test_a_file_that_was_cut_makes_nothing_up(filled: Path, kept: int) -> None:
    """The same for a file whose end is missing."""
    file = filled / book.FILE
    file.write_bytes(file.read_bytes()[:kept])
    with nullcontext() if kept == 0 else suppress(ValueError):
        whole(filled)


@pytest.mark.parametrize(
    "spoil",
    [
        "update training set arrays = substr(arrays, 1, length(arrays) / 2)", "update finding set arrays = x''",
        "delete from training", "update finding set outcomes = 'not JSON'",
        "update finding set outcomes = '[{\"name\": 1}]'", "update finding set outcomes = replace(outcomes, 'holds', 'hold')",
        "update finding set outcomes = cast(x'ff00ff' as text)", "update finding set outcomes = 7", "update finding set arrays = 'text'",
    ],
)  # fmt: skip
def test_a_row_that_does_not_unpack_is_not_there(filled: Path, spoil: str) -> None:
    """It is found out anew and stands beside the old row, which stays; the newest that is whole is served."""
    with closing(sqlite3.connect(filled / book.FILE)) as other, other:
        other.execute(f"{spoil} where id <= 3")
    assert whole(filled) == [False] * 3 + [True] * 3
    with closing(Ledger(filled)) as held:
        held.ready()
        held.put(KEYS[0], "claim", "piece 0", finding(0), "training 0", held.trained("training 0"))
    assert whole(filled)[0]
    with closing(sqlite3.connect(filled / book.FILE)) as other, other:
        assert other.execute("select count(*) from finding").fetchone() == (7,)
        other.execute("update finding set arrays = x'' where id = 7")
        other.execute("update finding set arrays = x'' where key = ?", (KEYS[5],))
        other.execute("insert into finding (key, claim, name, outcomes, arrays, trained) select key, claim, name, outcomes, "
                      "arrays, trained from finding where id = 5")  # fmt: skip
        other.execute("update finding set outcomes = '{' where id = 8")
    assert whole(filled)[4]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("pragma user_version = 2", "later version"),
        ("alter table finding rename column outcomes to results", "no such column"),
        ("drop table finding; create table finding (id integer primary key, key text)", "no such column"),
        ("alter table finding add column judge text not null default ''; pragma user_version = 99", "later version"),
    ],
)
def test_tables_of_another_make_are_refused_and_left_alone(filled: Path, change: str, named: str) -> None:
    """A later version's, or somebody else's: said when it is opened, and not a byte is changed."""
    with closing(sqlite3.connect(filled / book.FILE)) as other:
        other.executescript(change)
    before = (filled / book.FILE).read_bytes()
    with pytest.raises(ValueError, match=f"--results.*{named}"):
        Ledger(filled)
    assert (filled / book.FILE).read_bytes() == before


def test_a_column_that_we_cannot_fill_is_said_before_the_work(filled: Path) -> None:
    """What is saved is read; that nothing can be added is known before anything was run."""
    with closing(sqlite3.connect(filled / book.FILE)) as other:
        other.executescript(
            "create table other (id integer primary key, key text not null, claim text not null, name text not null, "
            "outcomes text not null, arrays blob not null, trained integer, judge text not null); insert into other "
            "select id, key, claim, name, outcomes, arrays, trained, 'me' from finding; drop table finding; "
            "alter table other rename to finding"
        )
    assert all(whole(filled))
    with closing(Ledger(filled)) as held, pytest.raises(ValueError, match=r"--results.*judge"):
        held.ready()


def test_asking_whether_it_can_be_written_writes_nothing(filled: Path) -> None:
    """The rehearsal leaves no row, and takes no lock with it."""
    with closing(Ledger(filled)) as held, closing(Ledger(filled)) as other:
        held.ready()
        other.ready()
        other.put("new", "claim", "new", finding(9))
        held.ready()
        assert held.connection.execute("select count(*) from finding").fetchone() == (7,)
        assert held.get("") is None


def _hold(file: Path, ready: "multiprocessing.synchronize.Event", done: "multiprocessing.synchronize.Event") -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("begin immediate")
        ready.set()
        done.wait()


@pytest.fixture
def held_by_another(filled: Path) -> Iterator[Path]:
    """The ledger while another process is writing to it and does not end."""
    spawn = multiprocessing.get_context("spawn")
    ready, done = spawn.Event(), spawn.Event()
    process = spawn.Process(target=_hold, args=(filled / book.FILE, ready, done))
    process.start()
    assert ready.wait(60)
    yield filled
    done.set()
    process.join()


def test_a_ledger_that_another_process_holds_is_read_and_said(
    held_by_another: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the work it is wrong usage, in mid-work the surroundings; neither takes a word from what is there."""
    monkeypatch.setattr(book, "AT_FIRST", 0.1)
    assert all(whole(held_by_another))
    with closing(Ledger(held_by_another)) as held:
        with pytest.raises(ValueError, match=r"--results.*locked"):
            held.ready()
        with pytest.raises(SurroundingsError, match="locked"):
            held.put("new", "claim", "new", finding(9))
    assert all(whole(held_by_another))


@pytest.mark.parametrize("instead", ["nothing", "no folder", "another ledger", "a text"])
def test_a_ledger_that_is_deleted_in_mid_work_is_noticed_and_made_anew(tmp_path: Path, instead: str) -> None:
    """What this run has put is put again, beside what another may have put there meanwhile, and the run ends."""
    held = Ledger(tmp_path / "results")
    held.ready()
    for k in (0, 1):
        held.put(KEYS[k], "claim", f"piece {k}", finding(k), f"training {k}")
    (tmp_path / "results").rename(tmp_path / "away")
    if instead != "no folder":
        (tmp_path / "results").mkdir()
    if instead == "another ledger":
        with closing(Ledger(tmp_path / "results")) as other:
            other.put(KEYS[5], "claim", "piece 5", finding(5), "training 5")
    if instead == "a text":
        (tmp_path / "results" / book.FILE).write_text("mine")
    with pytest.raises(SurroundingsError, match=r"deleted or replaced"):
        held.put(KEYS[2], "claim", "piece 2", finding(2), "training 2")
    held.connection.close()
    if instead == "a text":
        assert (tmp_path / "results" / book.FILE).read_text() == "mine"
    else:
        assert whole(tmp_path / "results") == [True, True, True, False, False, instead == "another ledger"]


def test_a_ledger_that_is_deleted_at_the_end_is_noticed_too(filled: Path) -> None:
    """Between the last piece and the end."""
    held = Ledger(filled)
    held.put("new", "claim", "new", finding(9))
    (filled / book.FILE).unlink()
    with pytest.raises(SurroundingsError, match="deleted"):
        held.close()
    with closing(Ledger(filled)) as again:
        assert same(again.get("new") or Finding([]), finding(9))


READING = f"""
from pathlib import Path
from proofs.run.ledger import Ledger
held = Ledger(Path("results"))
print([held.get(key).outcomes[0].name for key in {KEYS!r}])
try:
    held.ready()
except ValueError as error:
    print("refused", error)
held.close()
"""


@pytest.mark.parametrize("state", ["closed", "open"])
def test_a_ledger_that_may_not_be_written_is_read(filled: Path, state: str) -> None:
    """Closed, or with a write-ahead log that another process has left or is writing: all that was put is there, and nothing can be."""
    busy = sqlite3.connect(filled / book.FILE)
    if state != "closed":
        busy.execute("update finding set claim = 'claim'")  # something lies in the write-ahead log alone
        busy.commit()
    if state == "closed":
        busy.close()
    for path in filled.iterdir():
        path.chmod(0o444)
    filled.chmod(0o555)
    done = subprocess.run(
        [*AS_A_USER, sys.executable, "-c", READING], cwd=filled.parent, capture_output=True, text=True, check=False
    )
    filled.chmod(0o755)
    busy.close()
    assert done.returncode == 0, done.stderr
    told, refused = done.stdout.splitlines()
    assert told == str([f"piece {k}" for k in range(6)])
    assert refused.startswith("refused --results")


FULL = """
import sys
from pathlib import Path
from proofs.run.ledger import Ledger
from proofs.run.surroundings import SurroundingsError
from tests.proofs.run.test_ledger import finding
held = Ledger(Path("results"))
held.ready()
for k in range(1000):
    try:
        held.put(f"key {k}", "claim", "piece", finding(k), f"training {k}")
    except SurroundingsError as error:
        print(k, error)
        sys.exit(4)
"""


def test_a_disk_that_fills_loses_nothing_that_was_put(tmp_path: Path) -> None:
    """The piece that does not fit is said; all before it are there when there is room again."""
    most = 400_000
    done = subprocess.run(
        [sys.executable, "-c", FULL], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )  # fmt: skip
    assert done.returncode == 4, done.stderr
    count, _, why = done.stdout.strip().partition(" ")
    assert "takes nothing more" in why
    assert int(count) >= 3
    with closing(Ledger(tmp_path / "results")) as held:
        assert all(same(held.get(f"key {k}") or Finding([]), finding(k)) for k in range(int(count)))
        held.ready()
        held.put("more", "claim", "piece", finding(7))
