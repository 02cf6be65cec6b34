"""The evidence, photographed: what every claim states, on what instances, against which near misses.

    python -m tests.manifest [CLAIM …]           takes the pictures that are missing under tests/manifest/, one file a claim
    python -m tests.manifest --differs CLAIM …   how claims differ from their pictures, as entries to be given reasons

A picture holds, by statement: domain, relation, the name of what is claimed, what is stated at five points of the
domain; by evidence: kind, n, threshold or margin, resolution, tolerances, the smallest relative error in what is claimed
that is detected; by control: its values at the same five points, or on the first five instances; of checks a hundred
instances with both sides; of experiments the quartiles of every arm. Evidence is known by its kind and place ("check 2"),
a control by its values: names are prose. `tests/test_manifest.py` holds the claims against it, and every difference is
listed with its reason.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp

from proofs.core.claim import Claim
from proofs.core.comparison import Sides
from proofs.core.outcome import plain
from proofs.core.statement import Evidence, Statement
from proofs.evidence import balls
from proofs.evidence import kind as kinds
from proofs.evidence.check import Check
from proofs.evidence.experiment import Experiment, measured
from proofs.evidence.kind import Conditions
from proofs.evidence.near_misses import smallest_detected
from proofs.run import discovery
from theory import GaussianMixture

FOLDER = Path(__file__).parent / "manifest"
POINTS, INSTANCES, MANY = 5, 100, 1000


def declared(claim: Claim, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What can be read off a claim without running anything but its formulas at five points: those of the picture `before`."""
    known = before or {}
    return {"statements": {s.id: _statement(s, known.get(s.id, {}).get("points", [])) for s in claim.statements}}


def _statement(statement: Statement, before: list[dict[str, str]]) -> dict[str, Any]:
    points = [{name: Fraction(value) for name, value in point.items()} for point in before]
    if any(set(point) != set(statement.domain) or not statement.domain.admits(point) for point in points) or not points:
        points = statement.domain.points(POINTS, 7) if len(statement.domain) else []
    return {
        "domain": str(statement.domain),
        "relation": statement.relation,
        "claimed": qualified(statement.claimed),
        "points": [{name: str(value) for name, value in point.items()} for point in points],
        "symbolic": _at_points(statement, statement.stated, points),
        "evidence": {name: _evidence(evidence, points) for name, evidence in numbered(statement).items()},
    }


def numbered(statement: Statement) -> dict[str, Evidence]:
    """The evidence of a statement by kind and place among its kind."""
    counts: dict[str, int] = {}
    named = {}
    for evidence in statement.evidence:
        counts[evidence.kind] = counts.get(evidence.kind, 0) + 1
        named[f"{evidence.kind} {counts[evidence.kind]}"] = evidence
    return named


def _evidence(evidence: Evidence, points: list[dict[str, Fraction]]) -> dict[str, Any]:
    options = evidence.options
    shown: dict[str, Any] = {"kind": evidence.kind, "detects": options.get("detects", 1e-6)}
    if evidence.kind in ("derivation", "enclosure"):
        shown["control_values"] = {c.name: _at_points(evidence.statement, c.wrong, points) for c in evidence.controls}
    if evidence.kind == "check":
        shown |= {"examples": options["examples"], "resolution": options["resolution"]}
    if evidence.kind == "experiment":
        shown |= {name: plain(options[name]) for name in ("seeds", "steps", "batch", "revision", "compares")}
        shown |= {"rule": repr(options["rule"]), "looks_at": plain(options["looks_at"])}
    return shown


def _at_points(
    statement: Statement, side: Callable[..., Any] | None, points: list[dict[str, Fraction]]
) -> list[float | str]:
    """A symbolic side at points of the domain; a word where there is no number."""
    if side is None:
        return []
    stated = side(statement.domain.vocabulary())
    if stated is None:
        return []
    expression = sp.sympify(stated)
    return [_number(expression, point) for point in points]


def _number(expression: Any, point: dict[str, Fraction]) -> float | str:
    try:
        return plain(balls.as_float(balls.evaluate(expression, point, balls.LADDER[-1])))
    except (balls.NoBall, ValueError, ZeroDivisionError, NotImplementedError) as error:
        return type(error).__name__


def qualified(function: Callable[..., Any]) -> str:
    """Module and name of a function, through partials and bound methods."""
    while isinstance(function, partial):
        function = function.func
    return f"{getattr(function, '__module__', None)}.{getattr(function, '__qualname__', type(function).__name__)}"


def photograph(claim: Claim) -> dict[str, Any]:
    """`declared`, and what running the evidence, quick, at seed 0, leaves behind."""
    picture = {**declared(claim), "instances": {}}
    for statement in claim.statements:
        names = {id(e): name for one in claim.statements for name, e in numbered(one).items()}
        for evidence in (e for e in statement.evidence if e.trained_by is None):
            kind = kinds.of(evidence, Conditions())
            for one, outcome in ((kind, kind.run()), *((rider, rider.run()) for rider in kind.riders())):
                shown = picture["statements"][one.evidence.statement.id]["evidence"][names[id(one.evidence)]]
                shown |= {"outcome": outcome.outcome, "n": outcome.n, "threshold": plain(outcome.threshold)}
                if shown["detects"] is not None:
                    shown["smallest"] = smallest_detected(one, shown["detects"])
                if isinstance(one, Check):
                    told, rows = seen(one.evidence, [instance for instance, _ in one.instances[:INSTANCES]])
                    shown |= told
                    picture["instances"][f"{one.evidence.statement.id}/{names[id(one.evidence)]}"] = rows
                if isinstance(one, Experiment):
                    shown["arms"] = _quartiles(one)
    return picture


def seen(evidence: Evidence, instances: Iterable[Any]) -> tuple[dict[str, Any], list[list[Any]]]:
    """What a check says of instances: tolerance and controls, and rows of (instance, observed, claimed)."""
    rows, tolerances = [], []
    for instance in instances:
        sides: Sides = evidence.function(evidence.statement.claimed, instance)
        rows.append([encoded(instance), _rounded(sides.observed), _rounded(sides.claimed)])
        tolerances.append(float(np.max(sides.tolerance)))
    first = [decoded(instance) for instance, _, _ in rows[:POINTS]]
    wrong = {c.name: [_rounded(evidence.function(c.wrong, i).claimed) for i in first] for c in evidence.controls}
    return {"tolerances": [plain(v) for v in tolerances[:POINTS]], "control_values": wrong}, rows


def _rounded(value: Any) -> Any:
    """To thirteen digits."""
    array = np.asarray(value, float)
    return plain([_rounded(row) for row in array] if array.ndim else float(f"{array:.13g}"))


def _quartiles(experiment: Experiment) -> dict[str, Any]:
    arms = measured(experiment.evidence, experiment.analyses[experiment.count])
    return {name: _rounded(np.nanquantile(values, (0.25, 0.5, 0.75), axis=0)) for name, values in arms.items()}


def encoded(value: Any) -> Any:
    """An instance in JSON's types: arrays, mixtures and named tuples say what they are, many numbers alike how many they are."""
    if isinstance(value, np.ndarray):
        if value.size > MANY and (value == value.flat[0]).all():
            return {"alike": value.flat[0].item(), "shape": list(value.shape)}
        return {"array": value.tolist()} if value.size else {"array": [], "shape": list(value.shape)}
    if isinstance(value, GaussianMixture):
        return {"mixture": [plain(part) for part in (value.weights, value.means, value.covs)]}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {"named": qualified(type(value)), "values": [encoded(item) for item in value]}
    if isinstance(value, tuple | list):
        return {type(value).__name__: [encoded(item) for item in value]}
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, float | int | str | bool):
        return plain(value) if isinstance(value, float) else value
    raise TypeError(f"instance: expected numbers, arrays, mixtures and tuples of them, got {type(value).__name__}")


def decoded(value: Any) -> Any:
    """What was `encoded`."""
    match value:
        case {"array": rows}:
            return np.array(rows, float if not rows else None).reshape(value.get("shape", np.shape(rows)))
        case {"alike": number, "shape": shape}:
            return np.full(shape, number)
        case {"mixture": [weights, means, covs]}:
            return _mixture(weights, means, covs)
        case {"named": name, "values": items}:
            module, _, word = name.rpartition(".")
            return getattr(sys.modules.get(module) or __import__(module, fromlist=[word]), word)(*map(decoded, items))
        case {"tuple": items}:
            return tuple(map(decoded, items))
        case {"list": items}:
            return list(map(decoded, items))
        case "inf" | "-inf":
            return float(value)
    return value


def _mixture(weights: Any, means: Any, covs: Any) -> GaussianMixture:
    means, covs = np.array(means), np.array(covs)
    if means.ndim == 1:
        return GaussianMixture(weights, means, stds=np.sqrt(covs.reshape(-1)))
    return GaussianMixture(weights, means, covs=covs)


def _take(name: str) -> str:
    found = next(item for item in discovery.find() if item.id == name)
    (FOLDER / f"{name}.json").write_text(text(photograph(found.load())), encoding="utf-8")
    return name


def text(picture: dict[str, Any]) -> str:
    """JSON, a list of numbers and a row of instances on one line each."""
    said = json.dumps({**picture, "instances": {}}, ensure_ascii=False, indent=1, allow_nan=False)
    said = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda m: "[" + re.sub(r"\s*\n\s*", " ", m[1]) + "]", said)
    rows = (
        f'"{name}": [\n'
        + ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
        + "\n]"
        for name, rows in picture["instances"].items()
    )
    return said.replace('"instances": {}', '"instances": {\n' + ",\n".join(rows) + "\n}") + "\n"


def main() -> None:
    """Take the pictures of the named claims, or those that are missing; or print how claims differ from theirs."""
    FOLDER.mkdir(exist_ok=True)
    if sys.argv[1:2] == ["--differs"]:
        from tests import test_manifest

        for name in sys.argv[2:]:
            for at, now in test_manifest.found(name).items():
                print(
                    f'[[difference]]\nat = "{at}"\nnow = {json.dumps(now, ensure_ascii=False)}\nreason = ""\nevidence = "same"\n'
                )
        return
    names = sys.argv[1:] or [f.id for f in discovery.find() if not (FOLDER / f"{f.id}.json").exists()]
    with ProcessPoolExecutor(2) as pool:
        for name in pool.map(_take, names):
            print(name, flush=True)


if __name__ == "__main__":
    main()
