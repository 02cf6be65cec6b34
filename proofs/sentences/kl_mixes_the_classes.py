"""What the rate does to classes."""

from typing import Annotated

from proofs.core import Letter, NonNegative, integers, sentence


@sentence("A5")
def kl_mixes_the_classes(K: Annotated[Letter, integers(2)], R: NonNegative):
    """The KL divergence loss aims to mix different classes in the latent space to conform to a standard normal distribution.

    K: how many classes, R: the rate that is spent, in nats
    """
