"""Whether a transport loss keeps every mode."""

from typing import Annotated

from proofs.core import Count, Letter, between, sentence

Minority = Annotated[Letter, between(0, 0.5)]


@sentence("anybody")
def transport_losses_drop_nothing(w: Minority, B: Count):
    """Losses of optimal transport do not drop modes.

    w: weight of a minority, B: samples in a batch
    """
