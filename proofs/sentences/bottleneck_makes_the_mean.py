"""A bottleneck and its blur."""

from typing import Annotated

from proofs.core import Count, Positive, one_of, sentence


@sentence("A1")
def bottleneck_makes_the_mean(
    k: Count, c: Count, s: Positive, task: Annotated[str, one_of("prediction", "reconstruction")]
):
    """VAE usually use a small latent dimension, the information of input is so hard to pass through this bottleneck: VAE can only
    have a mean and blurry output.

    k: how many latents, c: how many directions are left over; task: whether an output is to be predicted from another
    input, or an input to be reconstructed; s: the spread of the data off the k directions
    """
