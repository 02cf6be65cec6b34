"""Where the parts of a report lie: all in one file, or each in a file of a folder."""

from __future__ import annotations

import gzip
import hashlib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Protocol
from urllib.parse import quote

INDEX, SHEET = "index.html", "report.css"
READABLE = " =:;,/'()!*@$<>"
"""What may stand in an address inside quotation marks as it is."""


class Places(Protocol):
    """Addresses: of the front's sections, of the claims, and of what is put somewhere for the pages to show."""

    whole: bool
    """Whether there is one page, with a section a claim."""

    @property
    def allows(self) -> str:
        """Styles and pictures, in the words of a content security policy."""
        ...

    def front(self, section: str) -> str:
        """The address of a section of the front."""
        ...

    def claim(self, id: str) -> str:
        """The address of a claim."""
        ...

    def picture(self, name: str, svg: str) -> str:
        """Put an SVG picture somewhere; its address."""
        ...

    def small(self, name: str, png: bytes) -> str:
        """Put a PNG picture somewhere; its address."""
        ...

    def table(self, name: str, csv: str) -> Mapping[str, str]:
        """Put a table somewhere; its `address`, and the name of the `file` that it is saved as."""
        ...


class OneFile:
    """Everything in the page: pictures as data, tables compressed."""

    whole = True

    @property
    def allows(self) -> str:
        """Its own style, by its digest, and pictures that are in it."""
        return f"style-src {hashed(shipped(SHEET))}; img-src data:"

    def front(self, section: str) -> str:
        """A place in the page."""
        return f"#{section}"

    def claim(self, id: str) -> str:
        """A place in the page."""
        return f"#{id}"

    def picture(self, name: str, svg: str) -> str:
        """The picture itself."""
        return f"data:image/svg+xml,{quote(svg, safe=READABLE)}"

    def small(self, name: str, png: bytes) -> str:
        """The picture itself."""
        return f"data:image/png;base64,{b64encode(png).decode()}"

    def table(self, name: str, csv: str) -> Mapping[str, str]:
        """The table itself, compressed."""
        packed = b64encode(gzip.compress(csv.encode(), mtime=0)).decode()
        return {"address": f"data:application/gzip;base64,{packed}", "file": f"{name}.csv.gz"}


@dataclass
class Folder:
    """A page a claim; what was put somewhere is kept in `files`, by name."""

    files: dict[str, str | bytes] = field(default_factory=dict)
    whole = False

    @property
    def allows(self) -> str:
        """Styles and pictures of the same folder."""
        return "style-src 'self'; img-src 'self' data:"

    def page(self, id: str) -> str:
        """The file of a claim."""
        return f"claim-{id}.html"

    def front(self, section: str) -> str:
        """A place in the index."""
        return f"{INDEX}#{section}"

    def claim(self, id: str) -> str:
        """The page of a claim."""
        return quote(self.page(id))

    def picture(self, name: str, svg: str) -> str:
        """A file beside the pages."""
        return self._kept(f"{name}.svg", svg)

    def small(self, name: str, png: bytes) -> str:
        """A file beside the pages."""
        return self._kept(f"{name}.png", png)

    def table(self, name: str, csv: str) -> Mapping[str, str]:
        """A file beside the pages."""
        return {"address": self._kept(f"{name}.csv", csv), "file": f"{name}.csv"}

    def _kept(self, name: str, content: str | bytes) -> str:
        self.files[name] = content
        return quote(name)


def shipped(name: str) -> str:
    """A file of the templates."""
    return files("proofs.display").joinpath("templates", name).read_text(encoding="utf-8")


def hashed(text: str) -> str:
    """How a policy names what stands in the page itself."""
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
