"""What a low Fréchet distance is taken to say."""

from typing import Annotated

from proofs.core import Letter, Positive, integers, sentence


@sentence("practice since Heusel et al. 2017: models are ranked by the Fréchet Inception distance")
def low_frechet_drops_nothing(m: Annotated[Letter, integers(3)], r: Positive):
    """The Fréchet distance is low, so nothing is dropped.

    m: how many modes are left of 2m on a ring, r: how far apart modes are, in units of their spread
    """
