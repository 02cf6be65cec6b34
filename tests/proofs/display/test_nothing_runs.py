"""What a claim contributes is shown and never obeyed: in the page, in the pictures, in a spreadsheet."""

import csv
import gzip
import io
import json
import re
import shutil
import signal
import sqlite3
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import sympy as sp

from proofs.core import Claim
from proofs.display import figures
from proofs.display.figures import NotDrawnError
from proofs.display.rows import table
from proofs.run.ledger import FILE
from proofs.words import mathml

MARKUP = "<img src=x onerror=alert(1)>"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CLAIM = f'''"""A title with {MARKUP}.

An essay with <script>alert(2)</script> and </style><svg onload=alert(3)>.
"""

from proofs.core import Claim, Real

claim = Claim(topic="trade-offs")


@claim.states(lambda a: a * a)
def square(a: Real):
    """a² {MARKUP}"""


def observed(m, a):
    return a**2


observed.__name__ = "{MARKUP}"
square.check(observed, on=lambda s: s.either(s.scales(1e-8, 1e8), s.scales(1e-8, 1e8).map(lambda a: -a)), error=1e-14)
square.wrong("{MARKUP}", claimed=lambda a: a**3)


@claim.curves
def drawn():
    return {{"a": [1.0, -2.0]}}


@claim.figure
def figure(saved, figure):
    axes = figure.add_subplot()
    (line,) = axes.plot(saved["curves"]["a"], label="=1+1 {MARKUP}")
    line.set_url("javascript:alert(4)")
    line.set_gid('"><script>alert(5)</script>')
    axes.scatter([0.0], [1.0], label="@SUM(A1)").set_urls(["javascript:alert(6)"])
    axes.set_title("--><script>alert(7)</script>")
    axes.legend()
'''


class Elements(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A report and a figure of a claim full of markup, its ledger written to by somebody else."""
    import subprocess
    import sys

    folder = tmp_path_factory.mktemp("markup")
    (folder / "claims").mkdir()
    (folder / "claims" / "hostile.py").write_text(CLAIM, encoding="utf-8")
    command = [sys.executable, "-c", "from proofs.cli import main; main()"]

    def run(*arguments: str) -> None:
        told = [*command, *arguments, "hostile", "--claims", "claims"]
        done = subprocess.run(told, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, done.stderr

    run("plot", "-o", "figures")
    connection = sqlite3.connect(folder / "results" / FILE)
    with connection:
        (outcomes,) = connection.execute(
            "select outcomes from finding where claim = 'hostile' and outcomes != '[]'"
        ).fetchone()
        told = json.loads(outcomes)
        told[0]["kind"], told[0]["detail"] = "derivation", MARKUP
        told[0]["chain"] = [
            {"reason": MARKUP, "expression": MARKUP, "decision": MARKUP, "mathml": written}
            for written in (
                f"<math><mi>{MARKUP}</mi></math>",
                f"<math><mi>x</mi></math>{MARKUP}",
                "<math><mi onclick='alert(8)'>good</mi></math>",
            )
        ]
        connection.execute("update finding set outcomes = ? where outcomes = ?", (json.dumps(told), outcomes))
    connection.close()
    run("report", "-o", "report.html")
    return folder


def test_the_page_has_no_element_of_a_claim(folder: Path) -> None:
    """No script, no handler, no address but of its own parts; the markup is there as text."""
    page = (folder / "report.html").read_text(encoding="utf-8")
    elements = Elements(page).found
    assert {tag for tag, _ in elements}.isdisjoint({"script", "iframe", "object", "embed", "form", "base", "svg"})
    assert [name for _, had in elements for name in had if name.startswith("on")] == []
    addresses = [had[name] or "" for _, had in elements for name in ("href", "src") if name in had]
    assert all(
        address.startswith(("#", "data:image/svg+xml,", "data:application/gzip;base64,", "data:,"))
        for address in addresses
    )
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") >= 8
    assert "<mi>good</mi>" in page


def test_the_policy_allows_what_the_page_needs_and_no_more(folder: Path) -> None:
    """One policy, before anything of a claim; scripts, frames, addresses and forms are forbidden."""
    elements = Elements((folder / "report.html").read_text(encoding="utf-8")).found
    (policy,) = [had["content"] for tag, had in elements if had.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "script" not in policy


@pytest.mark.skipif(CHROMIUM is None, reason="no browser: Debian's package chromium has one")
def test_nothing_runs_in_a_browser(folder: Path) -> None:
    """Opened, the page is styled and its pictures are there, nothing is said, asked for or run; its data can be saved."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        page, said, asked = browser.new_page(), list[str](), list[str]()
        page.on("console", lambda message: said.append(message.text))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url))
        page.goto((folder / "report.html").as_uri())
        page.wait_for_load_state("networkidle")
        assert said == []
        assert [url for url in asked[1:] if not url.startswith("data:")] == []
        assert page.locator("figure img").evaluate("i => i.complete && i.naturalWidth > 0")
        assert page.locator("body").evaluate("b => getComputedStyle(b).margin") == "0px"
        with page.expect_download() as download:
            page.get_by_text("Plotted data (CSV)").click()
        assert "panel,series,role,kind,part,x,y," in gzip.decompress(Path(download.value.path()).read_bytes()).decode()
        page.goto((folder / "figures" / "hostile.svg").as_uri())
        assert said == []
        browser.close()


def test_a_picture_has_no_links_and_runs_nothing(folder: Path) -> None:
    """The SVG parses, and what is in it draws."""
    drawing = list(ElementTree.parse(folder / "figures" / "hostile.svg").iter())
    tags = {part.tag.rpartition("}")[2] for part in drawing}
    assert tags.isdisjoint({"a", "script", "foreignObject", "animate", "set"})
    for part in drawing:
        for name, value in part.items():
            assert not name.startswith("on")
            assert "javascript" not in value
            assert not name.endswith("href") or value.startswith(("#", "data:image/png"))
    assert any(MARKUP in str(part.text) for part in drawing if part.tag.endswith("}title"))


def test_text_cells_are_text_for_a_spreadsheet(folder: Path) -> None:
    """What begins like a formula is quoted; numbers are numbers, also below zero."""
    rows = list(csv.reader(io.StringIO((folder / "figures" / "hostile.csv").read_text(encoding="utf-8"))))
    series = {row[1] for row in rows[1:]}
    assert {f"'=1+1 {MARKUP}", "'@SUM(A1)"} <= series
    assert not [cell for row in rows for cell in row[:2] if cell[:1] in tuple("=+-@\t\r\n")]
    assert {float(row[rows[0].index("y")]) for row in rows[1:]} == {1.0, -2.0}


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t=", "\r+", "\n-", " @", "a\r="])
def test_every_beginning_of_a_formula_is_quoted(begins: str) -> None:
    """Of panels and of series, white space before it or not; no row is broken by a line's end in a label."""
    from matplotlib.figure import Figure

    figure = Figure()
    axes = figure.add_subplot()
    axes.plot([0.0, -1.0], label=f"{begins}1")
    axes.set_title(f"{begins}2", loc="left")
    _, *rows = csv.reader(io.StringIO(table(figure), newline=""))
    quote = "" if begins.startswith("a") else "'"
    shown = " ".join(begins.split())
    assert {(panel, series) for panel, series, *_ in rows} == {(f"{quote}{shown}2", f"{quote}{shown}1")}


NAMES = [
    MARKUP,
    "<img/>",
    "<mi onclick='alert(1)'>q</mi>",
    "</mi></math><script>alert(1)</script>",
    "a<b",
    "&lt;img&gt;",
    "&a;",
    "<!DOCTYPE a>",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_symbol_of_any_name_is_mathematics_or_nothing(name: str) -> None:
    """What comes out for an expression parses, and is made of mathematical elements that only lay out."""
    for written in (mathml.of_expression(sp.Symbol(name) + 1), mathml.only(f"<math><mi>{name}</mi></math>")):
        assert not re.search(r"<(?!/?m[a-z]+[ >])|\son\w+=|script", written)
        if written:
            ElementTree.fromstring(written)


def test_a_formula_passes_through_unchanged() -> None:
    """What the house prints itself is whole after it was looked through, twice."""
    x = sp.Symbol("x_1", positive=True)
    printed = mathml.of_expression(sp.sqrt(x) / sp.Integral(sp.exp(-x), (x, 0, sp.oo)) + sp.log(x))
    assert "<msqrt>" in printed
    assert mathml.only(printed) == printed


@pytest.mark.parametrize(
    "raised", [SystemExit(3), RuntimeError(MARKUP), GeneratorExit(), RecursionError()], ids=lambda e: type(e).__name__
)
def test_a_figure_that_raises_is_not_drawn(raised: BaseException) -> None:
    """Whatever it raises comes out as one kind of error that names the claim."""

    def drawn(saved: Any, figure: Any) -> None:
        raise raised

    with pytest.raises(NotDrawnError, match=f"hostile: its figure raises {type(raised).__name__}"):
        figures.draw(Claim(topic="trade-offs", id="hostile", drawn=drawn), {"curves": {"a": np.zeros(1)}})


def test_a_figure_without_an_end_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is stopped, though it takes no exception for an answer, and the next may take as long again."""

    def drawn(saved: Any, figure: Any) -> None:
        for _ in range(2):
            with suppress(Exception):
                while True:
                    pass
        raise RuntimeError("stopped twice")

    monkeypatch.setattr(figures, "PATIENCE", 0.2)
    for _ in range(2):
        with pytest.raises(NotDrawnError, match="stopped twice"):
            figures.draw(Claim(topic="trade-offs", id="hostile", drawn=drawn), {})
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
