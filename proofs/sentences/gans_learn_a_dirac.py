"""GANs and point masses."""

from typing import Annotated

from proofs.core import Unit, one_of, sentence


@sentence("A2")
def gans_learn_a_dirac(w: Unit, steps: Annotated[str, one_of("1", "5", "25", "all")]):
    """Due to the deterministic nature of neural networks, GANs tend to learn a Dirac Delta function.

    steps: how many steps the generator takes for one of the discriminator; w: the mass of one of two places
    """
