"""Why GANs converge now."""

from typing import Annotated

from proofs.core import Letter, between, sentence


@sentence("said of R3GAN; Huang et al. 2024")
def relativistic_loss_converges(
    c: Annotated[Letter, between(-100, 100)], p: Annotated[Letter, between(0, 10)], q: Annotated[Letter, between(0, 10)]
):
    """Modern GANs converge because their loss is relativistic, with R1 and R2.

    c: where the data are; p, q: the weights γ₁, γ₂ of the penalties R1 and R2
    """
