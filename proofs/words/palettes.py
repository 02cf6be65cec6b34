"""Palettes: which colour each role has, and what every set of colours must satisfy, the default and one's own.

Each colour has a contrast of 3 to a white and to a dark page (WCAG 2), but for black, which is ink and changes places with the
paper. What stands side by side most (theory, VAE, GAN, other networks, control)
stays apart to everybody: in Oklab (Ottosson 2020), as it is and as three kinds of colour blindness see it (Machado, Oliveira &
Fernandes 2009, severity 1). No greys can: between the two contrasts there is room for two of them at that distance.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from proofs.words.drawing import COLOUR
from theory.validation.inputs import reject

CONTRAST, APART = 3.0, 0.09
"""The least contrast to a page; the least distance in Oklab of two roles that stand side by side."""
WHITE, DARK, INK = "#ffffff", "#161616", "#000000"
MAIN = ("exact", "vae", "gan", "network", "control")
SEEN = {
    "everybody": np.eye(3),
    "protanopes": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopes": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritanopes": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip
"""What is left of linear RGB."""
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
TO_CONES = np.array([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
                     [0.0883024619, 0.2817188376, 0.6299787005]])  # fmt: skip
TO_LAB = np.array([[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
                   [0.0259040371, 0.7827717662, -0.8086757660]])  # fmt: skip
TOL = {
    "data": "#000000", "exact": "#4689E2", "vae": "#228932", "gan": "#EC6177", "network": "#AD3577", "control": "#9091B0",
    "second": "#8A7B00", "third": "#6655BB", "fourth": "#2288A0",
}  # fmt: skip
"""Paul Tol's bright scheme, moved as little as the laws above ask for."""
NAMED: dict[str, Mapping[str, str]] = {"default": COLOUR, "tol": TOL}
"""Palettes by name."""


def linear(rgb: np.ndarray) -> np.ndarray:
    """sRGB, 0 to 1, as light."""
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def light(colour: str) -> np.ndarray:
    """The linear RGB of "#rrggbb", each from 0 to 1."""
    return linear(np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255)


def contrast(one: str, other: str) -> float:
    """(L + 0.05)/(L' + 0.05) of two colours, of which L is the luminance of the lighter one (WCAG 2)."""
    low, high = sorted(float(light(colour) @ LUMINANCE) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def distance(one: str, other: str, seen: np.ndarray) -> float:
    """How far apart two colours are in Oklab, to eyes that leave `seen` of linear RGB."""
    a, b = (TO_LAB @ np.cbrt(TO_CONES @ np.clip(seen @ light(colour), 0, 1)) for colour in (one, other))
    return float(np.linalg.norm(a - b))


def faults(palette: Mapping[str, str]) -> Iterator[str]:
    """What a palette does not satisfy, each with its number."""
    for role, colour in palette.items():
        for page in (WHITE,) if colour == INK else (WHITE, DARK):
            if (found := contrast(colour, page)) < CONTRAST:
                yield f"{role} {colour} has a contrast of {found:.2f} to {page}, not {CONTRAST:g}"
    for who, seen in SEEN.items():
        for one, other in combinations(MAIN, 2):
            if (found := distance(palette[one], palette[other], seen)) <= APART:
                yield f"{one} and {other} are {found:.3f} apart to {who}, not {APART:g}"


def checked(palette: Mapping[str, Any]) -> dict[str, str]:
    """A whole palette, the roles that are not given as by default; raises ValueError for a role or colour that is none, and for faults."""
    for role, colour in palette.items():
        if role not in COLOUR:
            reject("palette", f"roles of {', '.join(COLOUR)}", role)
        if not isinstance(colour, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
            reject(f"palette, {role}", 'a colour "#rrggbb"', colour)
    whole = {**COLOUR, **palette}
    if found := list(faults(whole)):
        raise ValueError(
            f"palette: expected colours that everybody can tell apart, got ones of which {'; '.join(found)}"
        )
    return whole


def chosen(name: str | Path | Mapping[str, str]) -> Mapping[str, str]:
    """A palette by its name, from a JSON file {role: "#rrggbb"}, or as it is given; raises ValueError for what is none of these."""
    if isinstance(name, Mapping):
        return checked(name)
    if not isinstance(name, str | Path):
        reject("palette", f"one of {', '.join(NAMED)}, a file, or colours by role", name)
    return NAMED[str(name)] if str(name) in NAMED else checked(_of_file(Path(name)))


def _of_file(path: Path) -> Mapping[str, Any]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        expected = f"one of {', '.join(NAMED)}, or a JSON file of colours by role"
        raise ValueError(f"palette: expected {expected}, got {str(path)!r} ({error})") from error
    return read if isinstance(read, dict) else reject("palette", 'a JSON object {role: "#rrggbb"}', read)
