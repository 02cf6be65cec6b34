"""What an adversary sees."""

from typing import Annotated

from proofs.core import Letter, Positive, integers, sentence


@sentence("A3, quoting Isola et al. 2017, section 1")
def blur_is_not_tolerated(r: Positive, K: Annotated[Letter, integers(2)], k: Annotated[Letter, integers(1)]):
    """Blurry images will not be tolerated since they look obviously fake.

    r: half the distance of two modes in units of their spread; K: how many modes there are, k: how many a generator drops
    """
