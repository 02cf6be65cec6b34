"""Flows and diffusions."""

from typing import Annotated

from proofs.core import Letter, Positive, integers, sentence


@sentence("anybody")
def flow_matching_is_another_thing(s: Positive, n: Annotated[Letter, integers(2, 64)]):
    """Flow matching is a different thing from diffusion, and straighter.

    s: deviation of the data, whose noise has 1; n: how many steps a sample takes
    """
