"""Noise and the difficulty of learning."""

from typing import Annotated

from proofs.core import Positive, one_of, sentence


@sentence("A2")
def no_noise_is_a_simpler_problem(h: Positive, model: Annotated[str, one_of("Dirac-GAN", "autoencoder")]):
    """You can get sharper images, since the model doesn't have to explicitly deal with the noise injected into it due to
    samplings, hence this could be a simpler learning problem.

    model: a GAN with and without instance noise, an autoencoder with and without sampling; h: the step of both players
    """
