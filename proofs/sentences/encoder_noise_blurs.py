"""The noise of an encoder."""

from proofs.core import Positive, sentence


@sentence("A4")
def encoder_noise_blurs(g: Positive):
    """VAEs always introduce some kind of noise to their encoder's output: the added noise introduces some error/blur.

    g = m²/v: how far two codes are apart for their noise
    """
