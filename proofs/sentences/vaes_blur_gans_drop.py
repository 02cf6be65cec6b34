"""The question itself."""

from typing import Annotated

from proofs.core import one_of, sentence


@sentence("the question, and A4")
def vaes_blur_gans_drop(
    target: Annotated[str, one_of("ring", "grid", "fork")], steps: Annotated[str, one_of("short", "long")]
):
    """The variational autoencoder's output is blurred, while GANs output is crisp and has sharp edges; the generator tends to drop
    modes.

    target: which data; steps: for how long both are trained
    """
