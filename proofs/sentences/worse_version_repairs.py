"""What guiding a model with a worse version of itself does."""

from typing import Annotated

from proofs.core import Letter, Positive, between, sentence


@sentence("said of autoguidance; Karras et al. 2024")
def worse_version_repairs(p: Positive, u: Positive, v: Positive, g: Annotated[Letter, between(1, 20)]):
    """Guiding a model with a worse version of itself repairs what both get wrong.

    p, u, v: the variances of the data, of the model, of its worse version; g = γ: how strong the guidance is, 1 if none
    """
