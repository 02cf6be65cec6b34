"""Discrete codes and noise."""

from proofs.core import Count, Unit, sentence


@sentence("A4")
def vq_adds_noise(K: Count, w: Unit):
    """VAEs (even VQ-VAEs!) always introduce some kind of noise to their encoder's output; the added noise introduces some
    error/blur: the noise is introduced by the vector quantization and the limited codebook size.

    K: how many codewords; w: the weight of one of two modes
    """
