"""Rate against distortion."""

from proofs.core import Positive, sentence


@sentence("A5")
def reconstruction_and_kl_are_antagonistic(l: Positive, b: Positive):
    """These two objectives, minimising reconstruction loss and minimising KL divergence, are antagonistic.

    l = λ/σ²: the variance of a direction over that of the decoder; b = β
    """
