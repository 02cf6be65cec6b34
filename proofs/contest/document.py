"""The document of `blurproof contest --json`, valid against `proofs/run/contest.json`; infinities are text."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from proofs.contest.scoring import FAULTS
from proofs.run import ledger
from theory.diagnosis import WORDS

if TYPE_CHECKING:
    from proofs.contest.pieces import Seed
    from proofs.contest.standing import Line, Standing


def schema() -> dict[str, Any]:
    """The JSON Schema that the package ships."""
    return json.loads(files("proofs.run").joinpath("contest.json").read_text(encoding="utf-8"))


def build(standing: Standing) -> dict[str, Any]:
    """The document: equal for equal seeds on one machine, but for the seconds."""
    s = standing.settings
    return {
        "blurproof": version("blurproof"),
        "target": standing.target.name,
        "budget": {"seeds": s.seeds, "minibatches": s.steps, "batch": s.batch, "samples": s.samples},
        "seed": s.seed,
        "confidence": s.confidence,
        "environment": ledger.versions(),
        "learners": [
            {**_line(line), "each": [_seed(one) for one in standing.seeds[line.learner]]} for line in standing.lines
        ],
        "comparisons": [comparison.record() for comparison in standing.comparisons],
        "published": standing.published,
        "seconds": standing.seconds,
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "learner": line.learner,
        "way": line.way or None,
        "n": line.n,
        "failed": dict(line.failed),
        "faults": [{**asdict(rate), "size": None if rate.size is None else _plain(rate.size)} for rate in line.rates],
        "modes": line.modes,
        "of_modes": line.of_modes,
        "good": list(line.good) if line.good is not None else None,
        "parameters": line.parameters or None,
        "points": line.seen,
        "seconds_a_seed": line.seconds,
    }


def _seed(one: Seed) -> dict[str, Any]:
    score = one.score
    told: dict[str, Any] = {
        "seed": one.seed,
        "failed": one.failed or None,
        "points": one.seen,
        "seconds": one.seconds,
        "modes": None,
        "good": None,
        "faults": {},
        "check": None,
    }
    if score is None:
        return told
    known = [k for k, word in enumerate(score.words) if word >= 0]
    word, value, p = score.check.tolist()
    return {
        **told,
        "modes": None if math.isnan(score.modes) else score.modes,
        "good": None if math.isnan(score.good) else score.good,
        "faults": {
            FAULTS[k]: {
                "word": WORDS[int(score.words[k])],
                **dict(zip(("size", "low", "high"), map(_plain, score.sizes[k].tolist()), strict=True)),
            }
            for k in known
        },
        "check": None if word < 0 else {"word": WORDS[int(word)], "value": _plain(value), "p": p},
    }


def _plain(x: float) -> float | str:
    return x if math.isfinite(x) else str(float(x))
