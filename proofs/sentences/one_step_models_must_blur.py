"""One step and the loss."""

from typing import Annotated

from proofs.core import Letter, Unit, integers, sentence


@sentence("anybody")
def one_step_models_must_blur(B: Annotated[Letter, integers(1)], r: Unit):
    """A model that goes from noise to data in one step must blur when it is trained with squared error.

    B: how many draws of noise and data are sorted against one another before they are paired; r: the correlation of noise
    and data in a pair, where both are Gaussian
    """
