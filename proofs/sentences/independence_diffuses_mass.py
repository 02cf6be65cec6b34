"""Independent outputs."""

from typing import Annotated

from proofs.core import Letter, NonNegative, integers, one_of, sentence


@sentence("a comment on A2, quoting Dumoulin et al. 2017, page 1")
def independence_diffuses_mass(
    d: Annotated[Letter, integers(2)], R: NonNegative, shown: Annotated[str, one_of("sample", "decoder mean")]
):
    """Maximum likelihood training, when combined with a conditional independence assumption on the output given the latent
    variables, tends to distribute probability mass diffusely over the data space.

    d: how many outputs are taken to be independent; R: what the latent tells of them, in nats; shown: what is drawn
    """
