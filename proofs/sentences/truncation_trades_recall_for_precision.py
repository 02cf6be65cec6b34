"""The truncation trick."""

from typing import Annotated

from proofs.core import Positive, one_of, sentence


@sentence("anybody, after Brock et al. 2019")
def truncation_trades_recall_for_precision(q: Positive, h: Positive, modes: Annotated[str, one_of("one", "two")]):
    """Truncating the latent trades recall for precision: fewer kinds of samples, but better ones.

    modes: of the data, two of them equal; q: in one mode how many deviations from its centre a sample is still good, between
    two the half-width of the gap in the latent; q + h: where the latent is cut
    """
