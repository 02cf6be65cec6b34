"""The report: one self-contained HTML file, rendered from a template; everything a claim contributes is escaped."""

from __future__ import annotations

import io
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from proofs.claim import Claim
from proofs.runner import Result


def render(results: list[Result], document: dict[str, Any]) -> str:
    """The page of a run: summary table, then a section a claim with its figure inline."""
    environment = Environment(loader=PackageLoader("proofs", "templates"), autoescape=True, undefined=StrictUndefined)
    template = environment.get_template("report.html.j2")
    loaded = {r.claim.id: r.claim for r in results if isinstance(r.claim, Claim)}
    drawings = {r.claim.id: _drawing(r) for r in results if isinstance(r.claim, Claim) and r.claim.drawn}
    chains = {(r.claim.id, o.name): o.chain for r in results for o in r.outcomes if o.chain}
    return template.render(document=document, loaded=loaded, drawings=drawings, chains=chains)


def _drawing(result: Result) -> str:
    """The figure as SVG text without the XML prologue; empty where its data are missing."""
    import matplotlib as mpl

    from proofs import figures

    assert isinstance(result.claim, Claim)
    try:
        figure = figures.draw(result.claim, result.arrays, "double")
    except KeyError:  # evidence that did not run left no arrays
        return ""
    buffer = io.StringIO()
    with mpl.rc_context(figures.style()):
        figure.savefig(buffer, format="svg", metadata={"Title": result.claim.title, "Date": None, "Creator": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]
