"""A figure that a notebook shows by itself."""

from html import escape
from typing import Any

from matplotlib.figure import Figure


class Drawing(Figure):
    """A matplotlib figure with a caption, `told`, and the texts that it shows, `shown_texts`; a notebook shows it as SVG."""

    told: str = ""
    shown_texts: tuple[str, ...] | list[str] = ()

    def _repr_html_(self) -> str:
        return picture(self)


def picture(figure: Any) -> str:
    """The figure as an image of SVG in HTML, which changes its paper and ink on a dark page; its caption stands for it."""
    from proofs.display import figures, report
    from proofs.display.places import OneFile

    said = getattr(figure, "told", "") or figures.described(figure)
    width, height = (round(96 * inches) for inches in figure.get_size_inches())
    size = f'width="{width}" height="{height}" style="max-width:100%;height:auto"'
    return f'<img {size} alt="{escape(said)}" src="{OneFile().picture("", report.drawing(figure))}">'
