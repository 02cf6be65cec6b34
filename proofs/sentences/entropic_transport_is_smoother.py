"""What entropic regularisation does to a transport loss."""

from typing import Annotated

from proofs.core import Letter, Positive, between, one_of, sentence

Minority = Annotated[Letter, between(0, 0.5)]


@sentence("anybody")
def entropic_transport_is_smoother(
    e: Positive, s: Positive, a: Positive, w: Minority, form: Annotated[str, one_of("plain", "debiased")]
):
    """Entropic transport is a smoother Wasserstein distance.

    e: strength ε of the regularisation; s: deviation of a mode; a: half the distance of two modes; w: weight of the rarer
    one; form: as it stands, or less half of what it gives either law against itself
    """
