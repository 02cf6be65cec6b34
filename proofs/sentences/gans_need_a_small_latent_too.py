"""The latent of a GAN."""

from typing import Annotated

from proofs.core import Letter, integers, sentence


@sentence("a comment under A1")
def gans_need_a_small_latent_too(n: Annotated[Letter, integers(1, 12)]):
    """GAN also requires a low-dimensional vector to generate images.

    n: how often a curve from one number is folded
    """
