"""Every figure as its readers see it: at both widths, in grey, in the dark, and to three kinds of colour blindness.

    python -m tests.proofs.display.sheet [CLAIM ...] [--results DIR] [-o DIR]

draws from what the ledger has (`blurproof verify` first), writes a contact sheet a claim, and prints what is wrong with
each figure by the laws of `tests.proofs.display.pictures`.
"""

from __future__ import annotations

import argparse
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from proofs import session
from proofs.core.claim import Claim
from proofs.display import figures
from proofs.words import palettes
from proofs.words.drawing import WIDTHS
from tests.proofs.display import pictures


def encoded(light: np.ndarray) -> np.ndarray:
    """Light as sRGB, 0 to 1."""
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def seen(rgb: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """The picture (h, w, 3) in grey, as it is, and to the three kinds of colour blindness."""
    light = palettes.linear(rgb)
    yield "grey", encoded(np.repeat((light @ palettes.LUMINANCE)[..., None], 3, axis=2))
    for kind, matrix in palettes.SEEN.items():
        yield kind, encoded(light @ matrix.T)


def pixels(figure: Any) -> np.ndarray:
    """The figure (h, w, 3) at 150 dots an inch, 0 to 1."""
    file = io.BytesIO()
    with figures.in_style():
        figure.savefig(file, format="png", dpi=150)
    return np.asarray(Image.open(file).convert("RGB")) / 255


def stacked(rows: list[np.ndarray]) -> Image.Image:
    """Pictures one below the other."""
    wide = max(row.shape[1] for row in rows)
    filled = [np.pad(row, ((0, 12), (0, wide - row.shape[1]), (0, 0)), constant_values=1.0) for row in rows]
    return Image.fromarray((255 * np.concatenate(filled)).astype(np.uint8))


def main() -> None:
    """Write the sheets and print what is wrong."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("claims", nargs="*")
    options.add_argument("--results", type=Path, default=Path("results"))
    options.add_argument("-o", "--output", type=Path, default=Path("sheets"))
    asked = options.parse_args()
    asked.output.mkdir(parents=True, exist_ok=True)
    found = session.verify(*asked.claims, results=asked.results, jobs=os.cpu_count() or 1)
    for result in found.results:
        if not isinstance(result.claim, Claim) or result.claim.drawn is None:
            continue
        drawn = {w: figures.draw(result.claim, result.arrays, w, figures.shown_run(found.document)) for w in WIDTHS}
        wrong = [f"{w}: {line}" for w, f in drawn.items() for line in (*pictures.unfit(f), *pictures.offences(f))]
        print(
            f"{result.claim.id}: {len(wrong)} wrong\n  {result.claim.message}\n  {figures.caption(result.claim, [], drawn['single'])}"
        )
        print("".join(f"    {line}\n" for line in wrong), end="", flush=True)
        double = pixels(drawn["double"])
        stacked([pixels(drawn["single"])]).save(asked.output / f"{result.claim.id}_single.png")
        stacked([double]).save(asked.output / f"{result.claim.id}.png")
        stacked([picture for _, picture in seen(double)]).save(asked.output / f"{result.claim.id}_seen.png")


if __name__ == "__main__":
    main()
