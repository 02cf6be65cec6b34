"""matplotlib's SVG made small, and still the same picture: half of the bytes, to a tenth of a point.

Comments, metadata and groups that say nothing go; names are short; what all marks of a group look like is said once, and those
in a row are the corners of a path; lines run from point to point, and outlines of letters are whole numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby
from string import ascii_letters
from xml.etree import ElementTree

SVG, LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
NUMBER = r"-?\d*\.?\d+(?:e[-+]?\d+)?"
OUTLINE, LARGER = "scale(0.015625)", 32
"""How matplotlib scales the outline of a letter, and by how much more ours is."""
ROW = 4
"""So many marks in a row are shorter as a path."""
ElementTree.register_namespace("", SVG[1:-1])


def smaller(text: str) -> str:
    """The picture with as few bytes as show the same; raises ElementTree.ParseError for what is no XML."""
    root = ElementTree.fromstring(text)
    _flatten(root)
    _rename(root)
    for element in root.iter():
        _shorten(element)
    _leave_out_what_is_said(root)
    for group in root.iter(f"{SVG}g"):
        _share_style(group)
    for number, group in enumerate([root, *root.iter(f"{SVG}g")]):
        _string(group, str(number))
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")


def _flatten(parent: ElementTree.Element) -> None:
    """Leave out metadata, blanks, and groups without attributes, whose children stay."""
    kept: list[ElementTree.Element] = []
    for child in parent:
        bare = child.tag in (f"{SVG}g", f"{SVG}defs")
        if bare:
            child.attrib.pop("id", None) if child.tag == f"{SVG}g" else None
            _flatten(child)
        if child.tag == f"{SVG}metadata" or (child.tag == f"{SVG}defs" and not len(child)):
            continue
        child.tail = None
        kept += list(child) if child.tag == f"{SVG}g" and not child.attrib else [child]
    parent[:] = kept
    parent.text = None


def _rename(root: ElementTree.Element) -> None:
    """Short names for what is referred to, none for the rest."""
    names: dict[str, str] = {}

    def short(name: str) -> str:
        return names.setdefault(name, _letters(len(names)))

    for element in root.iter():
        if link := element.attrib.pop(LINK, ""):
            element.set("href", f"#{short(link[1:])}" if link.startswith("#") else link)
        for key, value in element.items():
            element.set(key, re.sub(r"url\(#([^)]*)\)", lambda found: f"url(#{short(found[1])})", value))
    for element in root.iter():
        if name := element.attrib.pop("id", None):
            element.attrib |= {"id": names[name]} if name in names else {}


def _letters(number: int) -> str:
    """a, b, … Z, ba, bb, …"""
    rest, last = divmod(number, len(ascii_letters))
    return (_letters(rest) if rest else "") + ascii_letters[last]


def _leave_out_what_is_said(root: ElementTree.Element) -> None:
    """A mark looks like what it shows: no style where that has the same one of its own."""
    styles = {f"#{name}": element.get("style") for element in root.iter() if (name := element.get("id"))}
    for use in root.iter(f"{SVG}use"):
        if (style := use.get("style")) is not None and style == styles.get(use.get("href", "")):
            del use.attrib["style"]


def _shorten(element: ElementTree.Element) -> None:
    """Styles without blanks, places to a tenth."""
    if style := element.get("style"):
        element.set("style", re.sub(r"([;:]) ", r"\1", style))
    transform = element.get("transform", "")
    if element.tag == f"{SVG}path" and "d" in element.attrib:
        outline = transform == OUTLINE
        element.set("d", _outline(element.get("d", "")) if outline else _path(element.get("d", "")))
        if outline:
            element.set("transform", "scale(.5)")
    elif element.tag == f"{SVG}use":
        if moved := re.fullmatch(rf"translate\(({NUMBER}) ({NUMBER})\)", transform):
            del element.attrib["transform"]  # a letter: whole numbers, seven hundredths of a point each
            element.attrib |= {"x": str(round(float(moved[1]))), "y": str(round(float(moved[2])))}
        for key in [key for key in ("x", "y") if key in element.attrib]:
            place = _tenths(round(10 * float(element.attrib.pop(key))))
            element.attrib |= {} if place == "0" else {key: place}

    elif transform:
        element.set(
            "transform", re.sub(rf"(?<=translate\()({NUMBER}) ({NUMBER})", _shifted, transform).replace(") ", ")")
        )


def _shifted(found: re.Match[str]) -> str:
    return " ".join(_tenths(round(10 * float(number))) for number in found.groups())


def _outline(d: str) -> str:
    return "".join(_relative(d, 1 / LARGER, str))


def _path(d: str) -> str:
    return "".join(_relative(d, 10, _tenths))


def _relative(d: str, unit: float, said: Callable[[int], str]) -> Iterator[str]:
    """A path in absolute numbers, `M x y L x y Q … C … z`, from point to point: `Mx yldx dy dx dy…`; what is rounded, to whole
    numbers of a unit, does not add up."""
    at, start, before = (0, 0), (0, 0), ""
    for letter, numbers in re.findall(r"([MLQCz])([^MLQCz]*)", d):
        found = [round(unit * float(number)) for number in re.findall(NUMBER, numbers)]
        points = list(zip(found[::2], found[1::2], strict=True))
        if letter == "z":
            at = start
            yield "z"
        elif letter == "M":
            at = start = points[0]
            yield f"M{_joined(*map(said, at))}"
        else:
            step = "".join(
                _joined("", said(end - begin)) for point in points for begin, end in zip(at, point, strict=True)
            )
            yield step if before == letter else f"{letter.lower()}{step.lstrip()}"
            at = points[-1]
        before = letter


def _joined(one: str, other: str) -> str:
    return f"{one}{other}" if other.startswith("-") else f"{one} {other}"


def _tenths(value: int) -> str:
    """A number of tenths, without zeros that say nothing."""
    whole, tenth = divmod(abs(value), 10)
    text = f"{whole or ''}.{tenth}" if tenth else str(whole)
    return f"-{text}" if value < 0 else text


def _share_style(group: ElementTree.Element) -> None:
    """What all marks of a group look like, on the group."""
    styles = {child.get("style") for child in group}
    if len(group) > 1 and len(styles) == 1 and "style" not in group.attrib and {c.tag for c in group} == {f"{SVG}use"}:
        if (style := styles.pop()) is not None:
            group.set("style", style)
        for child in group:
            child.attrib.pop("style", None)


def _string(group: ElementTree.Element, name: str) -> None:
    """Marks in a row that look alike as the corners of one path, which shows the mark at each of them."""
    kept: list[ElementTree.Element] = []
    for (shown, style), row in groupby(group, key=_mark):
        marks = list(row)
        if not shown or len(marks) < ROW:
            kept += marks
            continue
        mark = f"{shown[1:]}{name}-{len(kept)}"
        marker = ElementTree.Element(
            f"{SVG}marker", {"id": mark, "overflow": "visible", "markerUnits": "userSpaceOnUse"}
        )
        look = style or group.get("style", "")
        ElementTree.SubElement(marker, f"{SVG}use", {"href": shown} | ({"style": look} if look else {}))
        places = " L ".join(f"{one.get('x', '0')} {one.get('y', '0')}" for one in marks)
        path = {"d": _path(f"M {places}"), "style": f"fill:none;stroke:none;marker:url(#{mark})"}
        kept += [marker, ElementTree.Element(f"{SVG}path", path)]
    group[:] = kept


def _mark(element: ElementTree.Element) -> tuple[str, str]:
    """What is shown somewhere, and its style; nothing of what is no mark."""
    if element.tag != f"{SVG}use" or not element.attrib.keys() <= {"href", "x", "y", "style"}:
        return "", ""
    return element.get("href", ""), element.get("style", "")
