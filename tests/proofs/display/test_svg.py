"""Small pictures show what large ones show: the same paths, to a tenth of a point, letter by letter and mark by mark."""

import io
import re
from collections.abc import Iterator
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from proofs.display import figures
from proofs.display.svg import smaller

SVG, LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
NUMBER = r"-?\d*\.?\d+(?:e[-+]?\d+)?"


@pytest.fixture(scope="module")
def drawn() -> str:
    """A figure with lines, marks of one look, bars, curves, mathematics, an image and markup in its names."""
    figure = Figure(figsize=(4, 3))
    left, right = figure.subplots(1, 2)
    x = np.linspace(0, 9, 300)
    left.plot(x, np.sin(x), label=r"$\sigma^2/\sqrt{2}$")
    left.plot(x[::25], np.cos(x[::25]), "s", label="<a & b>", gid='"><script>')
    left.errorbar([1, 2], [0, 1], [0.2, 0.3], fmt="x")
    left.legend()
    right.imshow(np.arange(6).reshape(2, 3))
    right.add_patch(Circle((1, 0.5), 0.4))
    kept = io.StringIO()
    with figures.in_style():
        figure.savefig(kept, format="svg")
    return kept.getvalue()


def places(text: str) -> Iterator[tuple[float, float]]:
    """Where the paths of a picture go, in points, and then its marks and letters, each in its group's scale."""
    root = ElementTree.fromstring(text)
    scales = dict(_scales(root, 1.0))
    for path in root.iter(f"{SVG}path"):
        if "marker" not in path.get("style", ""):
            yield from ((x * scales[path], y * scales[path]) for x, y in _path(path.get("d", "")))
    for use in shown(root):
        if use.tag == f"{SVG}path":
            yield from _path(use.get("d", ""))
            continue
        moved = re.match(rf"translate\(({NUMBER}) ({NUMBER})\)", use.get("transform", ""))
        x, y = (float(part) for part in moved.groups()) if moved else (0.0, 0.0)
        yield scales[use] * (x + float(use.get("x", 0))), scales[use] * (y + float(use.get("y", 0)))


def _scales(parent: ElementTree.Element, outer: float) -> Iterator[tuple[ElementTree.Element, float]]:
    """By how much all that is in a picture is scaled, its own scale included if it is a path."""
    for element in parent:
        scaled = re.search(rf"scale\(({NUMBER})", element.get("transform", ""))
        own = outer * float(scaled[1]) if scaled and element.tag != f"{SVG}use" else outer
        yield element, own
        yield from _scales(element, own)


def shown(parent: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """Marks and letters, in order: each by itself, or all that stand at the corners of a path."""
    for element in parent:
        if element.tag == f"{SVG}use" or "marker" in element.get("style", ""):
            yield element
        elif element.tag != f"{SVG}marker":
            yield from shown(element)


def _path(d: str) -> Iterator[tuple[float, float]]:
    x = y = 0.0
    for letter, rest in re.findall(r"([A-Za-z])([^A-Za-z]*)", d):
        numbers = [float(number) for number in re.findall(NUMBER, rest)]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        size = {"q": 2, "c": 3}.get(letter, 1)  # points to a segment, all of them counted from where it starts
        for segment in (points[k : k + size] for k in range(0, len(points), size)):
            there = [(x + a, y + b) if letter.islower() else (a, b) for a, b in segment]
            yield from there
            x, y = there[-1]


def test_every_point_is_where_it_was(drawn: str) -> None:
    """To a tenth, over paths of hundreds of steps; half of the bytes."""
    before, after = (np.array(list(places(text))) for text in (drawn, smaller(drawn)))
    keep = np.append(True, np.abs(np.diff(np.round(10 * before), axis=0)).max(axis=1) > 0)
    assert len(after) >= keep.sum()
    assert len(before) > 500
    if len(before) == len(after):
        assert np.abs(before - after).max() < 0.07
    assert len(smaller(drawn)) < 0.6 * len(drawn)


def test_what_is_referred_to_is_there_and_looks_as_it_did(drawn: str) -> None:
    """Each reference has its target, once; every mark keeps its style: that of what it shows, else its own or its group's."""
    root = ElementTree.fromstring(smaller(drawn))
    ids = [part.get("id") for part in root.iter() if part.get("id")]
    assert len(ids) == len(set(ids))
    asked = {part.get("href", "")[1:] for part in root.iter(f"{SVG}use")}
    asked |= set(re.findall(r"url\(#([^)]*)\)", smaller(drawn)))
    assert asked == set(ids)

    def styles(element: ElementTree.Element, shown: dict[str, str | None], style: str = "") -> Iterator[str]:
        if corners := re.search(r"marker:url\(#([^)]*)\)", element.get("style", "")):
            (mark,) = (mark for mark in root.iter(f"{SVG}marker") if mark.get("id") == corners[1])
            yield from len(list(_path(element.get("d", "")))) * list(styles(mark[0], shown, ""))
            return
        if element.tag == f"{SVG}marker":
            return
        style = element.get("style", style)
        if element.tag == f"{SVG}use":
            said = shown[element.get("href", element.get(LINK, ""))[1:]] or style
            yield re.sub(r"([;:]) ", r"\1", said)
        for child in element:
            yield from styles(child, shown, style)

    small, large = (
        [*styles(tree, {part.get("id", ""): part.get("style") for part in tree.iter()})]
        for tree in (root, ElementTree.fromstring(drawn))
    )
    assert small == large


def test_nothing_is_made_of_what_is_text() -> None:
    """Markup in an attribute stays one; metadata, comments and blanks go; small twice is small once."""
    text = '<svg xmlns="http://www.w3.org/2000/svg"><metadata>m</metadata><!-- c --><g id="&lt;script&gt;"><g> <path d="M 1 2 L 3 4"/> </g></g></svg>'
    small = smaller(text)
    assert small == '<svg xmlns="http://www.w3.org/2000/svg"><path d="M1 2l2 2"/></svg>'
    assert smaller(small).count("<path") == 1
