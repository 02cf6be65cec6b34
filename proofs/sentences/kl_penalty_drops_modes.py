"""What a KL penalty is said to do in fine-tuning."""

from typing import Annotated

from proofs.core import Letter, Positive, Unit, between, sentence


@sentence("literature on fine-tuning with rewards; Korbak et al. 2022 discuss it")
def kl_penalty_drops_modes(w: Annotated[Letter, between(0, 0.5)], k: Unit, b: Positive):
    """Fine-tuning with a KL penalty drops modes because reverse KL seeks them.

    w: share of the less likely of two modes before, k: what of it is left after, b: strength of the penalty
    """
