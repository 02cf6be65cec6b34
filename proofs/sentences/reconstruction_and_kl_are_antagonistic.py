"""Rate against distortion."""

from proofs.core import Positive, sentence


@sentence("A5")
def reconstruction_and_kl_are_antagonistic(g: Positive, b: Positive):
    """These two objectives, minimising reconstruction loss and minimising KL divergence, are antagonistic.

    b = β; g = λ/σ² - β: by how much the variance of a direction is above the level from which on it is coded
    """
