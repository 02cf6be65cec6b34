"""What a reader wants of a figure: parameters moved, another title, labels of their own, a palette."""

from __future__ import annotations

import warnings
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from proofs.core import parameters
from proofs.core.claim import Claim
from proofs.run.surroundings import SurroundingsError
from proofs.words.drawing import COLOUR


@dataclass(frozen=True)
class Wanted:
    """`values` of parameters that are not the defaults; a title (None: the claim's); labels by the texts that they replace; a palette."""

    values: Mapping[str, Any] = field(default_factory=dict)
    title: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    palette: Mapping[str, str] = field(default_factory=lambda: COLOUR)

    @property
    def below(self) -> str:
        """What stands below the figure of the parameters that are moved; empty where none is."""
        return f"with {parameters.said(self.values)}, not what was judged" if self.values else ""

    @property
    def apart(self) -> str:
        """The same as a sentence of the caption."""
        return f"Drawn {self.below}." if self.values else ""

    @contextmanager
    def by_reader(self, claim: Claim) -> Generator[None]:
        """Whatever goes wrong with parameters that are moved is a ValueError which names them; so is a number that is none."""
        if not self.values:
            yield
            return
        try:
            with warnings.catch_warnings(action="error", category=RuntimeWarning):
                yield
        except (KeyboardInterrupt, SurroundingsError):
            raise
        except BaseException as error:
            said = parameters.said(self.values)
            raise ValueError(
                f"{said}: expected what the figure of {claim.id} can be drawn with, got {error}"
            ) from error


PLAIN = Wanted()
