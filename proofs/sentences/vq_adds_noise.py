"""Discrete codes and noise."""

from proofs.core import Count, Positive, sentence


@sentence("A4")
def vq_adds_noise(K: Count, k: Count, r: Positive):
    """VAEs (even VQ-VAEs!) always introduce some kind of noise to their encoder's output; the added noise introduces some
    error/blur: the noise is introduced by the vector quantization and the limited codebook size.

    K: how many codewords, k: how many modes; r: half their distance in units of their spread
    """
