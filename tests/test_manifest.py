"""Every claim is what it was when the evidence was photographed, or the difference is listed with its reason.

`tests/manifest/differences/CLAIM.toml` lists them: place, what stands there now ("gone" or "new" where one has no counterpart), the
reason, and whether the evidence became "stronger", "weaker" or stayed the "same". Weaker needs a proof that the old was wrong.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import numpy as np
import pytest

from proofs.run import discovery
from tests.manifest import FOLDER, declared, decoded, encoded, numbered, seen, text

NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
EVERY, FIRST = 25, 5
"""Of the saved instances every so many are looked at again, and the controls on the first."""
SAME = 1e-9
"""Relative: saved numbers have thirteen digits, and instances lose one in their covariances."""
MEASURED = {"outcome", "n", "threshold", "smallest", "tolerances", "arms"}
PROSE = {"formula", "assumptions", "controls"}


def listed(name: str) -> list[dict[str, str]]:
    """The differences of one claim that are known, each with its reason."""
    path = FOLDER / "differences" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")).get("difference", []) if path.exists() else []


@cache
def picture(name: str) -> dict[str, Any]:
    """The saved picture: evidence by kind and place, as `declared` names it now."""
    saved = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    places = {}
    for id, statement in saved["statements"].items():
        counts: dict[str, int] = {}
        renamed = {}
        for old, shown in statement["evidence"].items():
            counts[shown["kind"]] = counts.get(shown["kind"], 0) + 1
            renamed[f"{shown['kind']} {counts[shown['kind']]}"] = shown
            places[f"{id}/{old}"] = f"{id}/{shown['kind']} {counts[shown['kind']]}"
        statement["evidence"] = renamed
    saved["instances"] = {places.get(place, place): rows for place, rows in saved["instances"].items()}
    return saved


@cache
def claim(name: str) -> Any:
    return next(item for item in discovery.find() if item.id == name).load()


def leaves(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of nested mappings, by its place."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, f"{at} / {key}" if at else key)
    else:
        yield at, value


def alike(before: Any, now: Any) -> bool:
    """Equal, numbers to `SAME`."""
    if isinstance(before, list) and isinstance(now, list):
        return len(before) == len(now) and all(map(alike, before, now))
    if isinstance(before, float) or isinstance(now, float):
        numbers = isinstance(before, int | float) and isinstance(now, int | float)
        return numbers and bool(np.isclose(before, now, rtol=SAME, atol=1e-300))
    return before == now


def differences(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """What stands now at each place of a picture where it differs: "gone" or "new" for what has no counterpart."""
    told: dict[str, Any] = {}
    _compare(before, now, "", told)
    return told


def _compare(before: Any, now: Any, at: str, told: dict[str, Any]) -> None:
    if not isinstance(before, dict) or not isinstance(now, dict):
        if not alike(before, now):
            told[at] = short(now)
        return
    for key in {**before, **now}:
        place = f"{at} / {key}" if at else key
        if key == "control_values":
            for name in lost_controls(before[key], now.get(key, {})):
                told[f"{at} / control {name}"] = "gone"
        elif key not in PROSE | MEASURED | {"instances", "ruling"}:
            if key not in now:
                told[place] = "gone"
            elif key not in before:
                told[place] = "new"
            else:
                _compare(before[key], now[key], place, told)


def short(value: Any) -> str:
    """A value as text; of a long one the beginning and a digest."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:40]}… {hashlib.sha256(text.encode()).hexdigest()[:12]}"


def lost_controls(before: dict[str, list[Any]], now: dict[str, list[Any]]) -> list[str]:
    """Those whose values no present control has; their names may be others."""
    return [name for name, values in before.items() if not any(alike(values, others) for others in now.values())]


def found(name: str) -> dict[str, str]:
    """Every difference of a claim from its picture: what it declares, and what it sees on saved instances."""
    before, now = (
        deepcopy(picture(name)["statements"]),
        json.loads(json.dumps(declared(claim(name), picture(name)["statements"]))),
    )
    for shown in (shown for statement in before.values() for shown in statement["evidence"].values()):
        if shown["kind"] == "check":  # looked at on instances
            shown.pop("control_values", None)
    told = differences({"statements": before}, now)
    for place, rows in picture(name)["instances"].items():
        told |= _seen_again(name, place, rows)
    return told


def _seen_again(name: str, place: str, rows: list[Any]) -> dict[str, str]:
    """How a check differs on saved instances: both sides on some, evenly chosen, the controls on the first."""
    statement, check = place.split("/")
    known = next((numbered(s) for s in claim(name).statements if s.id == statement), {})
    if check not in known:
        return {}
    evidence, at = known[check], f"statements / {statement} / evidence / {check}"
    try:
        with np.errstate(all="ignore"):  # a picture's instance may mean another place now
            _, again = seen(evidence, [decoded(row[0]) for row in rows[::EVERY]])
            told, _ = seen(evidence, [decoded(row[0]) for row in rows[:FIRST]])
    except Exception as error:
        return {f"{at} / instances": f"{type(error).__name__}: {error}"[:120]}
    same = all(alike(row[1:], json.loads(json.dumps(now[1:]))) for row, now in zip(rows[::EVERY], again, strict=True))
    moved = {} if same else {f"{at} / instances": "other sides"}
    saved = picture(name)["statements"][statement]["evidence"][check].get("control_values", {})
    lost = lost_controls(saved, json.loads(json.dumps(told["control_values"])))
    return moved | {f"{at} / control {control}": "gone" for control in lost}


def test_every_claim_of_the_catalogue_was_photographed() -> None:
    """A picture a claim; a claim that came later, or went, is listed."""
    known = {item.id for item in discovery.find() if (item.module or "").startswith("proofs.claims.")}
    assert known ^ set(NAMES) <= {name for name in known | set(NAMES) if any(d["at"] == "claim" for d in listed(name))}


@pytest.mark.parametrize("name", NAMES)
def test_a_claim_is_what_it_was(name: str) -> None:
    """Statements, domains, both sides, thresholds, resolutions, controls and their values, or a listed difference."""
    assert found(name) == {entry["at"]: entry["now"] for entry in listed(name) if entry["at"] != "claim"}


@pytest.mark.parametrize("name", NAMES)
def test_another_declaration_is_another_revision(name: str) -> None:
    """An experiment with another rule, other seeds, steps or batch than in its picture has another revision."""
    before, now = picture(name)["statements"], declared(claim(name))["statements"]
    for id, statement in now.items():
        for place, shown in statement["evidence"].items():
            old = before.get(id, {}).get("evidence", {}).get(place)
            if shown["kind"] == "experiment" and old and old["kind"] == "experiment":
                same = all(alike(old[k], json.loads(json.dumps(shown[k]))) for k in ("rule", "seeds", "steps", "batch"))
                assert same or shown["revision"] > old["revision"], (id, place)


def test_differences_have_reasons() -> None:
    """Each names claim, place, present value, a reason of some words, and which way it goes."""
    for entry in (entry for path in (FOLDER / "differences").glob("*.toml") for entry in listed(path.stem)):
        assert set(entry) == {"at", "now", "reason", "evidence"}
        assert len(entry["reason"].split()) >= 4
        assert entry["evidence"] in ("stronger", "weaker", "same")
        assert entry["evidence"] != "weaker" or "wrong" in entry["reason"]


def test_a_planted_difference_is_noticed() -> None:
    """A domain narrowed, a control gone, a threshold moved: none goes through."""
    before, now = (declared(claim("l2_optimum_is_mean")) for _ in range(2))
    statement = next(iter(now["statements"].values()))
    statement["domain"] += " narrowed"
    evidence = next(iter(statement["evidence"].values()))
    evidence["control_values"].popitem()
    evidence["detects"] *= 10
    assert len(differences(before, now)) == 3


def test_instances_come_back_as_they_were() -> None:
    """Encoding and decoding an instance changes nothing but the last digit of a covariance."""
    for name in NAMES[:8]:
        for rows in picture(name)["instances"].values():
            assert alike(list(leaves(rows[0][0])), list(leaves(json.loads(json.dumps(encoded(decoded(rows[0][0])))))))
        assert json.loads(text(picture(name))) == picture(name)
