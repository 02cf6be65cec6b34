"""The power of a diagnosis: samplers with one fault of known size against targets, at several n, and how often the truth is accused.

    python -m tests.power [SECONDS]

writes docs/power.txt, which keeps what is done: it goes on where it was cut off, the most telling rows first.
"""

import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np

from theory import GaussianMixture, grid, ring, symmetric_pair
from theory.diagnosis import FAULTS, diagnose
from theory.diagnosis.faults import SAMPLERS

SIZES = (500, 2_500, 10_000)


def unequal() -> GaussianMixture:
    """Four correlated components in the plane, off centre, of unequal weights and widths."""
    covs = []
    for width, ratio, angle in ((0.3, 3.0, 0.4), (0.15, 2.0, 1.3), (0.5, 4.0, -0.7), (0.2, 1.0, 0.0)):
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        covs.append(turn @ np.diag([width**2, (width / ratio) ** 2]) @ turn.T)
    return GaussianMixture([0.4, 0.3, 0.2, 0.1], [[7.0, 3.0], [10.0, 4.5], [4.0, 7.0], [9.0, 8.0]], covs=np.array(covs))


def eight() -> GaussianMixture:
    """Three correlated components in eight dimensions, off centre."""
    rng = np.random.default_rng(8)
    means = 5 + 3 * rng.standard_normal((3, 8))
    roots = np.eye(8) + 0.3 * rng.standard_normal((3, 8, 8)) / np.sqrt(8)
    return GaussianMixture([0.5, 0.3, 0.2], means, covs=0.09 * roots @ roots.transpose(0, 2, 1))


TARGETS = {
    "pair": symmetric_pair(1.0, 0.1, weight=0.4).affine(1.0, 3.0),
    "ring": ring(8, 1.0, 0.02).affine(1.0, 2.0),
    "grid": grid(5, 2.0, 0.05).affine(1.0, -1.0),
    "unequal": unequal(),
    "eight": eight(),
}

SIZE = {
    "reweighted": 0.2, "blurred": 0.5, "shrunk": 0.5, "shifted": 0.5, "bridged": 0.1, "invented": 0.1, "collapsed": 0.2, "copied": 0.1,
}  # fmt: skip
TRUTHS, FAULTY, SLICE = 1_000, 100, 10
TABLE = Path(__file__).parent.parent / "docs" / "power.txt"

Row = tuple[str, str, int]
"""Sampler, target and n."""


def rows() -> list[tuple[Row, int]]:
    """Sampler, target, n and how often, the most telling first: a few of each, then as many as are wanted of all."""
    made = lambda names, sizes, many: [((name, t, n), many) for n in sizes for name in names for t in TARGETS]  # noqa: E731
    few, two = SIZES[:1], SIZES[:2]
    begun = made(["truth"], few, 200) + made(SAMPLERS, few, 10) + made(["truth"], SIZES[1:2], 200)
    some = made(SAMPLERS, SIZES[1:], 10) + made(["truth"], SIZES[2:], 50) + made(["truth"], few, TRUTHS)
    return begun + some + made(["truth"], two, TRUTHS) + made(SAMPLERS, SIZES, FAULTY) + made(["truth"], SIZES, TRUTHS)


def size(name: str, target: str) -> float:
    """Of the fault that a sampler has."""
    return SIZE.get(name, float(TARGETS[target].weights[0]))


def drawn(name: str, target: str, n: int, k: int) -> dict[str, int]:
    """What was present in draw k: each fault by name, the check, and whether one is not implied by what was made wrong."""
    p, rng = TARGETS[target], np.random.default_rng([rows_of(name), list(TARGETS).index(target), n, k])
    x = p.sample(n, rng) if name == "truth" else SAMPLERS[name](p, n, rng)
    found = diagnose(x, p)
    counts = dict.fromkeys(found.present, 1) | {c.name: 1 for c in found.checks if c.word == "present"}
    other = set(found.present) - {name} - (set() if name == "truth" else set(FAULTS[name].implies))
    if name != "truth":
        fault = found.fault(name)
        counts["inside"] = int(fault.low - 1e-9 <= size(name, target) <= fault.high + 1e-9)
    accused = {"accused": 1} if name == "truth" and counts else {}
    return counts | ({"other": 1} if other else {}) | accused


def rows_of(name: str) -> int:
    """A number for the seed of a sampler."""
    return ["truth", *SAMPLERS].index(name)


def table(kept: dict[Row, dict[str, int]]) -> str:
    """What was found, a line for each fault, target and n."""
    lines = [
        "Power of a diagnosis at confidence 0.99: how many of so many draws of a sampler with one fault of known size.",
        "found: the fault is present; check: the energy distance; inside: its size lies in its interval;",
        "other: a fault is present that does not follow from it by the table of what implies what.",
        "For the truth: accused by anything at all, a fault or the check.",
        "",
        " ".join(f"{word:>{width}s}" if width > 0 else f"{word:{-width}s}" for word, width in COLUMNS),
    ]
    every = dict.fromkeys(row for row, _ in rows())
    for name, target, n in sorted(every, key=lambda row: (row[0] != "truth", rows_of(row[0]), row[2])):
        if not (counts := kept.get((name, target, n))):
            continue
        amount = "-" if name == "truth" else f"{size(name, target):.3g}"
        told = [counts.get(key, 0) for key in counted(name)]
        cells = [name, amount, target, n, *told]
        lines.append(
            " ".join(f"{c!s:>{w}s}" if w > 0 else f"{c:{-w}s}" for c, (_, w) in zip(cells, COLUMNS, strict=False))
        )
    return "\n".join(lines) + "\n"


COLUMNS = (
    ("sampler", -11), ("size", 5), ("target", -8), ("n", 6), ("draws", 5), ("found", 5), ("check", 5), ("inside", 6), ("other", 5),
)  # fmt: skip
"""Headings, and how wide they are: to the right, negative ones to the left."""


def counted(name: str) -> list[str]:
    """What the columns from `draws` on count."""
    return [
        "draws",
        *(["accused", "energy distance"] if name == "truth" else [name, "energy distance", "inside", "other"]),
    ]


def read(text: str) -> dict[Row, dict[str, int]]:
    """What a table says."""
    _, _, lines = text.partition("\nsampler")
    found: dict[Row, dict[str, int]] = {}
    for name, _, target, n, *counts in map(str.split, lines.splitlines()[1:]):
        found[name, target, int(n)] = dict(zip(counted(name), map(int, counts), strict=True))
    return found


def main(seconds: float) -> None:
    """Go on where it was cut off; what is done stands in the table after every few draws."""
    kept = read(TABLE.read_text("utf-8")) if TABLE.exists() else {}
    end = time.monotonic() + seconds
    for row, many in rows():
        counts = Counter(kept.get(row, {}))
        while counts["draws"] < many and time.monotonic() < end:
            for k in range(counts["draws"], min(counts["draws"] + SLICE, many)):
                counts.update(drawn(*row, k) | {"draws": 1})
            kept[row] = dict(counts)
            fresh = TABLE.with_suffix(".new")
            fresh.write_text(table(kept), "utf-8")
            fresh.replace(TABLE)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 600.0)
