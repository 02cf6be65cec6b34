"""What distilling a diffusion model by reverse KL is said to do."""

from typing import Annotated

from proofs.core import Positive, one_of, sentence


@sentence("practice of one-step distillation; Xu et al. 2025 discuss it")
def reverse_kl_distillation_drops(free: Annotated[str, one_of("place", "shares")], r: Positive):
    """Distilling with reverse KL drops modes.

    free: what of the student may change, where it is or how it divides itself among the modes; r: how far a mode is from the
    middle of two, in units of its spread at a noise level
    """
