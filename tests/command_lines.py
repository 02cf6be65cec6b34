"""Command lines made at random: every command with right, wrong and odd options, destinations and surroundings.

    python -m tests.command_lines --seed 0 --count 500

Each is run as a user runs it, in a folder of its own with claims of every kind and what was found of them. Whatever is
asked: the exit code is one of those that are documented, and the one that follows from the parts where that is known;
standard error holds no traceback; wrong usage is one line, and neither a result nor a destination has been touched.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tests.proofs.conftest import AS_A_USER, QUICK_CLAIM
from theory import ring

COMMAND = (sys.executable, "-c", "from proofs.cli import main; main()")
FAULTS = Path(__file__).parent / "proofs/gone_wrong"
DOCUMENTED = {0, 1, 2, 3, 4, 130}
VERDICTS = {"square": 0, "false_derivation": 1, "does_not_import": 1, "too_few_instances": 3, "no_evidence": 3}
"""The claims in the folder, and the exit code of each by itself with `--strict`."""

LEARNER = '''"""Learners of one's own: one that remembers, and one that gives up."""

import numpy as np


class Memory:
    def fit(self, sample, *, seed, steps, batch):
        x = np.concatenate([sample(batch) for _ in range(steps)])
        return lambda n, rng: x[rng.integers(len(x), size=n)]


class Broken:
    def fit(self, sample, *, seed, steps, batch):
        raise RuntimeError("∫ diverged")


learner, broken, nothing = Memory(), Broken(), None
'''

Part = tuple[list[str], set[int] | None]
"""Words of a command line and the exit codes that they force; None where they leave it to the others."""


@dataclass
class Line:
    """One command line with its surroundings, and the exit codes that it may have."""

    words: list[str]
    codes: set[int]
    environment: dict[str, str | None] = field(default_factory=dict)
    redirected: str = ""
    spoil: str = ""

    def __str__(self) -> str:
        names = " ".join(f"{k}={'' if v is None else shlex.quote(v)}" for k, v in self.environment.items())
        spoilt = f"  # results: {self.spoil}" if self.spoil else ""
        return f"{names} blurproof {shlex.join(self.words)} {self.redirected}{spoilt}".strip()


# --- what command lines are made of ---------------------------------------------------------------------------------------

USAGE, ANY = {2}, {0, 2}
ENVIRONMENTS: list[dict[str, str | None]] = [
    {}, {}, {}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "cp1252"}, {"PYTHONIOENCODING": "cp437"},
    {"PYTHONIOENCODING": "latin-1"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"LC_ALL": "tr_TR.UTF-8"},
    {"COLUMNS": "1"}, {"COLUMNS": "20"}, {"HOME": None}, {"HOME": "/nowhere"}, {"NO_COLOR": "1", "TERM": "dumb"},
    {"FORCE_COLOR": "1"}, {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}, {"MPLBACKEND": "nonsense"},
    {"MATPLOTLIBRC": "claims"}, {"PYTHONUNBUFFERED": "1"}, {"TERMINAL_WIDTH": "wide"}, {"TMPDIR": "/nowhere"},
]  # fmt: skip
FILES: list[tuple[str, set[int] | None]] = [
    ("new.out", None), ("there.txt", None), ("with space.out", None), ("ünï ∫.out", None), ("-dash.out", None), ("link", None),
    ("/dev/null", None), ("deep/down.out", USAGE), ("claims", USAGE), ("", USAGE), (".", USAGE), ("there.txt/below", USAGE),
    ("locked/new.out", USAGE), ("x" * 300, USAGE), ("loop", USAGE), ("readonly.txt", USAGE), ("/dev/full", {4}),
]  # fmt: skip
FOLDERS: list[tuple[str, set[int] | None]] = [
    ("pictures", None), ("deep/down", None), ("with space", None), ("taken", USAGE), ("there.txt", USAGE), ("locked/below", USAGE),
    ("/dev/null", USAGE), ("x" * 300, USAGE), ("readonly.txt/x", USAGE),
]  # fmt: skip
COMMON: list[Part] = [
    (["--colour"], USAGE), (["--seed"], USAGE), (["-x"], USAGE), (["--help"], {0}), (["--claims", "nowhere"], USAGE),
    (["--claims", "there.txt"], USAGE), (["--claims", "x" * 300], USAGE), (["--claims", ""], ANY), (["--claims"], USAGE),
]  # fmt: skip
SEEDS: list[Part] = [
    (["--seed", "0"], None), (["--seed=0"], None), (["--seed", "00"], None), (["--seed", "-1"], USAGE), (["--seed", "1.5"], USAGE),
    (["--seed", "one"], USAGE), (["--seed", ""], USAGE), (["--seed", "1", "--seed", "0"], None), (["--seed", "∞"], USAGE),
]  # fmt: skip
JOBS: list[Part] = [(["--jobs", "1"], None), (["--jobs", "2"], None), (["--jobs", "0"], USAGE), (["--jobs", "-3"], USAGE), (["--jobs", "two"], USAGE)]  # fmt: skip
LEVELS: list[Part] = [(["--level", "quick"], None), (["--level", "QUICK"], USAGE), (["--level", "slow"], USAGE), (["--level", ""], USAGE)]  # fmt: skip
PROTOCOLS: list[Part] = [
    (["--protocol", "nobody2099"], USAGE),
    (["--protocol", "veegan"], USAGE),
    (["--protocol", ""], USAGE),
]
VERIFYING: list[Part] = [
    (["--strict"], None), (["--device", "cpu"], None), (["--device", "abacus"], USAGE), (["--device", "cuda"], USAGE), (["--topic", "trade-offs"], None),
    (["--topic", "weather"], USAGE), (["--json"], USAGE),
]  # fmt: skip
DRAWING: list[Part] = [
    (["--format", "pdf"], None), (["--format", "png"], None), (["--format", "bmp"], USAGE), (["--width", "double"], None),
    (["--width", "89"], USAGE), (["--story", "dirac_gan"], USAGE), (["--opening", "dirac_gan"], USAGE), (["--animate"], USAGE), (["--apng"], None),
    (["--set", "nobody=1"], USAGE), (["--set", "x"], USAGE), (["--title", "∫ own"], None), (["--palette", "tol"], None), (["--palette", "grey"], USAGE),
    (["--labels", "nowhere.json"], USAGE), (["--write-labels", "words.toml"], None), (["--write-labels", "words.txt"], USAGE),
    (["--story", "--opening"], USAGE), (["--animate", "--opening", "dirac_gan"], USAGE), (["--animate", "--story"], USAGE),
]  # fmt: skip
PAGES: list[tuple[str, set[int] | None]] = [
    ("new.html", None), ("ünï ∫.html", None), ("there.txt", None), ("deep/down.html", USAGE), ("claims", USAGE), ("", USAGE), ("locked/new.html", USAGE),
]  # fmt: skip
PICTURES: list[tuple[str, set[int] | None]] = [
    ("new.svg", None), ("with space.pdf", None), ("ünï ∫.png", None), ("-dash.svg", None), ("new.bmp", USAGE), ("new", USAGE), ("", USAGE),
    ("deep/down.svg", USAGE), ("locked/new.svg", USAGE), ("loop.svg", USAGE), ("taken/picture.svg", USAGE),
]  # fmt: skip
SAMPLES = {"ring.npy": 0, "ring.csv": 0, "ring.npz:x": 0, "blurred.npy": 1}
"""Samples in the folder, and whether a fault is found in them."""
NO_SAMPLES = [
    "nowhere.npy", "there.txt", "binary.npy", "empty.npy", "words.csv", "nan.npy", "ring.npz", "ring.npz:z", "claims", "", "x" * 300, "line.npy",
]  # fmt: skip
AGAINST: list[Part] = [
    *[(["--target", "ring:modes=4,std=0.1"], None)] * 6, (["--mixture", "ring.json"], None), (["--target=ring:std=0.1,modes=4"], None),
    ([], USAGE), (["--target", "weather"], USAGE), (["--target", "ring:std=-1"], USAGE), (["--target", "ring:rings=2"], USAGE),
    (["--target", "ring:std"], USAGE), (["--target", ""], USAGE), (["--mixture", "there.txt"], USAGE), (["--mixture", "nowhere.json"], USAGE),
    (["--mixture", "list.json"], USAGE), (["--target", "ring", "--mixture", "ring.json"], USAGE), (["--reference", "nowhere.npy"], USAGE),
    (["--law", "nowhere:law"], USAGE), (["--law", "mine"], USAGE), (["--target", "bishop_inverse"], USAGE),
]  # fmt: skip
DIAGNOSING: list[Part] = [
    (["--confidence", "0.95"], None), (["--confidence", "1"], USAGE), (["--confidence", "nan"], USAGE), (["--confidence", "much"], USAGE),
    (["--modes", "0"], USAGE), (["--given", "nowhere.npy"], USAGE), (["--train", "nowhere.npy"], USAGE), (["--width", "89"], USAGE), (["--width", "single"], None),
]  # fmt: skip
LEARNERS: list[Part] = [
    *[(["mine:learner"], None)] * 6, (["mine:broken"], None), (["mine:nothing"], USAGE), (["mine:nobody"], USAGE), (["nowhere:learner"], USAGE),
    (["weather"], USAGE), ([""], USAGE), (["mine:learner", "mine:learner"], USAGE), (["square:claim"], USAGE),
]  # fmt: skip
CONTESTING: list[Part] = [
    (["--seeds", "3"], None), (["--seeds", "0"], USAGE), (["--seeds", "-1"], USAGE), (["--seeds", "2.5"], USAGE), (["--steps", "0"], USAGE),
    (["--batch", "100"], USAGE), (["--batch", "0"], USAGE), (["--samples", "1"], USAGE), (["--confidence", "0"], USAGE), (["--confidence", "0.9"], None),
    (["--target", "grid"], None), (["--target", "ring.json"], None), (["--target", "weather"], USAGE), (["--target", "there.txt"], USAGE), (["--executor", "dask"], USAGE),
    (["--cluster", "nowhere"], USAGE), (["--timeout", "0"], USAGE), (["--timeout", "60"], None), (["--fewer", "dropped"], USAGE), (["--by", "0.2"], USAGE),
    (["--compare", "mine:learner", "mine:learner"], USAGE), (["--compare", "mine:learner"], USAGE), (["--plan"], USAGE), (["--width", "wide"], USAGE),
    (["--fresh"], None), (["--protocol", "nobody2099"], USAGE),
]  # fmt: skip
STRANGERS = ["squares", "Square", "", " ", "../square", "square.py", "∫", "sq\nuare", "x" * 300, "[b]square[/]", "%s"]
STATES = {"": None, "garbage": USAGE, "a file": USAGE, "later": USAGE, "cut": USAGE, "read only": None, "row": None}
REDIRECTED = {"": None, ">/dev/full": {4}, ">&-": None, "2>/dev/full": None, "2>&-": None, ">&- 2>&-": None}


class Maker:
    """Draws command lines."""

    def __init__(self, seed: int | str) -> None:
        self.rng = random.Random(seed)

    def line(self) -> Line:
        """One command line."""
        makers: list[tuple[Callable[[], list[Part]], int]] = [
            (self.list, 2), (self.show, 4), (self.verify, 9), (self.plot, 4), (self.report, 4), (self.diff, 3), (self.new, 3), (self.diagnose, 6),
            (self.contest, 4), (self.none, 1),
        ]  # fmt: skip
        made = self.rng.choices([m for m, _ in makers], [weight for _, weight in makers])[0]()
        words, forced = [word for part, _ in made for word in part], [codes for _, codes in made if codes is not None]
        line = Line(words, self._codes(made, forced), dict(self.rng.choice(ENVIRONMENTS)))
        asks_help = "--help" in words
        if words[:1] in (["verify"], ["plot"], ["report"], ["show"], ["contest"]) and self.rng.random() < 0.2:
            line.spoil = self.rng.choice(list(STATES))
            if STATES[line.spoil] == USAGE and not asks_help:
                line.codes = ANY if line.codes == {0} and "ring" in words else USAGE
        if asks_help:
            line.codes |= {0, 2}
        if self.rng.random() < 0.12:
            line.redirected = self.rng.choice(list(REDIRECTED))
            self._redirect(line)
        return line

    def _codes(self, made: list[Part], forced: list[set[int]]) -> set[int]:
        """Wrong usage comes before all work, what fails in mid-work before a verdict."""
        for first in (USAGE, ANY, {4}):
            if first in forced:
                return set(first)
        return set().union(*forced) or {0}

    def _redirect(self, line: Line) -> None:
        """A stream that fails costs the exit code of a verdict, where anything is written to it."""
        words = line.words
        if line.redirected == ">/dev/full" and line.codes != USAGE:
            line.codes = line.codes | {4}
        if ">&-" in line.redirected.split() and "--json" in words and words[words.index("--json") + 1 :][:1] == ["-"]:
            line.codes = {2}
        if (
            line.redirected == "2>/dev/full" and line.codes != USAGE
        ):  # tables go there where the document goes to standard output
            line.codes = line.codes | {4}

    def _some(self, pool: list[Part], chance: float) -> list[Part]:
        return [self.rng.choice(pool)] if self.rng.random() < chance else []

    def _path(self, option: str, pool: list[tuple[str, set[int] | None]], chance: float) -> list[Part]:
        if self.rng.random() > chance:
            return []
        right = [entry for entry in pool if entry[1] is None]
        path, codes = self.rng.choice(right if self.rng.random() < 0.5 else pool)
        return [([option, path], codes)]

    def _claims(self) -> list[Part]:
        return [(["--claims", self.rng.choice(["claims", "./claims", "claims/../claims"])], None)]

    def _names(self, pool: list[str]) -> list[Part]:
        names: list[Part] = [([self.rng.choice(pool)], None) for _ in range(self.rng.randint(1, 2))]
        return [*names, *self._strangers()]

    def _strangers(self) -> list[Part]:
        return [([self.rng.choice(STRANGERS)], USAGE)] if self.rng.random() < 0.12 else []

    def list(self) -> list[Part]:
        topics: list[Part] = [
            (["--topic", "mode-dropping"], None),
            (["--topic", "weather"], USAGE),
            (["--topic", ""], USAGE),
        ]
        return [(["list"], None), *self._claims(), *self._some(topics, 0.4), *self._some(COMMON, 0.2)]

    def show(self) -> list[Part]:
        name, codes = self.rng.choice([("square", None), ("ring", None), ("dirac_gan", None), ("false_derivation", None), ("does_not_import", USAGE)])  # fmt: skip
        return [(["show"], None), ([name], codes), *self._claims(), *self._strangers(), *self._some(COMMON, 0.2)]

    def verify(self) -> list[Part]:
        names = self._names(list(VERDICTS))
        options = [
            *self._some(SEEDS, 0.3),
            *self._some(JOBS, 0.3),
            *self._some(LEVELS, 0.3),
            *self._some(VERIFYING, 0.4),
        ]
        options += [
            *self._some(PROTOCOLS, 0.06),
            *self._some(COMMON, 0.1),
            *self._path("--json", [("-", None), *FILES], 0.5),
        ]
        alone = {VERDICTS.get(w[0], 0) for w, _ in names}  # what does not import may be of any topic
        strict = any(words == ["--strict"] for words, _ in options)
        verdict = 1 if 1 in alone else 3 if 3 in alone and strict else 0
        self.rng.shuffle(options)
        return [(["verify"], {verdict}), *names, *self._claims(), *options]

    def plot(self) -> list[Part]:
        options = [*self._some(DRAWING, 0.6), *self._some(SEEDS, 0.2), *self._some(JOBS, 0.2), *self._path("-o", FOLDERS, 0.6), *self._some(COMMON, 0.1)]  # fmt: skip
        return [(["plot"], None), *self._names(["picture"]), *self._claims(), *options]

    def report(self) -> list[Part]:
        options = [*self._some(SEEDS, 0.2), *self._some(LEVELS, 0.2), *self._some(PROTOCOLS, 0.06), *self._path("-o", FILES, 0.7), *self._some(COMMON, 0.1)]  # fmt: skip
        return [(["report"], None), *self._names(list(VERDICTS)), *self._claims(), *options]

    def diagnose(self) -> list[Part]:
        names = [self.rng.choice(list(SAMPLES)) for _ in range(self.rng.choice([1, 1, 1, 2]))]
        samples: list[Part] = [([name], None) for name in names]
        if self.rng.random() < 0.15:
            samples.append(([self.rng.choice(NO_SAMPLES)], USAGE))
        options = [
            self.rng.choice(AGAINST), *self._some(DIAGNOSING, 0.3), *self._some(SEEDS, 0.2), *self._some(COMMON[:4], 0.1),
            *self._path("-o", PICTURES, 0.3), *self._path("--html", PAGES, 0.2), *self._path("--json", [("-", None), *FILES], 0.4),
        ]  # fmt: skip
        self.rng.shuffle(options)
        return [(["diagnose"], {max(SAMPLES[name] for name in names)}), *samples, *options]

    def contest(self) -> list[Part]:
        options = [
            *self._some(CONTESTING, 0.6), *self._some(SEEDS, 0.2), *self._some(JOBS, 0.2), *self._some(COMMON[:4], 0.1),
            *self._path("-o", PICTURES, 0.3), *self._path("--csv", FILES, 0.3), *self._path("--json", [("-", None), *FILES], 0.3),
        ]  # fmt: skip
        self.rng.shuffle(options)
        budget = ["--seeds", "2", "--steps", "4", "--batch", "16", "--samples", "200"]
        return [(["contest"], None), self.rng.choice(LEARNERS), (budget, None), *options]

    def diff(self) -> list[Part]:
        pool: list[Part] = [
            (["found.json"], None), (["found.json"], None), (["found.json"], None), (["there.txt"], USAGE), (["claims"], USAGE), (["nowhere.json"], USAGE),
            (["list.json"], USAGE), (["binary.json"], USAGE), (["/dev/null"], USAGE), ([""], USAGE), (["deep.json"], USAGE), (["nan.json"], USAGE),
        ]  # fmt: skip
        few: list[Part] = [([], USAGE)] if self.rng.random() < 0.1 else [self.rng.choice(pool)]
        return [(["diff"], None), self.rng.choice(pool), *few]

    def new(self) -> list[Part]:
        names: list[Part] = [
            (["mine"], None), (["π"], None), (["Mine"], USAGE), (["_mine"], USAGE), (["my-claim"], USAGE), ([""], USAGE), (["a/b"], USAGE),
            (["1st"], USAGE), (["mine", "yours"], USAGE), ([], USAGE), (["x" * 300], USAGE),
        ]  # fmt: skip
        kinds: list[Part] = [
            (["--kind", "enclosure"], None),
            (["--kind", "experiment"], None),
            (["--kind", "proof"], USAGE),
        ]
        return [
            (["new"], None),
            self.rng.choice(names),
            *self._some(kinds, 0.4),
            *self._path("--claims", [place for place in FOLDERS if place[0] != "taken"], 0.8),
        ]

    def none(self) -> list[Part]:
        alone: list[Part] = [([], {0}), (["--help"], {0}), (["--version"], {0}), (["frobnicate"], USAGE), (["--nope"], USAGE), (["--version", "list"], {0})]  # fmt: skip
        return [self.rng.choice(alone)]


# --- running them ---------------------------------------------------------------------------------------------------------


def prepared(folder: Path) -> Path:
    """A folder with claims of every kind, what was found of them, and destinations of every kind."""
    own = folder / "claims"
    own.mkdir(parents=True)
    (own / "square.py").write_text(QUICK_CLAIM, encoding="utf-8")
    for name in VERDICTS:
        if name != "square":
            shutil.copy(FAULTS / f"{name}.py", own)
    run = lambda *words: subprocess.run([*COMMAND, *words], cwd=folder, capture_output=True, check=False, timeout=600)  # noqa: E731
    run("new", "picture", "--claims", "claims")
    run("verify", *VERDICTS, "picture", "--claims", "claims", "--json", "found.json")
    for name, text in {
        "there.txt": b"mine\n", "readonly.txt": b"mine\n", "list.json": b"[1, 2]", "binary.json": bytes(range(256)),
        "deep.json": b"[" * 100_000, "nan.json": b'{"seed": NaN}',
    }.items():  # fmt: skip
        (folder / name).write_bytes(text)
    _samples(folder)
    (folder / "mine.py").write_text(LEARNER, encoding="utf-8")
    (folder / "readonly.txt").chmod(0o444)
    (folder / "locked").mkdir()
    (folder / "locked").chmod(0o555)
    (folder / "taken").mkdir()
    for end in ("svg", "pdf", "png", "csv", "txt"):
        (folder / "taken" / f"picture.{end}").mkdir()
    (folder / "link").symlink_to("elsewhere.out")
    (folder / "loop").symlink_to("loop")
    return folder


def _samples(folder: Path) -> None:
    """Right ones and wrong ones of a ring, in every kind of file, and what is none."""
    law, rng = ring(modes=4, std=0.1), np.random.default_rng(0)
    x = law.sample(600, rng)
    np.save(folder / "ring.npy", x)
    np.savetxt(folder / "ring.csv", x, delimiter=",")
    np.savez(folder / "ring.npz", x=x, y=x)
    np.save(folder / "blurred.npy", x + 0.2 * rng.standard_normal(x.shape))
    np.save(folder / "line.npy", x[:, 0])
    np.save(folder / "empty.npy", x[:0])
    np.save(folder / "nan.npy", np.where(x > 0.9, np.nan, x))
    (folder / "binary.npy").write_bytes(bytes(range(256)))
    (folder / "words.csv").write_text("x,y\none,two\n")
    mixture = {"weights": law.weights.tolist(), "means": law.means.tolist(), "stds": [0.1] * 4}
    (folder / "ring.json").write_text(json.dumps(mixture))


def spoilt(folder: Path, how: str) -> None:
    """Leave the results as somebody might."""
    results, file = folder / "results", folder / "results/ledger.sqlite"
    whole = file.read_bytes()
    if how == "garbage":
        file.write_bytes(bytes(random.Random(0).randbytes(len(whole))))
    elif how == "a file":
        shutil.rmtree(results)
        results.write_text("mine")
    elif how == "later":
        file.write_bytes(whole[:60] + (99).to_bytes(4, "big") + whole[64:])  # where SQLite keeps user_version
    elif how == "cut":
        file.write_bytes(whole[: len(whole) // 4])
    elif how == "read only":
        file.chmod(0o444)
        results.chmod(0o555)
    elif how == "row":
        import sqlite3

        with sqlite3.connect(file) as held:
            held.execute("update finding set outcomes = '{', arrays = x'' where id % 2")
        held.close()


def state(folder: Path) -> dict[str, str]:
    """Every file by its content."""
    paths = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(("-shm", "-wal")))
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def tried(line: Line, template: Path) -> str:
    """What is wrong with how a command line ended; empty where nothing is."""
    with tempfile.TemporaryDirectory(prefix="command line ") as scratch:
        folder = Path(shutil.copytree(template, Path(scratch) / "at home", symlinks=True))
        spoilt(folder, line.spoil)
        before = state(folder)
        environment = {k: v for k, v in {**os.environ, **line.environment}.items() if v is not None}
        words = ["sh", "-c", f'"$@" {line.redirected}', "sh", *AS_A_USER, *COMMAND, *line.words]
        try:
            done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, timeout=300, check=False)
        except subprocess.TimeoutExpired:
            return "did not end within 300 s"
        finally:
            for path in (folder / "results", folder / "locked"):
                if path.is_dir():
                    path.chmod(0o755)
        return "; ".join(_amiss(line, done, before, state(folder)))


def _amiss(
    line: Line, done: subprocess.CompletedProcess[bytes], before: dict[str, str], after: dict[str, str]
) -> Iterator[str]:
    code, said = done.returncode, done.stderr.decode("utf-8", "replace").strip()
    if code not in line.codes or code not in DOCUMENTED:
        yield f"exit code {code}, expected {sorted(line.codes)}: {said[-300:]}"
    if "Traceback" in said:
        yield f"a traceback: {said[-500:]}"
    if code in (2, 4) and len(said.splitlines()) > 1 and "--json -" not in " ".join(line.words) and code == 2:
        yield f"more than a line for wrong usage: {said[-300:]}"
    if code == 2 and done.stdout:
        yield f"wrong usage after some work: {done.stdout[-200:]!r}"
    if code == 2 and before != after:
        changed = {Path(path).name for path in before.keys() ^ after.keys()} | {
            Path(p).name for p in before if before[p] != after.get(p)
        }
        yield f"wrong usage has changed {sorted(changed)}"
    if any(path.endswith(".part") for path in after):
        yield "half a document lies beside"
    if code == 0 and "--help" in line.words and before != after:
        yield "a page of help has changed files"
    if code in (0, 1, 3):
        yield from _no_document(line, done, Path(next(iter(before))).parent)


def _no_document(line: Line, done: subprocess.CompletedProcess[bytes], folder: Path) -> Iterator[str]:
    if "--json" in line.words and not line.redirected and "--help" not in line.words:
        target = line.words[line.words.index("--json") + 1]
        place = folder / target
        text = {"-": done.stdout, "/dev/null": b"{}"}.get(target) or (place.read_bytes() if place.is_file() else b"")
        try:
            json.loads(text)
        except ValueError as error:
            yield f"no document: {error}"


def failures(seed: int, count: int, jobs: int) -> Iterator[tuple[Line, str]]:
    """So many command lines in the order in which they are made, each with what is wrong with it."""
    maker = Maker(seed)
    lines = [maker.line() for _ in range(count)]
    with tempfile.TemporaryDirectory(prefix="template ") as scratch:
        template = prepared(Path(scratch) / "template")
        try:
            with ThreadPoolExecutor(jobs) as pool:
                yield from zip(lines, pool.map(lambda line: tried(line, template), lines), strict=True)
        finally:
            (template / "locked").chmod(0o755)


def main() -> None:
    """Print what is wrong as it is found, and how many were tried."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    made, wrong = Counter[str](), 0
    for number, (line, why) in enumerate(failures(asked.seed, asked.count, asked.jobs), 1):
        made[f"{(line.words or ['nothing'])[0][:12]} → {'/'.join(map(str, sorted(line.codes)))}"] += 1
        wrong += bool(why)
        if why:
            print(f"{line}\n    {why}", flush=True)
        if not number % 50:
            print(f"{number} tried, {wrong} wrong", flush=True)
    for kind, number in sorted(made.items()):
        print(f"{number:>5}  {kind}")
    print(f"{asked.count} command lines, {wrong} of them wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
