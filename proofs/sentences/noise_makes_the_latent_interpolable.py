"""Noise, smoothness and diversity."""

from proofs.core import Unit, sentence


@sentence("A4")
def noise_makes_the_latent_interpolable(v: Unit):
    """The noise makes the latent space interoperable which increases generation diversity.

    v: the variance of the noise, in units of that of the prior
    """
