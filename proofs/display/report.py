"""The report: one self-contained HTML file, rendered from a template; everything a claim contributes is escaped.

Nothing in it is fetched from outside, and no script is needed to read it; its policy tells the browser so, which then
refuses both. Figures are SVG images inside the page, whose alternative text is the caption; formulas are MathML.
"""

from __future__ import annotations

import hashlib
import io
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from proofs.core.claim import TOPICS, Claim
from proofs.core.outcome import Outcome
from proofs.core.verdict import DECIDED, lacking
from proofs.display import prose
from proofs.display.show import UNDRAWN
from proofs.run import published, references, sentences
from proofs.run.runner import Result
from proofs.words import mathml

CHAPTERS = dict(zip(TOPICS, (
    "Mean collapse", "Gaussian decoder and mass diffusion", "KL pressure", "Mode dropping", "Bottleneck",
    "Which divergence, which trade", "Ways out",
), strict=True))  # fmt: skip


DARK = (
    "<style>@media (prefers-color-scheme:dark){svg{fill:#e8e8e8}"
    '[style*="fill: #ffffff"]{fill:#161616!important}[style*="fill: #000000"]{fill:#e8e8e8!important}'
    '[style*="stroke: #000000"]{stroke:#e8e8e8!important}[style*="stroke: #ffffff"]{stroke:#161616!important}'
    '[style*="fill: #6b6b6b"]{fill:#b4b4b4!important}}</style>'
)
"""How a figure changes on a dark page: paper and ink change places, all other colours keep a contrast of 3 to either."""


def render(results: list[Result], document: dict[str, Any]) -> str:
    """The page of a run: summary table, then a section a claim, then what it stands on and what was not run."""
    from proofs.display import figures

    environment = Environment(
        loader=PackageLoader("proofs.display", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["number"] = number
    environment.filters["lacking"] = lacking
    environment.filters.update({name: _marked(shown) for name, shown in prose.SHOWN.items()})
    read = [{**r, "sentence": s, "points": sentences.points(r)} for s in document["sentences"] for r in s["readings"]]
    claims = [
        {**_section(result, told, read, figures.shown_run(document)), "again": _again(told, document)}
        for result, told in zip(results, document["claims"], strict=True)
    ]
    order = {topic: index for index, topic in enumerate(TOPICS)}
    claims.sort(key=lambda c: order.get(c["topic"], len(order)))
    missing = [(c["claim"], e) for c in claims for e in c["evidence"] if e["outcome"] == "not run"]
    whole = set(sentences.shipped()) <= {s["id"] for s in document["sentences"]}
    template = environment.get_template("report.html.j2")
    style = files("proofs.display").joinpath("templates/report.css").read_text(encoding="utf-8")
    document = {"protocol": None, **document}
    return template.render(
        document=document, claims=claims, chapters=CHAPTERS, missing=missing, decided=DECIDED, read=read,
        published=published.tables(document["protocol"]), style=Markup(style), policy=policy(style),
        opening=_opening() if whole else None, ruled=Counter(s["ruling"] for s in document["sentences"]),
    )  # fmt: skip


def _marked(shown: Callable[[str], str]) -> Callable[[object], Markup]:
    """A filter that says its text as HTML of its own."""
    return lambda text: Markup(shown(str(text)))


def _opening() -> dict[str, str]:
    """The opening picture, of the run whose samples are shipped."""
    from proofs.display import figures, opening

    figure, caption = opening.shipped("double")
    return {**picture(figure), "caption": caption, "alt": figures.described(figure)}


def policy(style: str) -> str:
    """What a browser may do with the page: show it, in its own style and with the pictures that are in it."""
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


def _again(told: dict[str, Any], document: dict[str, Any]) -> str:
    """The command that runs a claim again, from where this one was run."""
    plain = f"blurproof verify {told['claim']} --level {document['level']} --seed {document['seed']}"
    return next((piece["rerun"] for piece in told["evidence"]), plain)


def number(value: Any) -> str:
    """A number to four digits, an interval as [low, high], nothing for None."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "[" + ", ".join(number(v) for v in value) + "]" if len(value) <= 4 else f"{len(value)} numbers"
    return prose.minus(f"{value:.4g}" if isinstance(value, float) else str(value))


def _section(result: Result, told: dict[str, Any], read: list[dict[str, Any]], run: str) -> dict[str, Any]:
    """What the template shows of one claim: the document's words, and what the claim itself says."""
    claim = result.claim
    if not isinstance(claim, Claim):
        return {
            **told,
            "known": None,
            "figure": None,
            "undrawn": "",
            "counts": {},
            "given": [],
            "details": [],
            "references": [],
            "readings": [],
        }
    declared = {s.id: s for s in claim.statements}
    details = [
        {
            "verdict": s["verdict"],
            "given": s["given"],
            "declared": declared[s["id"]],
            "evidence": [_piece(o, told["evidence"]) for o in result.outcomes if o.statement == s["id"]],
        }
        for s in told["statements"]
    ]
    kinds = [o.kind for o in result.outcomes if o.outcome in ("holds", "rejected")]
    counts = {k: kinds.count(k) for k in ("derivation", "enclosure", "check", "experiment", "control") if k in kinds}
    return {
        **told, "known": claim, "counts": counts, "given": sorted({lemma for s in told["statements"] for lemma in s["given"]}), "details": details, **_drawn(result, run),
        "references": references.cited(claim), "readings": [r for r in read if r["claim"] == claim.id],
    }  # fmt: skip


def _piece(outcome: Outcome, records: list[dict[str, Any]]) -> dict[str, Any]:
    """The document's record of one outcome, with the steps of a derivation."""
    record = next(r for r in records if r["name"] == outcome.name and r["statement"] == outcome.statement)
    return {**record, "detail": prose.minus(record["detail"]), "steps": [_step(step) for step in outcome.chain]}


def _step(step: dict[str, str]) -> dict[str, Any]:
    """A step of a derivation as it is shown: its expression in pieces that wrap, or as text where it is too long for mathematics."""
    shown = Markup(mathml.wrapping(mathml.only(step.get("mathml", "")), display=True))
    expression = step["expression"].replace("-", "−")
    return {**step, "mathml": shown, "expression": expression, "decision": prose.minus(step.get("decision", ""))}


def _drawn(result: Result, run: str) -> dict[str, Any]:
    """The figure, or why there is none."""
    from proofs.display import figures

    assert isinstance(result.claim, Claim)
    if result.claim.drawn is None:
        return {"figure": None, "undrawn": UNDRAWN}
    try:
        return {"figure": _figure(result, result.claim, run), "undrawn": ""}
    except figures.NotDrawnError as error:
        return {"figure": None, "undrawn": str(error)}


def _figure(result: Result, claim: Claim, run: str) -> dict[str, str]:
    """The figure as a data address with its caption."""
    from proofs.display import figures

    figure = figures.draw(claim, result.arrays, "double", run)
    with figures.drawn_by(claim, "its figure"):  # what is in it draws itself once more
        shown = picture(figure)
    return {**shown, "caption": figures.caption(claim, result.outcomes, figure), "alt": figures.described(figure)}


def picture(figure: Any) -> dict[str, str]:
    """A figure as an address of an SVG image with its width and height in pixels, and that of its data."""
    from proofs.display import figures
    from proofs.display.rows import table

    buffer = io.StringIO()
    with figures.in_style():
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = " ".join(rounded(buffer.getvalue(), "{:.2f}").split())
    if "'" not in text:  # three characters less for every attribute's quotation marks
        text = text.replace('"', "'")
    text = text[text.index("<svg") :].replace(">", f">{DARK}", 1)
    size = "{:.0f}x{:.0f}".format(*(figure.get_size_inches() * 96))
    return {
        "address": "data:image/svg+xml," + quote(text, safe=" =:;,/'()!*@$"),
        "data": "data:text/csv;charset=utf-8," + quote(rounded(table(figure), "{:.6g}"), safe=","),
        "width": size.split("x")[0],
        "height": size.split("x")[1],
    }


def rounded(text: str, form: str) -> str:
    """Numbers of more than five decimals in the given form, to keep the page small: a figure's hundredths of a point,
    six digits of data. Scales stay as they are."""

    def short(found: re.Match[str]) -> str:
        return found[0] if found[0].startswith("scale") else form.format(float(found[0]))

    return re.sub(r"scale\([^)]*\)|\d+\.\d{6,}(?:e[-+]\d+)?", short, text)
