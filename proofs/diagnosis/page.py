"""The page of `blurproof diagnose --html`: one file, nothing in it fetched from outside, everything in it escaped."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from proofs.diagnosis import explained, figure, table
from proofs.diagnosis.asking import Diagnosed, said
from proofs.display import places, report


def render(found: Diagnosed) -> str:
    """The page: what was found, the figure, each fault with its places and the claims that explain it, the checks."""
    environment = Environment(
        loader=PackageLoader("proofs.display", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["number"] = table.number
    where = places.OneFile()
    told: list[dict[str, Any]] = [
        {"name": name, "one": one, "verdict": said(one), "titles": explained.titles({c for f in one.faults for c in f.claims})}
        for name, one in zip(found.names, found.diagnoses, strict=True)
    ]  # fmt: skip
    picture = {**report.picture(figure.draw(found, "double"), "diagnosis", where), "caption": figure.caption(found)}
    return environment.get_template("diagnosis.html.j2").render(
        found=found, told=told, picture=picture, document=found.document, style=Markup(places.shipped(places.SHEET)), policy=report.policy(where),
    )  # fmt: skip
