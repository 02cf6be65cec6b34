"""The page of `blurproof diagnose --html`: one file, nothing in it fetched from outside, everything in it escaped."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from proofs.diagnosis import explained, figure, table
from proofs.diagnosis.asking import Diagnosed, said
from proofs.display import report


def render(found: Diagnosed) -> str:
    """The page: what was found, the figure, each fault with its places and the claims that explain it, the checks."""
    environment = Environment(
        loader=PackageLoader("proofs.display", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["number"] = table.number
    style = files("proofs.display").joinpath("templates/report.css").read_text(encoding="utf-8")
    told: list[dict[str, Any]] = [
        {"name": name, "one": one, "verdict": said(one), "titles": explained.titles({c for f in one.faults for c in f.claims})}
        for name, one in zip(found.names, found.diagnoses, strict=True)
    ]  # fmt: skip
    picture = {**report.picture(figure.draw(found, "double")), "caption": figure.caption(found)}
    return environment.get_template("diagnosis.html.j2").render(
        found=found, told=told, picture=picture, document=found.document, style=Markup(style),
        policy=report.policy(style),
    )  # fmt: skip
