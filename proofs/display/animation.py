"""Animations: a claim's film as GIF or animated PNG, through matplotlib and Pillow.

The arrays are trained once and lie in the ledger; the pictures are a function of them, byte for byte. All frames share
one palette and their limits of the axes, which keeps files small and eyes calm.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from proofs.core.claim import Claim, Film
from proofs.core.outcome import Finding
from proofs.core.training import Run, seeds_of
from proofs.display.figures import drawn_by, in_style, styled
from proofs.run import dependencies, destinations, discovery, guests
from proofs.run import ledger as book
from proofs.run.discovery import Found
from proofs.run.runner import TIMEOUTS
from proofs.run.sources import Module

SEEDS = 16
"""Networks trained: one chunk of `fit`."""
PIXELS = {"single": 534, "double": 824}
"""Width of a frame."""
COLOURS = 64
DURATION, PAUSE = 110, 2000
"""Milliseconds a frame, and the last one."""


def filmed(claims: list[Claim], names: list[str]) -> list[Claim]:
    """Those with an animation (of `names`, or all); raises ValueError for a name without one, naming those with, and ours."""
    having = [claim for claim in claims if claim.film]
    missing = set(names) - {claim.id for claim in having}
    if missing or not having:
        ours, _ = guests.load([found for found in discovery.find() if found.shipped])
        expected = ", ".join(dict.fromkeys(claim.id for claim in (*having, *ours) if claim.film))
        raise ValueError(
            f"--animate: expected a claim with an animation ({expected}), got {min(missing, default='none')!r}"
        )
    return [claim for claim in having if not names or claim.id in names]


def measured(claim: Claim, found: Found, seed: int, results: Path) -> dict[str, np.ndarray]:
    """The arrays of the claim's film, from the ledger in `results` or trained now; raises what `figures.drawn_by` raises."""
    assert claim.film is not None
    ledger = book.Ledger(results)
    try:
        content = dependencies.of_film(claim.film.measure, Module(found.imported_as, found.path))
        key = book.key(content, claim=claim.id, name="animation", seed=seed, seeds=SEEDS)
        known = ledger.get(key)
        if known is None:
            ledger.ready()
            with drawn_by(claim, "its film", TIMEOUTS["quick"]):
                data = claim.film.measure(Run("quick", seeds_of(seed, 1, SEEDS)))
                known = Finding([], {name: np.asarray(array) for name, array in data.items()})
            ledger.put(key, claim.id, "animation", known)
        return known.arrays
    finally:
        ledger.close()


def frames(film: Film, data: Mapping[str, np.ndarray], width: str) -> Iterator[Any]:
    """Each frame as a Pillow image, its title counting the steps."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    assert film.draw is not None
    last = int(data["steps"][-1])
    for k, step in enumerate(data["steps"].tolist()):

        def drawn(figure: Any, k: int = k, step: int = step) -> None:
            film.draw(data, figure, k)  # type: ignore[misc]
            figure.suptitle(f"{film.counts} {step:>{len(str(last))}} of {last}", fontsize=8)

        figure = styled(drawn, width)
        figure.dpi = PIXELS[width] / figure.get_figwidth()
        canvas = FigureCanvasAgg(figure)
        with in_style():
            canvas.draw()
        yield Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def paths(name: str, folder: Path, apng: bool) -> tuple[Path, Path]:
    """Where the film of that name goes, and its caption."""
    film = folder / f"{name}_animated.{'png' if apng else 'gif'}"
    return film, film.with_suffix(".txt")


def save(claim: Claim, data: dict[str, np.ndarray], folder: Path, width: str, *, apng: bool = False) -> Iterator[Path]:
    """Write `folder`/<claim>_animated.gif, or .png with `apng`, which loops, and a caption (.txt); yields the paths.

    Raises what `figures.drawn_by` raises.
    """
    assert claim.film is not None
    with drawn_by(claim, "its film"):
        shown = list(frames(claim.film, data, width))
    last = data["steps"][-1]
    told = f"{claim.title} {len(shown)} frames, {claim.film.counts} 0 to {last}; {SEEDS} networks, of which the first is shown where one is."
    yield from written(shown, *paths(claim.id, folder, apng), told)


def written(shown: list[Any], path: Path, beside: Path, told: str) -> Iterator[Path]:
    """Write the frames as a GIF or, where `path` ends so, an animated PNG, and beside it what is told; yields the paths."""
    from PIL import Image

    palette = _palette(shown)
    reduced = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in shown]
    for frame in reduced:
        frame.putpalette(_white(palette))
    durations = [DURATION] * (len(reduced) - 1) + [PAUSE]
    film = io.BytesIO()
    options = {"save_all": True, "append_images": reduced[1:], "duration": durations, "loop": 0, "optimize": False}
    reduced[0].save(film, "PNG" if path.suffix == ".png" else "GIF", **options)
    destinations.write(path, film.getvalue())
    yield path
    destinations.write(beside, told + "\n")
    yield beside


def _palette(shown: list[Any]) -> Any:
    """One palette for all frames, from the first, a middle and the last one."""
    from PIL import Image

    some = [shown[0], shown[len(shown) // 2], shown[-1]]
    sheet = Image.new("RGB", (some[0].width, sum(f.height for f in some)))
    for index, frame in enumerate(some):
        sheet.paste(frame, (0, index * some[0].height))
    return sheet.quantize(COLOURS, method=Image.Quantize.MEDIANCUT)


def _white(palette: Any) -> list[int]:
    """The palette's colours with white for the all but white: it was averaged with what borders on it."""
    colours = np.array(palette.getpalette()).reshape(-1, 3)
    colours[colours.min(axis=1) >= 250] = 255
    return colours.ravel().tolist()
