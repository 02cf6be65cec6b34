"""Every claim is what it was when the evidence was photographed, or the difference is listed with its reason.

`tests/manifest/differences.toml` lists them: claim, place, what stands there now ("gone" where nothing does), the reason,
and whether the evidence became "stronger", "weaker" or stayed the "same". Weaker needs a proof that the old was wrong.
"""

import json
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

from proofs.core.claim import Evidence
from proofs.run import discovery
from tests.manifest import FOLDER, declared, decoded, encoded, seen, text

LISTED = tomllib.loads((FOLDER / "differences.toml").read_text(encoding="utf-8")).get("difference", [])
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
EVERY = 25
"""Of the saved instances every so many are looked at again."""
SAME = 1e-9
"""Relative: saved numbers have thirteen digits, and instances lose one in their covariances."""


@cache
def picture(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


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
    """What stands at each place of a picture where the present differs; "gone" where nothing does."""
    old, new = dict(leaves(before)), dict(leaves(json.loads(json.dumps(now))))
    places = [at for at in {**old, **new} if at not in new or at not in old or not alike(old[at], new[at])]
    return {at: new.get(at, "gone") for at in places}


def taken(name: str) -> dict[str, Any]:
    """The part of a picture that `declared` gives."""
    keys = dict(leaves(declared(claim(name))))
    saved = dict(leaves({k: v for k, v in picture(name).items() if k != "instances"}))
    measured = ("outcome", "n", "threshold", "smallest", "tolerances", "arms")
    return {at: v for at, v in saved.items() if at in keys or not set(at.split(" / ")[3:]) & set(measured)}


def test_every_claim_of_the_catalogue_was_photographed() -> None:
    """A picture a claim; a claim that came later, or went, is listed."""
    known = {item.id for item in discovery.find() if (item.module or "").startswith("proofs.claims.")}
    assert known ^ set(NAMES) <= {entry["claim"] for entry in LISTED if entry["at"] == "claim"}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_declared_is_what_it_was(name: str) -> None:
    """Statements, domains, relations, names, thresholds, resolutions, controls and their values, or a listed difference."""
    flat = {at: value for at, value in taken(name).items() if "control_values" not in at or not _of_check(at, name)}
    found = differences(flat, dict(leaves(declared(claim(name)))))
    listed = {entry["at"]: entry["now"] for entry in LISTED if entry["claim"] == name}
    assert found == {at: now for at, now in listed.items() if at != "claim"}


def _of_check(at: str, name: str) -> bool:
    _, statement, _, evidence, *_ = at.split(" / ")
    return picture(name)["statements"][statement]["evidence"][evidence]["kind"] == "check"


@pytest.mark.parametrize("name", NAMES)
def test_both_sides_are_what_they_were(name: str) -> None:
    """On saved instances, evenly chosen, observed and claimed are the same, and so are the controls on the first."""
    excused = {entry["at"] for entry in LISTED if entry["claim"] == name}
    for place, rows in picture(name)["instances"].items():
        if f"instances / {place}" in excused:
            continue
        evidence, chosen = _evidence(name, place), rows[::EVERY]
        told, again = seen(evidence, [decoded(row[0]) for row in chosen])
        for before, now in zip(chosen, again, strict=True):
            assert alike(before[1:], json.loads(json.dumps(now[1:]))), (place, before, now)
        statement, check = place.split("/")
        values = picture(name)["statements"][statement]["evidence"][check]["control_values"]
        for control, saved in values.items():
            assert alike(saved[0], json.loads(json.dumps(told["control_values"][control][0]))), (place, control)


def _evidence(name: str, place: str) -> Evidence:
    statement, check = place.split("/")
    return next(e for s in claim(name).statements if s.id == statement for e in s.evidence if e.name == check)


def test_differences_have_reasons() -> None:
    """Each names claim, place, present value, a reason of some words, and which way it goes."""
    for entry in LISTED:
        assert set(entry) == {"claim", "at", "now", "reason", "evidence"}
        assert len(entry["reason"].split()) >= 4
        assert entry["evidence"] in ("stronger", "weaker", "same")
        assert entry["evidence"] != "weaker" or "wrong" in entry["reason"]


def test_a_planted_difference_is_noticed() -> None:
    """A domain narrowed, a control gone, a threshold moved: none goes through."""
    name = NAMES[0]
    now = declared(claim(name))
    statement = next(iter(now["statements"].values()))
    statement["domain"] += " narrowed"
    evidence = next(iter(statement["evidence"].values()))
    evidence["controls"] = []
    before = dict(leaves(declared(claim(name))))
    assert len(differences(before, dict(leaves(now)))) == 2


def test_instances_come_back_as_they_were() -> None:
    """Encoding and decoding an instance changes nothing but the last digit of a covariance."""
    for name in NAMES[:8]:
        for rows in picture(name)["instances"].values():
            assert alike(list(leaves(rows[0][0])), list(leaves(json.loads(json.dumps(encoded(decoded(rows[0][0])))))))
        assert json.loads(text(picture(name))) == picture(name)
