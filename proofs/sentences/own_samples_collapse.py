"""What training on generated data is said to do."""

from typing import Annotated

from proofs.core import Letter, integers, one_of, sentence


@sentence("literature on model collapse: Shumailov et al. 2024; against it Gerstgrasser et al. 2024")
def own_samples_collapse(
    data: Annotated[str, one_of("replaced", "pooled")],
    n: Annotated[Letter, integers(2)],
):
    """Training on generated data collapses the model.

    data: whether a generation learns from the samples of the last one alone, or from all so far, real ones among them;
    n: samples that each generation adds
    """
