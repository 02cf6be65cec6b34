"""A published table beside ours: what a run under `--protocol` prints, writes to the document and to the report.

Nothing here judges. Published baselines for one and the same experiment disagree among themselves, so closeness to one
of them decides nothing; the claims' own statements are judged by their declared thresholds, where a protocol trains the
arms that they compare.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from proofs.core.claim import Claim
from proofs.core.rules import AGREE, median_interval
from toys.protocols import DISAGREE, SCORES, Protocol, named

if TYPE_CHECKING:
    from proofs.run.runner import Result


def beside(name: str, level: str, results: list[Result]) -> dict[str, Any]:
    """The `protocol` of the document: set-up, scaling, and for every claim that ran it rows of ours and of the paper."""
    protocol = named(name)
    return {
        "name": name,
        "source": protocol.source,
        "published": protocol.standing,
        "counting": protocol.counting.words,
        "scaling": protocol.scaling(level),
        "notes": [
            *protocol.notes,
            *([DISAGREE] if protocol.published and "captured" in protocol.scores else []),
        ],
        "interval": f"{1 - AGREE:.0%} interval of the median over seeds, by order statistics; none below 8 seeds",
        "runs": [
            {"claim": result.claim.id, "evidence": evidence, "rows": list(rows(protocol, data))}
            for result in results
            if isinstance(result.claim, Claim) and name in result.claim.protocols
            for evidence, data in result.arrays.items()
            if "arms" in data and "targets" in data
        ],
    }


def rows(protocol: Protocol, data: Mapping[str, np.ndarray]) -> Iterator[dict[str, Any]]:
    """A row for every target, arm and score, whether we ran it, the paper printed it, or both."""
    arms, targets = [str(a) for a in data["arms"]], [str(t) for t in data["targets"]]
    for target in protocol.targets:
        printed = protocol.published.get(target, {})
        for arm in protocol.arms:
            if target not in targets and arm not in printed:
                continue
            index = arms.index(arm) if arm in arms else None
            for number, score in enumerate(protocol.scores):
                yield {
                    "target": target,
                    "arm": arm,
                    "score": SCORES[score],
                    **measured(data.get(f"{score}_{target}_{index}"), 100 if "%" in SCORES[score] else 1),
                    **printed_as(printed[arm][number] if arm in printed else None),
                    "note": "" if target in targets and arm in arms else "not run at this level",
                }


def measured(saved: np.ndarray | None, unit: float = 1) -> dict[str, Any]:
    """Our part of a row: n, mean, spread and median interval of the numbers of all seeds, None where there are none."""
    if saved is None:
        return {"n": 0, "mean": None, "spread": None, "interval": None}
    values = unit * np.asarray(saved, float)
    low, high = median_interval(values, AGREE)
    return {
        "n": len(values),
        "mean": float(values.mean()),
        "spread": float(values.std(ddof=1)) if len(values) > 1 else None,
        "interval": [low, high] if math.isfinite(low) else None,
    }


def printed_as(cell: Any) -> dict[str, Any]:
    """A paper's part of a row: a number, with its spread where it is a pair, or None."""
    value, spread = cell if isinstance(cell, tuple) else (cell, None)
    return {"published": value, "published_spread": spread}


def ours(row: Mapping[str, Any]) -> str:
    """Mean ± standard deviation over seeds [interval], or – where we did not run it."""
    if row["mean"] is None:
        return "–"
    mean, *others = (_short(v, row) for v in (row["mean"], row["spread"], *(row["interval"] or ())) if v is not None)
    spread = f" ± {others[0]}" if row["spread"] is not None else ""
    around = f" [{others[-2]}, {others[-1]}]" if row["interval"] else ""
    return f"{mean}{spread}{around}"


def theirs(row: Mapping[str, Any]) -> str:
    """The published number as it was printed, with its spread where there is one."""
    if row["published"] is None:
        return "–"
    spread = row["published_spread"]
    return f"{row['published']:g}" + (f" ± {spread:g}" if spread is not None else "")


def _short(value: float, row: Mapping[str, Any]) -> str:
    return f"{value:.1f}" if "%" in row["score"] or row["score"] == SCORES["captured"] else f"{value:.2f}"


def table(rows: list[dict[str, Any]]) -> tuple[list[str], list[list[str]]]:
    """Headings and lines, one for a target and arm: for every score ours, and what was published where anything was."""
    scores = list(dict.fromkeys(row["score"] for row in rows))
    printed = {row["score"] for row in rows if row["published"] is not None}
    headings = ["target", "arm", "n", *(h for s in scores for h in (s, "published")[: 1 + (s in printed)])]
    lines: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        line = lines.setdefault((row["target"], row["arm"]), [row["target"], row["arm"], "–"])
        line[2] = str(row["n"]) if row["n"] else line[2]
        line += [ours(row), theirs(row)] if row["score"] in printed else [ours(row)]
    return headings, list(lines.values())


def tables(told: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Claim, evidence, headings and lines of every run, for the report."""
    runs = told["runs"] if told else []
    made = [(run, *table(run["rows"])) for run in runs]
    return [{"claim": r["claim"], "evidence": r["evidence"], "headings": h, "lines": lines} for r, h, lines in made]


def show(console: Console, told: Mapping[str, Any]) -> None:
    """Print the published table beside ours."""
    for run in told["runs"]:
        console.print(f"\n[bold]{told['name']}[/bold]  {escape(told['source'])}  ({run['claim']}, {run['evidence']})")
        headings, lines = table(run["rows"])
        grid = Table(box=None, pad_edge=False)
        for heading in headings:
            grid.add_column(heading, justify="left" if heading in ("target", "arm") else "right")
        for line in lines:
            grid.add_row(*(escape(text) for text in line))
        console.print(grid)
        console.print(f"ours: mean ± standard deviation over n seeds {escape('[low, high]')}, the {told['interval']}")
        for label in ("published", "counting", "scaling"):
            console.print(f"{label}: {escape(told[label])}")
        for note in told["notes"]:
            console.print(f"· {escape(note)}")
