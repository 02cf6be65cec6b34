"""What parallel decoding is said to cost."""

from typing import Annotated

from proofs.core import Letter, Unit, integers, sentence


@sentence("literature on masked diffusion; Ben-Hamu et al. 2025 discuss it")
def many_tokens_at_once_are_free(k: Annotated[Letter, integers(1)], t: Unit):
    """Unmasking many tokens at once is free.

    k: tokens that are unmasked at once, copies of one bit; t: the probability of that bit
    """
