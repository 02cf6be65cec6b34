"""What a rectified flow is."""

from typing import Annotated

from proofs.core import Letter, Positive, above, one_of, sentence

Away = Annotated[Letter, above(0)]


@sentence("anybody")
def rectified_flow_is_straight(
    s: Positive, reflowed: Annotated[str, one_of("before", "after")], plane: Annotated[str, one_of("line", "plane")]
):
    """Rectified flow moves noise to data along straight lines, and so it is optimal transport.

    s: deviation of the data; reflowed: before or after the model is trained once more, on pairs that it has joined itself;
    plane: whether the data lie on the line or in the plane
    """
