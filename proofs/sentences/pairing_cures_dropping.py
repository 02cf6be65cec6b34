"""Paired losses."""

from typing import Annotated

from proofs.core import one_of, sentence


@sentence("literature on relativistic losses: Jolicoeur-Martineau 2019; Sun, Fang and Schwing 2020")
def pairing_cures_dropping(pairs: Annotated[str, one_of("fixed", "afresh", "none")]):
    """Comparing every generated point with a real one cures mode dropping.

    pairs: whether they are fixed, drawn afresh, or whether there are none
    """
