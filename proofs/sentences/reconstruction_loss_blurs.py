"""L1, L2 and blur."""

from fractions import Fraction
from typing import Annotated

from proofs.core import Letter, Positive, between, one_of, sentence

HALF = Fraction(1, 2)


@sentence("A3")
def reconstruction_loss_blurs(
    loss: Annotated[str, one_of("L1", "L2")], w: Annotated[Letter, between(0, HALF)], r: Positive
):
    """The reason is because of L1 (or L2) reconstruction loss used in VAEs: the CNN will tend to produce blurry results.

    loss: which of the two; w: the weight of the lighter of two outputs; r: half their distance in units of their spread
    """
