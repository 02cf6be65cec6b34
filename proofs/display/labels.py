"""The texts of a figure, and a table that puts others in their place.

Every text that a figure shows goes by itself as it is drawn: title, names of axes and of what is drawn, notes, words at ticks,
what stands below. A table of texts, original → translated, is a file of JSON or TOML; its entries are texts of the figures
that it is for, so that no slip goes unseen.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from theory.validation.inputs import reject

Labels = Mapping[str, str]


class Words:
    """Called with a text, what stands in its place; `seen` are all texts that it was called with, in order."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self.seen: dict[str, None] = {}

    def __call__(self, text: str) -> str:
        """The text that a figure shows in place of this one; of what has no letters it is not asked."""
        if not any(map(str.isalpha, text)):
            return text
        self.seen[text] = None
        return self.labels.get(text, text)

    def put(self, figure: Any) -> None:
        """Put the texts of all panels in place of those that are drawn, and of the names of what is drawn."""
        for axes in figure.axes:
            for axis in (axes.xaxis, axes.yaxis):
                self._at_ticks(axis)
            for text in _texts(axes):
                text.set_text(self(text.get_text()))
            for part in (*axes.get_children(), *axes.containers):
                if (name := str(part.get_label())) in self.labels:
                    part.set_label(self.labels[name])

    def _at_ticks(self, axis: Any) -> None:
        """Words at ticks, which stay where they are; numbers are the axis' own."""
        from matplotlib.ticker import FixedLocator

        if isinstance(axis.get_major_locator(), FixedLocator):
            words = [tick.get_text() for tick in axis.get_majorticklabels()]
            told = [self(word) for word in words]
            if told != words:
                axis.set_ticklabels(told)


def _texts(axes: Any) -> Iterator[Any]:
    """The text artists of one pair of axes but for those of its ticks: its title, names, notes, legend."""
    from matplotlib.text import Text

    ticks = {id(text) for axis in (axes.xaxis, axes.yaxis) for text in axis.findobj(Text) if text is not axis.label}
    yield from (text for text in axes.findobj(Text) if id(text) not in ticks and text.get_text().strip())


def taken(given: str | Path | Labels | None) -> dict[str, str]:
    """Labels as they are given, or of a file; raises ValueError as `checked` and `read` do."""
    if given is None:
        return {}
    return read(Path(given)) if isinstance(given, str | Path) else checked(given)


def checked(labels: Any) -> dict[str, str]:
    """Labels as they are given; raises ValueError for what is no mapping of texts, or a text that is no mathematics."""
    if not isinstance(labels, Mapping):
        reject("labels", "texts by the texts that they replace", labels)
    for text, told in labels.items():
        if not isinstance(text, str) or not isinstance(told, str):
            reject("labels", "texts by the texts that they replace", {text: told})
        _mathematics(told)
    return dict(labels)


def _mathematics(text: str) -> None:
    """Raise ValueError where matplotlib cannot set what stands between dollars."""
    from matplotlib.mathtext import MathTextParser

    if text.replace(r"\$", "").count("$") % 2 == 0:
        try:
            MathTextParser("path").parse(text)
        except ValueError as error:
            raise ValueError(f"labels: expected mathematics that can be set, got {text!r} ({error})") from error


def read(path: Path) -> dict[str, str]:
    """The table of a file .json or .toml; raises ValueError for another, or one that cannot be read."""
    load: Callable[[str], Any] | None = {".json": json.loads, ".toml": tomllib.loads}.get(path.suffix)
    if load is None:
        reject("labels", "a file .json or .toml", str(path))
    try:
        return checked(load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"labels: expected a table of texts, got {str(path)!r} ({error})") from error


def template(texts: Iterable[str], suffix: str) -> str:
    """A table in which each text stands for itself, as a file of that suffix; raises ValueError for one that is none of ours."""
    table = {text: text for text in texts}
    if suffix == ".json":
        return json.dumps(table, ensure_ascii=False, indent=1) + "\n"
    if suffix == ".toml":  # a text of JSON is a text of TOML
        return "".join(
            f"{json.dumps(text, ensure_ascii=False)} = {json.dumps(text, ensure_ascii=False)}\n" for text in table
        )
    return reject("write-labels", "a file .json or .toml", f"*{suffix}")


def foreign(labels: Labels, texts: Iterable[str]) -> None:
    """Raise ValueError for entries that are none of the texts, each with the nearest one."""
    known = list(dict.fromkeys(texts))
    lost = [text for text in labels if text not in known]
    if lost:
        near = {text: get_close_matches(text, known, n=1, cutoff=0.0) for text in lost}
        told = "; ".join(f"{text!r}, nearest to {found[0]!r}" if found else repr(text) for text, found in near.items())
        raise ValueError(f"labels: expected texts that the figure shows, got {told}")
