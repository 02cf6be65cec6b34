"""What training a diffusion model to its optimum is said to give."""

from proofs.core import Positive, Real, sentence


@sentence("practice; Biroli et al. 2024 study where it ends")
def better_training_is_a_better_model(x: Real, s: Positive):
    """A better-trained diffusion model is a better model.

    x: the point that it is trained on, s: the noise at which sampling stops, both in units of the data's deviation
    """
