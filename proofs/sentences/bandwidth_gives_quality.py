"""More latents, better pictures."""

from typing import Annotated

from proofs.core import Positive, one_of, sentence


@sentence("A1")
def bandwidth_gives_quality(l: Positive, g: Positive, shown: Annotated[str, one_of("reconstruction", "sample")]):
    """If you increase the bandwidth of the bottleneck, i.e. the size of latent vector, VAE can get a high reconstruction quality.

    l = λ/βσ²: the variance of the next direction over the water level; g = m²/v: how far two codes are apart for
    their noise; shown: what is looked at, a reconstruction or a sample
    """
