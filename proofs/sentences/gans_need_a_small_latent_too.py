"""The latent of a GAN."""

from typing import Annotated

from proofs.core import Count, one_of, sentence


@sentence("a comment under A1")
def gans_need_a_small_latent_too(k: Count, d: Count, map: Annotated[str, one_of("locally Lipschitz", "continuous")]):
    """GAN also requires a low-dimensional vector to generate images.

    k: the size of the latent, d: the dimension of the data; map: how smooth the generator is
    """
