"""Why generators drop modes."""

from typing import Annotated

from proofs.core import Positive, Unit, one_of, sentence


@sentence("A4")
def generators_drop_modes(
    loss: Annotated[str, one_of("minimax", "non-saturating")],
    r: Positive,
    w: Unit,
    moves: Annotated[str, one_of("place", "share")],
):
    """The generator tends to drop modes (aka reduce diversity) to make fooling the adversary easier.

    loss: what the generator descends; r: half the distance of two modes in units of their spread; w: the mass of what may
    be dropped; moves: what the generator can change
    """
