"""The report as a reader meets it: opened in a headless Chromium, on a wide and on a narrow screen, light and dark."""

import io
import re
import shutil
import subprocess
import sys
import unicodedata
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from proofs.display import front, places, story
from proofs.display import report as made
from proofs.run import discovery, document, sentences
from proofs.run.runner import Result, Settings

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
    done = subprocess.run(
        [*run, "report", *NAMES, "--claims", "mine", "-o", "pages/"], cwd=folder, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "pages/index.html\n"), done.stderr
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


@pytest.fixture
def opened(browser: Any) -> Iterator[Any]:
    """Opens a page: `opened(path, width=…)`; what goes wrong there is an error."""
    pages: list[Any] = []

    def open(path: Path, *, width: int = 1280, scheme: str = "light", **options: Any) -> Any:
        page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme, **options)
        pages.append(page)
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto(path.as_uri())
        page.wait_for_load_state("networkidle")
        return page

    yield open
    for page in pages:
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
    """A script in a claim's text is text; the one that runs is ours."""
    assert page.locator("script").all_text_contents() == [places.shipped("report.js")]
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


INDEX = ("index.html", "claim-my_claim.html", "claim-does_not_import.html")


@pytest.mark.parametrize("name", INDEX)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_a_folder_are_accessible(name: str, scheme: str, report: Path, opened: Any) -> None:
    """Each has its style and its pictures, says nothing, and axe-core finds nothing, on a telephone either."""
    from axe_playwright_python.sync_playwright import Axe

    for width in (1280, 390):
        page = opened(report.parent / "pages" / name, width=width, scheme=scheme)
        assert page.said == []
        assert page.locator("body").evaluate("b => getComputedStyle(b).margin") == "0px"
        assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        found = Axe().run(page).response["violations"]
        assert [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in found] == []


def test_every_link_of_a_folder_lands(report: Path, opened: Any) -> None:
    """On a file that is there, at a place that is there; index and pages lead to each other."""
    folder = report.parent / "pages"
    assert {path.name for path in folder.glob("*.html")} == {"index.html", *(f"claim-{name}.html" for name in NAMES)}
    assert [path.name for path in folder.glob("*.css")] == ["report.css"]
    ids = {
        path.name: opened(path).eval_on_selector_all("[id]", "all => all.map(e => e.id)")
        for path in folder.glob("*.html")
    }
    for name in ids:
        for to in opened(folder / name).eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))"):
            file, _, place = to.partition("#")
            assert (folder / (file or name)).is_file()
            assert not place or place in ids[file or name], to


def test_on_a_telephone_panels_stand_in_one_column(report: Path, opened: Any) -> None:
    """The pages of a folder show the narrow figure, within the screen."""
    page = opened(report.parent / "pages" / "claim-my_claim.html", width=390)
    picture = page.locator("figure img").first
    assert picture.evaluate("i => i.currentSrc").endswith("-narrow.svg")
    assert picture.bounding_box()["width"] <= 390 - 2 * 16


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole catalogue, of which nothing was run: all that a reader can be told without it, in both forms."""
    claims, _ = discovery.load([item for item in discovery.find() if item.shipped])
    results = [Result(claim, [], {}) for claim in claims]
    told = document.build(results, Settings(), 0.0)
    told["sentences"] = sentences.recorded()["sentences"]
    folder = tmp_path_factory.mktemp("whole")
    (folder / "report.html").write_text(made.render(results, told), encoding="utf-8")
    return folder / "report.html"


def test_few_stops_before_the_claims(whole: Path, opened: Any) -> None:
    """With the Tab key a reader comes to the first claim within sixty stops, the filter among them."""
    page = opened(whole)
    first = "document.activeElement.closest('[data-chapter-of] article')"
    stops = 0
    page.keyboard.press("Tab")
    while not page.evaluate(f"!!{first}") and stops <= 60:
        page.keyboard.press("Tab")
        stops += 1
    assert 20 < stops <= 60


def test_the_answer_is_there_before_anything_is_explained(whole: Path, opened: Any) -> None:
    """The question, the picture, ten lines; then sentences, story, verdicts; then claims in the order of telling."""
    page = opened(whole)
    assert page.locator("h1").inner_text() == "Why do VAEs blur, and why do GANs drop modes?"
    assert page.locator("#answer li").count() == 10
    assert page.locator(".said").count() == len(sentences.recorded()["sentences"])
    assert page.locator("#story figure img").count() == len(story.PICTURES)
    assert page.locator("#verdicts dt").count() == len(front.VERDICTS) == 6
    order = page.eval_on_selector_all("main section[id], main form[id]", "all => all.map(e => e.id)")
    assert order[:5] == ["opening", "answer", "sentences", "story", "verdicts"]
    assert page.locator("[data-chapter-of] article").first.get_attribute("id") == "l2_optimum_is_mean"
    assert page.locator("#answer").bounding_box()["y"] < 844, "the answer begins on the first screen"


def test_the_filter_hides_what_was_not_asked_for(whole: Path, opened: Any) -> None:
    """By chapter and by words; a link to what is hidden shows it again; without script there is no filter, and all is there."""
    page = opened(whole)
    shown = page.locator("[data-chapter-of] article:visible")
    every = shown.count()
    page.get_by_label("Chapter").select_option("ways-out")
    assert 0 < shown.count() < every
    page.get_by_label("Search").fill("step_flow")
    assert [shown.nth(i).get_attribute("id") for i in range(shown.count())] == ["one_step_flow_matching_is_mean"]
    assert page.locator("#shown").inner_text() == f"1 of {every} claims"
    page.evaluate("location.hash = 'dirac_gan'")
    page.wait_for_function("!document.getElementById('dirac_gan').hidden")
    assert shown.count() == every
    plain = opened(whole, java_script_enabled=False)
    assert not plain.locator("#filter").is_visible()
    assert plain.locator("[data-chapter-of] article").count() == every


def test_claims_lead_back_to_what_is_said(whole: Path, opened: Any) -> None:
    """Each sentence to the claims that read it, each of those back; every heading of the front and of a claim has its address."""
    page = opened(whole)
    there = page.eval_on_selector_all(
        ".said li a", "all => all.map(a => [a.closest('article').id, a.getAttribute('href')])"
    )
    back = page.eval_on_selector_all(
        "blockquote a", "all => all.map(a => [a.getAttribute('href').slice(1), '#' + a.closest('article').id])"
    )
    assert there
    assert {tuple(pair) for pair in there} == {tuple(pair) for pair in back}
    assert page.locator("main h2:not(:has(.permalink)), main h3:not(:has(.permalink))").count() == 0


def test_it_prints_as_a_tagged_document(report: Path, opened: Any) -> None:
    """A PDF with a structure, the alternative text of its figures, and what stands in folded parts; without the contents."""
    page = opened(report)
    pdf = page.pdf(tagged=True, outline=True)
    assert b"/MarkInfo" in pdf
    assert re.search(rb"/Marked\s+true", pdf)
    assert b"/StructTreeRoot" in pdf
    text = printed(pdf)
    assert "Thevarianceofauniformlawonanintervaloflengthbis" in text
    assert "thesecondmomentisnotthevariance" in text, "a control, which is folded on the screen"
    assert "Skiptothecontent" not in text


def printed(pdf: bytes) -> str:
    """The text of a PDF as Chromium writes it, without blanks, which its lines do not end in: what each font calls its glyphs, and the glyphs that are shown."""
    objects = re.findall(rb"(?s)(\d+) 0 obj\s*(<<(?:(?!endobj).)*?>>)\s*stream\r?\n(.*?)\r?\nendstream", pdf)
    streams = {int(n): zlib.decompress(s) if b"/FlateDecode" in head else s for n, head, s in objects}
    named = re.findall(rb"(?s)(\d+) 0 obj\s*<<(?:(?!endobj).)*?/ToUnicode (\d+) 0 R", pdf)
    letters = {font: lettered(streams[int(to)].decode("latin1")) for font, to in named}
    fonts = {name: letters[font] for name, font in re.findall(rb"/(F\d+) (\d+) 0 R", pdf) if font in letters}
    told, font = [], dict[int, str]()
    for stream in streams.values():
        for name, shown in re.findall(rb"/(F\d+) [\d.]+ Tf|<([0-9A-F]+)> Tj", stream):
            font = fonts.get(name, {}) if name else font
            told += [font.get(int(shown[k : k + 4], 16), "") for k in range(0, len(shown), 4)]
    return "".join(unicodedata.normalize("NFKC", "".join(told)).split())


def lettered(table: str) -> dict[int, str]:
    """Glyphs to letters, from a font's table of single glyphs and of ranges."""
    found: dict[int, str] = {}
    for low, high, letter in re.findall(r"<(\w{4})> (?:<(\w{4})> )?<(\w+)>\n", table):
        first, last = int(low, 16), int(high or low, 16)
        text = bytes.fromhex(letter).decode("utf-16-be")
        found |= {glyph: text[:-1] + chr(ord(text[-1]) + glyph - first) for glyph in range(first, last + 1)}
    return found
