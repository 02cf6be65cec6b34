"""What matching scores is said to learn."""

from typing import Annotated

from proofs.core import Positive, one_of, sentence


@sentence("practice of diffusion models; against it Wenliang & Kanagawa 2020")
def scores_learn_the_weights(levels: Annotated[str, one_of("one", "all")], r: Positive):
    """Diffusion learns the weights of modes because it matches scores.

    levels: whether scores are matched at one noise level or at all of them; r: how far a mode is from the middle of two, in
    units of its spread at that level, of all at the lowest
    """
