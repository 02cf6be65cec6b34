"""Explicit and implicit models."""

from typing import Annotated

from proofs.core import one_of, sentence


@sentence("A2")
def implicit_cannot_be_sampled(model: Annotated[str, one_of("GAN", "VAE")]):
    """Generative Adversarial Networks learn an implicit distribution of data meaning that you cannot directly sample them.

    model: what is to be sampled
    """
