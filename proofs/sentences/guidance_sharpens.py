"""What classifier-free guidance samples."""

from typing import Annotated

from proofs.core import Letter, above, between, sentence


@sentence("said of classifier-free guidance since Ho & Salimans 2022, section 3")
def guidance_sharpens(
    k: Annotated[Letter, above(1)], g: Annotated[Letter, above(1)], r: Annotated[Letter, between(0, 10)]
):
    """Classifier-free guidance samples p(x|c)^γ p(x)^{1-γ}, so it sharpens, and stays on the class.

    k = ρ: how many times the variance of all data is that of the class; g = γ: how strong the guidance is, 1 if none;
    r = a/s: how far the class is from the middle of two, in units of its spread
    """
