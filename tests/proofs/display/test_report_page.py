"""The report as a reader meets it: opened in a headless Chromium, on a wide and on a narrow screen, light and dark."""

import io
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from proofs.run import discovery

FAULTS = Path(__file__).parents[1] / "gone_wrong"
NAMES = ("my_claim", "experiment_that_agrees", "false_derivation", "does_not_import", "too_few_instances")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SCREENS = {"wide": (1280, 900), "narrow": (390, 844)}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no browser: Debian's package chromium has one")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a claim with formulas wider than a phone, one that trains, and some that went wrong."""
    folder = tmp_path_factory.mktemp("report")
    run = [sys.executable, "-c", "from proofs.cli import main; main()"]
    subprocess.run([*run, "new", "my_claim", "--claims", "mine"], cwd=folder, check=True, capture_output=True)
    text = (folder / "mine/my_claim.py").read_text()
    text = text.replace('Var U[0, b] = b²/12"', "Var U[0, b] = b²/12" + " + 0·b" * 60 + '"')
    waves = " + sum(x.sin(k * x.b) ** 2 + x.cos(k * x.b) ** 2 - 1 for k in range(1, 9))"
    (folder / "mine/my_claim.py").write_text(text.replace("/ (3 * x.b)", "/ (3 * x.b)" + waves))
    for name in NAMES[1:]:
        shutil.copy(FAULTS / f"{name}.py", folder / "mine")
    text = (folder / "mine/false_derivation.py").read_text()
    (folder / "mine/false_derivation.py").write_text(text.replace('"""', '"""<script>alert(1)</script> ', 1))
    done = subprocess.run([*run, "report", *NAMES, "--claims", "mine"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "report.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(params=[(s, c) for s in SCREENS for c in ("light", "dark")], ids=lambda p: "-".join(p))
def page(request: pytest.FixtureRequest, browser: Any, report: Path) -> Iterator[Any]:
    """The report on one screen; what it logs and asks for is kept in `page.said` and `page.asked`."""
    screen, scheme = request.param
    width, height = SCREENS[screen]
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.said, page.asked = [], []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("request", lambda asked: page.asked.append(asked.url))
    page.goto(report.as_uri())
    page.wait_for_load_state("networkidle")
    yield page
    page.close()


def test_nothing_is_logged_or_fetched(page: Any, report: Path) -> None:
    """No console message, no error, and no request but for the file itself and what it holds."""
    assert page.said == []
    outside = [url for url in page.asked if not url.startswith(("data:", report.as_uri()))]
    assert outside == []


def test_every_figure_is_there_with_a_size_and_a_text(page: Any) -> None:
    """Pictures are decoded, visible, and described."""
    pictures = page.locator("figure img")
    assert pictures.count() >= 1
    for index in range(pictures.count()):
        picture = pictures.nth(index)
        box = picture.bounding_box()
        assert box["width"] > 200
        assert box["height"] > 100
        assert picture.evaluate("i => i.complete && i.naturalWidth > 0")
        assert len(picture.get_attribute("alt")) > 20


def test_figures_are_dark_on_a_dark_page(page: Any, request: pytest.FixtureRequest) -> None:
    """Their paper is that of the page, and what is black on white is light there."""
    _, scheme = request.node.callspec.params["page"]
    drawn = page.locator("figure img").first
    drawn.scroll_into_view_if_needed()
    grey = np.asarray(Image.open(io.BytesIO(drawn.screenshot())).convert("L")) / 255
    paper, ink = np.quantile(grey, (0.5, 0.001) if scheme == "light" else (0.5, 0.999))
    assert (paper > 0.9 and ink < 0.3) if scheme == "light" else (paper < 0.2 and ink > 0.7)


def test_every_link_inside_lands(page: Any) -> None:
    """Each deep link has its target, once; every claim has one."""
    targets = page.eval_on_selector_all("a[href^='#']", "links => links.map(a => a.getAttribute('href').slice(1))")
    ids = page.eval_on_selector_all("[id]", "all => all.map(e => e.id)")
    assert len(ids) == len(set(ids))
    assert set(targets) <= set(ids)
    assert set(NAMES) <= set(targets)


def test_no_sideways_scrolling(page: Any) -> None:
    """The page is never wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_accessible(page: Any) -> None:
    """axe-core finds nothing to complain about: contrast, landmarks, headings, alternative texts."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert len(Axe().run(page).response["passes"]) > 10
    assert [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in found] == []


def test_what_a_claim_says_is_shown_not_obeyed(page: Any) -> None:
    """A script in a claim's text is text."""
    assert page.locator("script").count() == 0
    assert page.get_by_text("<script>alert(1)</script>").count() >= 1


def test_formulas_are_mathml(page: Any) -> None:
    """Every statement shows its formula as mathematics that has a size."""
    formulas = page.locator(".formula > math")
    assert formulas.count() >= 4
    assert all(formulas.nth(i).bounding_box()["height"] > 5 for i in range(formulas.count()))


def test_built_in_claims_are_not_dragged_in(report: Path) -> None:
    """A report of named claims shows those."""
    text = report.read_text()
    assert not any(f'id="{found.id}"' in text for found in discovery.find() if found.id not in NAMES)
