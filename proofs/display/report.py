"""The report: a page for a reader, with the audit behind it, as one HTML file or as a folder with a page a claim.

Both are made of the same pieces (`templates/`); everything a claim contributes is escaped. Nothing is fetched from outside
(outside the folder), and no script is needed to read it: the one that filters claims is ours, and the page's policy lets
the browser run that and no other. Figures are SVG images, whose alternative text is the caption; formulas are MathML.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from proofs.core.claim import TOPICS, Claim
from proofs.core.outcome import Outcome
from proofs.core.verdict import DECIDED, lacking
from proofs.display import front, places, prose
from proofs.display.places import INDEX, SHEET, Places
from proofs.display.show import UNDRAWN
from proofs.display.svg import smaller
from proofs.evidence import near_misses
from proofs.run import published, references, sentences, telling
from proofs.run.runner import Result
from proofs.words import mathml
from proofs.words.labels import plain

CHAPTERS: dict[str, str] = dict(zip(TOPICS, (
    "Mean collapse", "Gaussian decoder and mass diffusion", "KL pressure", "Mode dropping", "Bottleneck",
    "Which divergence, which trade", "Ways out", "After the GAN",
), strict=True))  # fmt: skip

LONGEST = 2000
"""Characters of MathML beyond which the page that is mailed has an expression as text; a folder's pages have more of them."""
DARK = (
    "<style>@media (prefers-color-scheme:dark){svg{fill:#e8e8e8}"
    '[style*="fill:#ffffff"]{fill:#161616!important}[style*="fill:#000000"]{fill:#e8e8e8!important}'
    '[style*="stroke:#000000"]{stroke:#e8e8e8!important}[style*="stroke:#ffffff"]{stroke:#161616!important}'
    '[style*="fill:#6b6b6b"]{fill:#b4b4b4!important}}</style>'
)
"""How a figure changes on a dark page: paper and ink change places, all other colours keep a contrast of 3 to either."""

DOTS = 200
"""Of what a figure keeps as an image, such as thousands of marks: so many an inch."""


def render(results: list[Result], document: dict[str, Any]) -> str:
    """The report as one page: the front where there is one, then a section a claim, then what it stands on."""
    where = places.OneFile()
    environment, told = _environment(), _told(results, document, where)
    return environment.get_template("report.html.j2").render(told)


def pages(results: list[Result], document: dict[str, Any]) -> dict[str, str | bytes]:
    """The report as a folder: by name `index.html`, a page a claim, the style, and what is drawn."""
    where = places.Folder()
    environment, told = _environment(), _told(results, document, where)
    alone, policies = environment.get_template("claim.html.j2"), policy(where)
    one = {
        where.page(c["claim"]): alone.render(told | {"c": c, "script": "", "policy": policies}) for c in told["claims"]
    }
    index = environment.get_template("report.html.j2").render(told)
    return {INDEX: index, SHEET: places.shipped("report.css"), **one, **where.files}


def names(claims: list[str]) -> list[str]:
    """The files of that folder that are known before anything is drawn."""
    return [INDEX, SHEET, *map(places.Folder().page, claims)]


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("proofs.display", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["number"] = number
    environment.filters["lacking"] = lacking
    environment.filters.update({name: _marked(shown) for name, shown in prose.SHOWN.items()})
    return environment


def _marked(shown: Callable[[str], str]) -> Callable[[object], Markup]:
    """A filter that says its text as HTML of its own."""
    return lambda text: Markup(shown(str(text)))


def _told(results: list[Result], document: dict[str, Any], where: Places) -> dict[str, Any]:
    """What the templates show."""
    from proofs.display import figures

    told = {claim["claim"]: claim for claim in document["claims"]}
    by_id = {result.claim.id: result for result in results}
    order = [c.id for c in telling.in_order(r.claim for r in results if isinstance(r.claim, Claim))]
    order += [id for id in by_id if id not in order]
    read = [{**r, "sentence": s, "told": front.told(r)} for s in document["sentences"] for r in s["readings"]]
    run = figures.shown_run(document)
    claims = [{**_section(by_id[id], told[id], read, run, where), "again": _again(told[id], document)} for id in order]
    document = {"protocol": None, **document}
    whole = set(sentences.shipped()) <= {s["id"] for s in document["sentences"]}
    script = places.shipped("report.js") if len(claims) > 1 else ""
    answer = front.answer(results, claims) if whole else []
    return {
        "where": where, "chapters": CHAPTERS, "decided": DECIDED, "document": document, "claims": claims, "published": published.tables(document["protocol"]),
        "missing": [(c["claim"], e) for c in claims for e in c["evidence"] if e["outcome"] == "not run"],
        "said": front.said(document["sentences"], read, claims, [c["claim"] for c in answer]), "answer": answer,
        "story": _story(where) if whole else [], "opening": _opening(where) if whole else None,
        "ruled": front.counted(document["sentences"]), "verdicts": front.VERDICTS,
        "style": Markup(places.shipped("report.css")), "script": Markup(script), "policy": policy(where, script),
    }  # fmt: skip


def _opening(where: Places) -> dict[str, Any]:
    """The opening picture, of the run whose samples are shipped."""
    from proofs.display import figures, opening

    figure, caption = opening.shipped("double")
    shown = {**picture(figure, opening.NAME, where), "caption": caption, "alt": figures.described(figure)}
    return shown if where.whole else {**shown, "narrow": _narrow(opening.shipped("single")[0], opening.NAME, where)}


def _story(where: Places) -> list[dict[str, Any]]:
    """The eight pictures, of the run whose arrays are shipped."""
    from proofs.display import figures, story

    narrow = {} if where.whole else {part.name: figure for part, figure, _ in story.shipped("single")}
    told = []
    for part, figure, caption in story.shipped("double"):
        shown = {**picture(figure, part.name, where), "caption": caption, "alt": figures.described(figure)}
        shown |= {"narrow": _narrow(narrow[part.name], part.name, where)} if narrow else {}
        told.append({**shown, "title": part.title, "id": part.name})
    return told


def _narrow(figure: Any, name: str, where: Places) -> str:
    """The address of a figure in a single column, for a telephone; in one file it would not be worth its bytes."""
    return where.picture(f"{name}-narrow", drawing(figure))


def policy(where: Places, script: str = "") -> str:
    """What a browser may do with the page: show it, in its own style, with its own pictures, and run our script if it has one."""
    ours = f"; script-src {places.hashed(script)}" if script else ""
    return f"default-src 'none'; {where.allows}{ours}; base-uri 'none'; form-action 'none'"


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


def _section(
    result: Result, told: dict[str, Any], read: list[dict[str, Any]], run: str, where: Places
) -> dict[str, Any]:
    """What the templates show of one claim: the document's words, and what the claim itself says."""
    claim = result.claim
    if not isinstance(claim, Claim):
        empty = {name: [] for name in ("given", "details", "references", "readings")}
        return {**told, **empty, "known": None, "figure": None, "undrawn": "", "counts": {}}
    declared = {s.id: s for s in claim.statements}
    details = [
        {
            "verdict": s["verdict"],
            "given": s["given"],
            "declared": declared[s["id"]],
            "evidence": [_piece(o, told["evidence"], where) for o in result.outcomes if o.statement == s["id"]],
        }
        for s in told["statements"]
    ]
    kinds = [o.kind for o in result.outcomes if o.outcome in ("holds", "rejected")]
    counts = {k: kinds.count(k) for k in ("derivation", "enclosure", "check", "experiment", "control") if k in kinds}
    return {
        **told, "known": claim, "counts": counts, "given": sorted({lemma for s in told["statements"] for lemma in s["given"]}),
        "details": details, **_drawn(result, run, where), "references": references.cited(claim),
        "readings": [r for r in read if r["claim"] == claim.id],
    }  # fmt: skip


def _piece(outcome: Outcome, records: list[dict[str, Any]], where: Places) -> dict[str, Any]:
    """The document's record of one outcome, with the steps of a derivation."""
    record = next(r for r in records if r["name"] == outcome.name and r["statement"] == outcome.statement)
    scaled = outcome.kind == "control" and outcome.outcome == "rejected" and near_misses.SCALED in outcome.name
    return {
        **record,
        "scaled": scaled,
        "detail": prose.minus(rounded(record["detail"], "{:.6g}")),
        "steps": [_step(step, where) for step in outcome.chain],
    }


def _step(step: dict[str, str], where: Places) -> dict[str, Any]:
    """A step of a derivation as it is shown: its expression in pieces that wrap, or as text where it is too long for mathematics."""
    written = step.get("mathml", "")
    long = where.whole and len(written) > LONGEST
    shown = "" if long else Markup(mathml.wrapping(mathml.only(written)))
    expression = step["expression"].replace("-", "−")
    return {**step, "mathml": shown, "expression": expression, "decision": prose.minus(step.get("decision", ""))}


def _drawn(result: Result, run: str, where: Places) -> dict[str, Any]:
    """The figure, or why there is none."""
    from proofs.display import figures

    assert isinstance(result.claim, Claim)
    if result.claim.drawn is None:
        return {"figure": None, "undrawn": UNDRAWN}
    try:
        return {"figure": _figure(result, result.claim, run, where), "undrawn": ""}
    except figures.NotDrawnError as error:
        return {"figure": None, "undrawn": str(error)}


def _figure(result: Result, claim: Claim, run: str, where: Places) -> dict[str, Any]:
    """The figure with its data, its caption and, where a sentence is read, a small one."""
    from proofs.display import figures

    figure, name = figures.draw(claim, result.arrays, "double", run), f"claim-{claim.id}"
    caption, (title, (letters, of_run)) = figures.caption(claim, result.outcomes, figure), figures.unframed(figure)
    message = title.rstrip(".")
    told = {
        "message": plain(message),
        "letters": plain(letters),
        "run": of_run,
        "caption": caption.removeprefix(f"{message}. "),
        "alt": figures.described(figure),
    }
    with figures.drawn_by(claim, "its figure"):  # what is in it draws itself once more
        shown = picture(figure, name, where)
        small = where.small(name, front.thumbnail(figure)) if claim.readings else ""
    if not where.whole:
        single = figures.draw(claim, result.arrays, "single", run)
        figures.unframed(single)
        with figures.drawn_by(claim, "its figure"):
            shown["narrow"] = _narrow(single, name, where)
    return {**shown, **told, "small": small}


def picture(figure: Any, name: str, where: Places) -> dict[str, Any]:
    """The address of a figure's SVG image, its width and height in pixels, and its data."""
    from proofs.display.rows import table

    width, height = (round(96 * inches) for inches in figure.get_size_inches())
    return {
        # an address has neither quotation marks nor ampersands: nothing in it is to be escaped once more
        "address": Markup(where.picture(name, drawing(figure))), "narrow": "", "width": width, "height": height,
        "data": where.table(name, rounded(table(figure), "{:.4g}" if where.whole else "{:.6g}")),
    }  # fmt: skip


def drawing(figure: Any) -> str:
    """A figure as a small SVG with a dark form."""
    from proofs.display import figures

    buffer = io.StringIO()
    with figures.in_style():
        figure.savefig(buffer, format="svg", dpi=DOTS, metadata={"Date": None, "Creator": None})
    text = smaller(rounded(buffer.getvalue(), "{:.2f}"))
    if "'" not in text:  # three characters less for every attribute's quotation marks
        text = text.replace('"', "'")
    return text.replace(">", f">{DARK}", 1)


def rounded(text: str, form: str) -> str:
    """Numbers of more than five decimals in the given form, to keep the page small: a figure's hundredths of a point,
    six or four digits of data. Scales stay as they are."""

    def short(found: re.Match[str]) -> str:
        return found[0] if found[0].startswith("scale") else form.format(float(found[0]))

    return re.sub(r"scale\([^)]*\)|\d+\.\d{6,}(?:e[-+]\d+)?", short, text)
