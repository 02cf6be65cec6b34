"""Averaging, and what it does."""

from typing import Annotated

from proofs.core import Positive, Real, one_of, sentence


@sentence("A3, quoting Isola et al. 2017, section 1")
def averaging_causes_blur(r: Positive, c: Real, shots: Annotated[str, one_of("one", "many")]):
    """Euclidean distance is minimised by averaging all plausible outputs, which causes blurring.

    r = a/s: half the distance of two equally likely outputs in units of their spread; c: another output, from their
    middle, in units of a; shots: whether an output is predicted once, or refined step after step
    """
