"""The README's first picture and the table beside it: two views of one run of the contest, written together.

`docs/contest.json` keeps the numbers of that run; the picture bears its level and seed, and both the table and the points
of the picture's right panel can be read off it, which a test does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from proofs.core.claim import Claim
from proofs.core.rules import share_interval
from proofs.display import figures
from proofs.run.runner import Result

CLAIM, EXPERIMENT, LEVEL = "gans_drop_where_vaes_diffuse", "contest", "full"
RING, FORK = "ring", "bishop_inverse"
MARKS = "<!-- contest -->", "<!-- /contest -->"
HEADINGS = (
    "", "drops a mode (99 % interval)", "modes of 8", "good samples (quartiles)", "F⅛", "F₈", "Bishop: drops a branch",
    "on a branch",
)  # fmt: skip

Saved = Mapping[str, np.ndarray]


def numbers(data: Saved, seed: int) -> dict[str, Any]:
    """What the table shows, by arm, of one run's arrays."""
    arms = [_arm(data, index, str(name)) for index, name in enumerate(data["arms"])]
    return {"claim": CLAIM, "level": LEVEL, "seed": seed, "arms": arms}


def _arm(data: Saved, index: int, name: str) -> dict[str, Any]:
    captured, modes = data[f"captured_{RING}_{index}"], int(data[f"modes_{RING}"])
    quality = np.quantile(data[f"quality_{RING}_{index}"], (0.25, 0.5, 0.75))
    found: dict[str, Any] = {
        "arm": name, "n": len(captured), "dropped": int((captured < modes).sum()), "modes": float(captured.mean()),
        "quality": quality.tolist(), "precision": float(np.median(data[f"precision_{RING}_{index}"])),
        "recall": float(np.median(data[f"recall_{RING}_{index}"])),
    }  # fmt: skip
    if f"captured_{FORK}_{index}" in data:
        branches = data[f"captured_{FORK}_{index}"]
        found["fork"] = {
            "n": len(branches), "dropped": int((branches < int(data[f"modes_{FORK}"])).sum()),
            "quality": float(np.median(data[f"quality_{FORK}_{index}"])),
        }  # fmt: skip
    return found


def table(told: Mapping[str, Any]) -> str:
    """The Markdown table of `numbers`."""
    rows = [HEADINGS, ("---",) * len(HEADINGS), *map(_row, told["arms"])]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows).replace("|  |", "| |", 1)


def _row(arm: Mapping[str, Any]) -> tuple[str, ...]:
    low, high = share_interval(arm["dropped"], arm["n"], 0.01)
    first, middle, third = (f"{100 * q:.0f}" for q in arm["quality"])
    fork = arm.get("fork")
    at_the_fork = (f"{fork['dropped']}/{fork['n']}", f"{100 * fork['quality']:.0f} %") if fork else ("–", "–")
    return (
        arm["arm"], f"{arm['dropped']}/{arm['n']} ({low:.2f}-{high:.2f})", f"{arm['modes']:.2f}",
        f"{middle} % ({first}-{third})", f"{arm['precision']:.2f}", f"{arm['recall']:.2f}", *at_the_fork,
    )  # fmt: skip


def with_table(text: str, told: Mapping[str, Any]) -> str:
    """The README's text with what the picture shows, and the table, between its marks."""
    begin, end = map(re.escape, MARKS)
    block = f"{MARKS[0]}\n*{caption(told)}*\n\n{table(told)}\n{MARKS[1]}"
    return re.sub(f"{begin}\n.*?{end}", lambda _: block, text, flags=re.DOTALL)


def caption(told: Mapping[str, Any]) -> str:
    """What the picture says of the run it shows."""
    least, most = (bound(arm["n"] for arm in told["arms"]) for bound in (min, max))
    return f"{CLAIM}, level {told['level']}, seed {told['seed']}, {least} to {most} seeds an arm"


def write(readme: Path, result: Result, seed: int) -> None:
    """Numbers and picture of that result into the folder `docs` beside the README, the table into the README itself."""
    assert isinstance(result.claim, Claim)
    told, folder = numbers(result.arrays[EXPERIMENT], seed), readme.parent / "docs"
    (folder / "contest.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    about = {"title": result.claim.title, "description": caption(told), "subject": CLAIM}
    list(
        figures.write(
            figures.draw(result.claim, result.arrays, "double", figures.shown_run(told)),
            folder / "contest.svg",
            caption(told),
            **about,
        )
    )
    readme.write_text(with_table(readme.read_text(encoding="utf-8"), told), encoding="utf-8")
