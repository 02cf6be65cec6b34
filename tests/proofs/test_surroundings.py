"""The command in surroundings that are not ours: terminals, folders, disks, notebooks and scripts as users have them."""

import json
import os
import pty
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from proofs.run import destinations
from proofs.run.surroundings import SurroundingsError
from tests.proofs.conftest import AS_A_USER, QUICK_CLAIM

COMMAND = (sys.executable, "-c", "from proofs.cli import main; main()")
Done = subprocess.CompletedProcess[bytes]
Run = Callable[..., Done]

SEVERAL = """
import json, sys
from proofs.cli import main
codes = []
for arguments in json.loads(sys.argv[1]):
    sys.argv[1:] = arguments
    try: main()
    except SystemExit as end: codes.append(end.code)
print("codes", codes, flush=True)
"""
"""Several command lines in one process."""

ODD = '''"""Letters that few terminals have: ∫ 𝔼 ✓ ﷽ é, half of one: \\ud800, and [b]marks[/] that are none."""

from proofs.core import Claim, Real

claim = Claim(topic="trade-offs")


@claim.states(lambda a: a * a)
def letters(a: Real):
    """𝔼[a²] ≥ a²"""


def by_addition(m, a):
    return (a + a) * a - a * a


letters.check(by_addition, on=lambda s: s.scales(1e-8, 1e8), error=1e-14)
letters.wrong("✓ 𝔼", claimed=lambda a: a**3)


@claim.figure
def draw(saved, panels):
    (panel,) = panels(1)
    panel.exact([0.0, 1.0, 2.0], [0.0, 1.0, 4.0], "$a^2$")
    panel.axes("length $a$", "square")
'''


def called(*command: object, at: Path, environment: Mapping[str, str | None] = {}, **options: object) -> Done:
    """Run a command in a folder, in another environment where some is given (None: without)."""
    merged = {**os.environ, **environment}
    given = {name: value for name, value in merged.items() if value is not None}
    return subprocess.run(  # type: ignore[call-overload]
        [*map(str, command)], cwd=at, env=given, capture_output=True, timeout=200, check=False, **options
    )


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two claims and what was found of them."""
    folder = tmp_path_factory.mktemp("once")
    (folder / "claims").mkdir()
    (folder / "claims/square.py").write_text(QUICK_CLAIM, encoding="utf-8")
    (folder / "claims/odd.py").write_text(ODD, encoding="utf-8")
    done = called(*COMMAND, "verify", "square", "odd", "--claims", "claims", "--json", "found.json", at=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def saved(once: Path, tmp_path: Path) -> Path:
    """A copy of that folder: what runs there is answered by the ledger."""
    return Path(shutil.copytree(once, tmp_path / "saved"))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command in a folder of its own, in another environment where some is given."""
    return lambda *command, prefix=(), **environment: called(*prefix, *command, at=tmp_path, environment=environment)


def refused(done: Done, named: str) -> bool:
    """Whether it was wrong usage, said in one line that names the culprit."""
    lines = done.stderr.decode().strip().splitlines()
    return done.returncode == 2 and len(lines) == 1 and named in lines[0] and not done.stdout


def timeless(text: bytes) -> bytes:
    """Without seconds."""
    return re.sub(rb"[0-9.]+ s\b", b"s", text)


# --- letters --------------------------------------------------------------------------------------------------------------

EVERYTHING = [
    ["--help"], ["verify", "--help"], ["list", "--claims", "claims"], ["show", "odd", "--claims", "claims"], ["show", "ring"],
    ["verify", "odd", "--claims", "claims", "--json", "out.json"], ["plot", "odd", "--claims", "claims"],
    ["report", "odd", "--claims", "claims"], ["diff", "found.json", "out.json"], ["new", "mine", "--claims", "own"],
]  # fmt: skip


@pytest.mark.parametrize("encoding", ["ascii:strict", "cp1252", "cp437", "utf-16"])
def test_what_the_terminal_lacks_is_replaced(saved: Path, encoding: str) -> None:
    """Every command ends as it does elsewhere, and what it writes to files is UTF-8."""
    done = called(
        sys.executable, "-c", SEVERAL, json.dumps(EVERYTHING), at=saved, environment={"PYTHONIOENCODING": encoding}
    )
    told = done.stdout.decode(encoding.partition(":")[0])
    assert done.stderr == b""
    assert (
        told.splitlines()[-1] == f"codes {[0, 0, 0, 0, 0, 0, 0, 0, 1, 0]}"
    )  # `square` is gone from the second document
    document = json.loads((saved / "out.json").read_text(encoding="utf-8"))
    assert document["claims"][0]["evidence"][1]["name"].endswith("✓ 𝔼")
    assert "𝔼" in (saved / "report.html").read_text(encoding="utf-8")
    assert "𝔼" in (saved / "figures/odd.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-16"])
def test_the_document_comes_out_whole(saved: Path, encoding: str) -> None:
    """Whatever letters standard output has: those it lacks are escaped."""
    called_with = ("verify", "odd", "square", "--claims", "claims", "--json", "-")
    done = called(*COMMAND, *called_with, at=saved, environment={"PYTHONIOENCODING": encoding})
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout.decode(encoding) if encoding == "utf-16" else done.stdout)
    assert document["claims"] == json.loads((saved / "found.json").read_text(encoding="utf-8"))["claims"]


def test_no_file_is_read_or_written_as_the_locale_has_it(saved: Path) -> None:
    """No file of ours is opened without saying that it is UTF-8."""
    said = {"PYTHONWARNDEFAULTENCODING": "1", "PYTHONWARNINGS": "default::EncodingWarning", "PYTHONUTF8": "0"}
    done = called(sys.executable, "-c", SEVERAL, json.dumps(EVERYTHING), at=saved, environment=said)
    ours = str(Path(destinations.__file__).parents[2])
    assert [
        line
        for line in done.stderr.decode().splitlines()
        if "EncodingWarning" in line and line.startswith(ours) and "site-packages" not in line
    ] == []


# --- the user's machine ---------------------------------------------------------------------------------------------------

ELSEWHERE: dict[str, dict[str, str | None]] = {
    "a bare machine": {
        "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "utf-8", "COLUMNS": "1", "NO_COLOR": "1",
        "TERM": "dumb", "HOME": None, "USER": None, "LOGNAME": None, "XDG_CACHE_HOME": None, "PATH": None,
    },
    "a notebook abroad": {
        "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "COLUMNS": "20", "LINES": "1", "TERMINAL_WIDTH": "10", "FORCE_COLOR": "1",
        "CLICOLOR_FORCE": "1", "TTY_COMPATIBLE": "1", "PY_COLORS": "1", "GITHUB_ACTIONS": "1", "HOME": "/nowhere/at/all",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline", "JPY_PARENT_PID": "1",
    },
    "nonsense": {
        "LC_ALL": "xx_YY.nonsense", "COLUMNS": "wide", "TERM": "nonsense", "TERMINAL_WIDTH": "wide", "MPLBACKEND": "nonsense", "TZ": "Nowhere/None",
    },
}  # fmt: skip
QUIET = [["list", "--claims", "claims"], ["verify", "odd", "square", "--claims", "claims", "--json", "out.json"],
         ["verify", "--help"], ["plot", "odd", "--claims", "claims"], ["report", "odd", "square", "--claims", "claims"]]  # fmt: skip


def traces(folder: Path) -> dict[str, bytes]:
    """What the commands left behind, but for times."""
    document = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    left = {path.name: path.read_bytes() for path in sorted((folder / "figures").iterdir())}
    page = re.sub(r"\d[\d.]* s\b", "", (folder / "report.html").read_text(encoding="utf-8"))
    return {**left, "claims": json.dumps(document["claims"]).encode(), "report": page.encode()}


@pytest.fixture(scope="module")
def here(once: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, dict[str, bytes]]:
    """What the commands print and leave behind on this machine."""
    folder = Path(shutil.copytree(once, tmp_path_factory.mktemp("here") / "saved"))
    done = called(sys.executable, "-c", SEVERAL, json.dumps(QUIET), at=folder)
    assert done.stdout.splitlines()[-1] == b"codes [0, 0, 0, 0, 0]", done.stderr
    return timeless(done.stdout), traces(folder)


@pytest.mark.parametrize("where", ELSEWHERE)
def test_the_environment_changes_nothing(saved: Path, here: tuple[bytes, dict[str, bytes]], where: str) -> None:
    """The same lines on a pipe, none of them broken, the same files byte for byte, the same exit codes."""
    done = called(sys.executable, "-c", SEVERAL, json.dumps(QUIET), at=saved, environment=ELSEWHERE[where])
    assert timeless(done.stdout) == here[0], done.stderr
    assert traces(saved) == here[1]


MATPLOTLIBRC = """
text.usetex: True
figure.dpi: 17
savefig.dpi: 17
savefig.bbox: tight
savefig.transparent: True
axes.grid: True
axes.facecolor: red
axes.prop_cycle: cycler(color=["yellow"])
axes.xmargin: 0.4
axes.formatter.use_locale: True
axes.formatter.limits: 0, 0
lines.linewidth: 9
lines.linestyle: --
font.family: cursive
svg.fonttype: none
pdf.compression: 0
path.sketch: 1, 100, 2
text.kerning_factor: 6
xtick.direction: in
xtick.minor.visible: True
image.cmap: jet
no such setting: at all
backend: nonsense
"""


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("matplotlibrc", MATPLOTLIBRC.encode()), ("home/.config/matplotlib/matplotlibrc", MATPLOTLIBRC.encode()),
        ("own", b"\xff\xfe\x00 text.usetex: True"),
    ],
    ids=["here", "at home", "unreadable"],
)  # fmt: skip
def test_nobodys_matplotlibrc_is_ours(
    saved: Path, here: tuple[bytes, dict[str, bytes]], place: str, text: bytes
) -> None:
    """Wherever it lies and whatever it says, the figures are the same, byte for byte."""
    (saved / place).parent.mkdir(parents=True, exist_ok=True)
    (saved / place).write_bytes(text)
    pointed = {"HOME": str(saved / "home"), "XDG_CONFIG_HOME": None}
    if place == "own":
        pointed["MATPLOTLIBRC"] = str(saved / place)
    done = called(sys.executable, "-c", SEVERAL, json.dumps(QUIET), at=saved, environment=pointed)
    assert timeless(done.stdout) == here[0], done.stderr
    assert traces(saved) == here[1]


def test_figures_from_python_are_drawn_in_our_style_too(saved: Path) -> None:
    """A program that has told matplotlib otherwise gets the figure that the command draws, and keeps what it has told."""
    code = (
        "import matplotlib as mpl; mpl.use('agg'); mpl.rcParams.update({'axes.grid': True, 'lines.linewidth': 9, 'text.usetex': True})\n"
        "from proofs.session import verify; from proofs.display import figures\n"
        "drawn = verify('odd', claims='claims', jobs=1).figure('odd', 'single')\n"
        "print(sorted({line.get_linewidth() for line in drawn.axes[0].lines}), mpl.rcParams['lines.linewidth'], mpl.rcParams['axes.grid'])"
    )
    done = called(sys.executable, "-c", code, at=saved)
    assert done.stdout.split()[-2:] == [b"9.0", b"True"], done.stderr
    assert b"[9.0]" not in done.stdout


def test_a_person_sees_lines_that_fit(saved: Path) -> None:
    """On a terminal as narrow as one column everything is still said, and a command to be copied is not broken."""
    for columns in ("1", "40"):
        shown, there = pty.openpty()
        done = subprocess.Popen(
            [*COMMAND, "verify", "square", "--claims", "claims"], cwd=saved, stdout=there, stderr=there,
            env={**os.environ, "COLUMNS": columns, "TERM": "xterm"},
        )  # fmt: skip
        os.close(there)
        text = b""
        while True:
            try:
                text += (part := os.read(shown, 4096))
            except OSError:  # how a terminal ends
                break
            if not part:
                break
        os.close(shown)
        assert done.wait() == 0, text
        assert b"Traceback" not in text


CHDIR = QUICK_CLAIM.replace("claim = Claim(", 'import os\n\nos.chdir("/")\nclaim = Claim(')


def test_a_claim_may_change_the_working_folder_for_itself(run: Run, claims: Path, tmp_path: Path) -> None:
    """What is named relative to the user's folder is found and written there."""
    (claims / "square.py").write_text(CHDIR)
    (claims / "last.py").write_text(ODD, encoding="utf-8")
    names = ("square", "last", "--claims", "claims", "--results", "kept")
    done = run(*COMMAND, "verify", *names, "--json", "out.json", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["tally"]["broken"] == 0
    assert (tmp_path / "kept/ledger.sqlite").exists()
    assert run(*COMMAND, "plot", *names, "-o", "drawn").returncode == 0
    assert (tmp_path / "drawn/last.svg").exists()
    assert run(*COMMAND, "report", *names, "-o", "r.html").returncode == 0
    assert (tmp_path / "r.html").exists()


def test_a_working_folder_that_is_gone_is_said(run: Run, tmp_path: Path) -> None:
    """Wrong usage, in one line."""
    (tmp_path / "gone").mkdir()
    done = run("sh", "-c", 'cd gone && rmdir ../gone && exec "$@"', "sh", *COMMAND, "list")
    assert refused(done, "working folder")


# --- destinations ---------------------------------------------------------------------------------------------------------

WITHIN = ("--claims", "claims")
LOCKED = [
    (("verify", "odd", *WITHIN, "--json"), "locked/out.json", "--json"), (("report", "odd", *WITHIN, "-o"), "a file/r.html", "--output"),
    (("plot", "odd", *WITHIN, "-o"), "locked/figures", "--output"), (("plot", "--story", "-o"), "locked", "--output"),
    (("plot", "dirac_gan", "--animate", "-o"), "a file", "--output"), (("new", "mine", "--claims"), "locked", "--claims"),
    (("verify", "odd", *WITHIN, "--results"), "locked/results", "--results"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("called_with", "name", "option"), LOCKED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_destination_that_cannot_be_opened_is_refused_before_the_work(
    run: Run, claims: Path, tmp_path: Path, called_with: tuple[str, ...], name: str, option: str
) -> None:
    """In a folder that may not be written, or below what is no folder: wrong usage, in one line, and nothing was run."""
    (claims / "odd.py").write_text(ODD, encoding="utf-8")
    (tmp_path / "locked").mkdir()
    (tmp_path / "locked").chmod(0o555)
    (tmp_path / "a file").touch()
    done = run(*COMMAND, *called_with, name, prefix=AS_A_USER)
    assert refused(done, option), done.stderr
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(
    ("called_with", "taken"),
    [
        (("plot", "odd", *WITHIN), "figures/odd.svg"), (("plot", "odd", *WITHIN), "figures/odd.csv"),
        (("plot", "odd", *WITHIN, "--format", "pdf"), "figures/odd.txt"), (("plot", "--story"), "figures/story_7_denoising.svg"),
        (("plot", "dirac_gan", "--animate"), "figures/dirac_gan_animated.gif"), (("report", "odd", *WITHIN), "report.html"),
        (("verify", "odd", *WITHIN, "--json", "out.json"), "out.json"),
    ],
)  # fmt: skip
def test_every_file_is_looked_at_before_the_work(
    run: Run, claims: Path, tmp_path: Path, called_with: tuple[str, ...], taken: str
) -> None:
    """A folder that stands where one of them would go is named, and nothing was run."""
    from proofs.display import story

    (claims / "odd.py").write_text(ODD, encoding="utf-8")
    taken = taken.replace("story_7_denoising", story.PICTURES[-1].name)
    (tmp_path / taken).mkdir(parents=True)
    done = run(*COMMAND, *called_with)
    assert refused(done, taken), done.stderr
    assert not (tmp_path / "results").exists()


def test_a_destination_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """Where there is no room what stood there stands there still, and nothing lies beside it."""
    path = tmp_path / "document"
    path.write_text("old")
    path.chmod(0o600)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(SurroundingsError, match="document"):
            destinations.write(path, "new" * 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]
    destinations.ready("-o", path)
    assert path.read_text() == "old"
    destinations.write(path, "new")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o600)
    (tmp_path / "link").symlink_to("not there yet")
    destinations.ready("-o", tmp_path / "link")
    destinations.write(tmp_path / "link", "through")
    assert (tmp_path / "not there yet").read_text() == "through"
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize(
    ("called_with", "code", "named"),
    [
        (("verify", "square", *WITHIN, "--json", "/dev/full"), 4, "/dev/full"), (("verify", "square", *WITHIN, "--json", "/dev/null"), 0, ""),
        (("report", "square", *WITHIN, "-o", "/dev/full"), 4, "/dev/full"), (("report", "square", *WITHIN, "-o", "/dev/stdout"), 0, ""),
    ],
)  # fmt: skip
def test_a_device_is_a_destination(saved: Path, called_with: tuple[str, ...], code: int, named: str) -> None:
    """One that takes nothing is the surroundings', said in one line after what was found."""
    done = called(*COMMAND, *called_with, at=saved)
    assert done.returncode == code, done.stderr
    assert (done.stderr.decode().count("\n") == 1 and named in done.stderr.decode()) or code == 0


@pytest.mark.parametrize(
    ("redirected", "code", "buffered"),
    [
        ("list >/dev/full", 4, None), ("verify --help >/dev/full", 4, "1"), ("--version >/dev/full", 4, "1"), ("--version >/dev/full", 4, None),
        ("verify square --claims claims --json - >/dev/full", 4, None), ("verify square --claims claims --json - >&-", 2, None),
        ("list >&- 2>&-", 0, None), ("show nonsense 2>&-", 2, None), ("verify nonsense 2>/dev/full", 2, "1"),
    ],
)  # fmt: skip
def test_a_stream_that_fails_is_named(saved: Path, redirected: str, code: int, buffered: str | None) -> None:
    """Full, closed or without a reader: one line and its exit code, which is never that of a verdict."""
    arguments, *redirections = re.split(r" (?=2?>)", redirected)
    whole = f'"$@" {arguments} {" ".join(redirections)}'
    done = called("sh", "-c", whole, "sh", *COMMAND, at=saved, environment={"PYTHONUNBUFFERED": buffered})
    assert done.returncode == code, done.stderr
    assert (
        (b"standard output" in done.stderr.splitlines()[-1])
        if done.stderr
        else "/dev/full" not in redirected or code == 2
    )


def test_a_reader_that_goes_away_is_the_surroundings_doing(saved: Path) -> None:
    """`blurproof list | head -1` is not refuted."""
    done = called("bash", "-c", '"$@" list | head -1; echo ${PIPESTATUS[0]}', "sh", *COMMAND, at=saved)
    assert done.stdout.splitlines()[-1] == b"4"
    assert done.stderr.decode().strip() == "blurproof: standard output takes nothing more (Broken pipe)"


# --- the ledger -----------------------------------------------------------------------------------------------------------

MANY = QUICK_CLAIM + "".join(
    f"\n\n@claim.states(lambda a: a * a)\ndef square_{k}(a: Real):\n    \"\"\"a²\"\"\"\n\n\nsquare_{k}.check(by_addition, "
    f"on=lambda s: s.scales(1e-{k}, 1e8), error=1e-14)\nsquare_{k}.wrong(\"a wrong power\", claimed=lambda a: a**3)\n"
    for k in range(1, 9)
)  # fmt: skip


def test_a_disk_that_fills_in_mid_work_keeps_what_was_found(saved: Path) -> None:
    """Exit code 4 and one line; no document and no verdict; with room again the run goes on from what was kept."""
    (saved / "claims/many.py").write_text(MANY, encoding="utf-8")
    most = 60_000  # the write-ahead log takes some of the nine pieces
    limited = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))}
    words = ("verify", "many", *WITHIN, "--jobs", "1", "--json", "out.json")
    done = called(*COMMAND, *words, at=saved, **limited)
    assert done.returncode == 4, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert b"supported" not in done.stdout
    assert not (saved / "out.json").exists()
    kept = called("sh", "-c", 'exec "$@"', "sh", *COMMAND, "show", "many", *WITHIN, at=saved).stdout.decode()
    assert 0 < kept.count("not run here yet") < 9
    assert called(*COMMAND, *words, at=saved).returncode == 0
    assert "odd" in called(*COMMAND, "verify", "odd", *WITHIN, at=saved).stdout.decode()


@pytest.mark.parametrize("state", ["a text", "a folder", "later", "cut"])
def test_a_ledger_that_cannot_be_used_is_said_by_every_command(saved: Path, state: str) -> None:
    """Wrong usage, in one line that names the option, and what lies there is left as it is."""
    file = saved / "results/ledger.sqlite"
    whole = file.read_bytes()
    if state == "a folder":
        file.unlink()
        file.mkdir()
    else:
        later = whole[:60] + (99).to_bytes(4, "big") + whole[64:]  # where SQLite keeps user_version
        file.write_bytes(
            {"a text": b"to whom it may concern\n" * 400, "later": later, "cut": whole[: len(whole) // 3]}[state]
        )
    before = None if file.is_dir() else file.read_bytes()
    asked = [[command, "odd", *WITHIN] for command in ("verify", "show", "plot", "report")]
    done = called(sys.executable, "-c", SEVERAL, json.dumps(asked), at=saved)
    assert done.stdout == b"codes [2, 2, 2, 2]\n"
    assert [line.startswith(b"blurproof: --results: ") for line in done.stderr.splitlines()] == [True] * 4
    assert before is None or file.read_bytes() == before


def test_a_ledger_that_is_deleted_in_mid_work_is_noticed(run: Run, claims: Path, tmp_path: Path) -> None:
    """Exit code 4 and one line, and the run goes on from what was found."""
    wiping = MANY.replace("def by_addition(m, a):\n", "def by_addition(m, a):\n    wipe()\n").replace(
        "claim = Claim(",
        # put together, lest what becomes of the files count as data that the evidence depends on
        "from pathlib import Path\n\n\ndef wipe():\n    ledger, wiped = Path('results', 'ledger' + '.sqlite'), Path('wi' + 'ped')\n"
        "    if ledger.exists() and not wiped.exists():\n        wiped.touch()\n        ledger.unlink()\n\n\nclaim = Claim(",
        1,
    )
    (claims / "many.py").write_text(wiping, encoding="utf-8")
    done = run(*COMMAND, "verify", "many", *WITHIN, "--jobs", "1")
    assert (tmp_path / "wiped").exists()
    assert done.returncode == 4, done.stderr
    assert done.stderr.count(b"\n") == 1
    assert b"deleted" in done.stderr
    assert 0 < run(*COMMAND, "show", "many", *WITHIN).stdout.decode().count("not run here yet") < 9


def test_what_is_saved_is_shown_from_a_folder_that_may_not_be_written(saved: Path) -> None:
    """Reading needs no leave to write; what is missing is said before any work."""
    for path in (saved / "results").iterdir():
        path.chmod(0o444)
    (saved / "results").chmod(0o555)
    for words in (("show",), ("report", "-o", "r.html"), ("plot", "-o", "drawn"), ("verify",)):
        done = called(*AS_A_USER, *COMMAND, words[0], "odd", *WITHIN, *words[1:], at=saved)
        assert done.returncode == 0, done.stderr
    done = called(*AS_A_USER, *COMMAND, "verify", "odd", *WITHIN, "--seed", "7", at=saved)
    assert refused(done, "--results"), done.stderr


# --- commands to be copied, and scripts -----------------------------------------------------------------------------------


def test_the_printed_command_runs_the_failure_again(run: Run, claims: Path, tmp_path: Path) -> None:
    """Pasted into the same shell, from a table, a document or a report, it finds the same claims and results."""
    claims.rename(tmp_path / "own claims; [b]$HOME")
    file = tmp_path / "own claims; [b]$HOME" / "square.py"
    file.write_text(QUICK_CLAIM.replace("lambda a: a * a)", "lambda a: a * a + 1)"), encoding="utf-8")
    where = ("--claims", file.parent.name, "--results", "it's here")
    first = run(*COMMAND, "verify", "square", *where, "--seed", "3", "--json", "d.json")
    reported = run(*COMMAND, "report", "square", *where, "--seed", "3", "-o", "r.html")
    assert (first.returncode, reported.returncode) == (1, 0), first.stderr + reported.stderr
    (printed,) = re.findall(r"again: (.*)", first.stdout.decode())
    assert printed == json.loads((tmp_path / "d.json").read_text(encoding="utf-8"))["claims"][0]["evidence"][0]["rerun"]
    (tmp_path / "blurproof").write_text(f'#!/bin/sh\nexec {sys.executable} -c "{COMMAND[2]}" "$@"\n')
    (tmp_path / "blurproof").chmod(0o755)
    again = run("sh", "-c", printed, PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert again.returncode == 1, again.stderr
    assert b"seed 3" in again.stdout
    assert f"again: {printed}" in again.stdout.decode()


def test_new_says_what_can_be_pasted(run: Run, tmp_path: Path) -> None:
    """The next command, from where the user is."""
    done = run(*COMMAND, "new", "mine", "--claims", "my own")
    assert done.stdout.decode().splitlines()[-1] == "next: blurproof verify mine --claims 'my own'"


def test_a_script_without_a_guard_spoils_nothing(run: Run, claims: Path, tmp_path: Path) -> None:
    """It gets the verdict of a sound claim, or one line names the guard; with it the verdict is that of a sound claim."""
    call = f"print(verify('square', claims={str(claims)!r}, jobs=2).verdicts, flush=True)\n"
    (tmp_path / "bare.py").write_text("from proofs.session import verify\n" + call)
    (tmp_path / "guarded.py").write_text(f"from proofs.session import verify\nif __name__ == '__main__':\n    {call}")
    bare, guarded = run(sys.executable, "bare.py"), run(sys.executable, "guarded.py")
    assert b"supported" in guarded.stdout, guarded.stderr
    told = bare.returncode != 0 and b"__main__" in bare.stderr and bare.stderr.count(b"Traceback") <= 1
    assert told or b"supported" in bare.stdout, bare.stderr
