"""GANs, trained well, are sharp."""

from proofs.core import Positive, sentence


@sentence("A2")
def successful_training_is_sharp(r: Positive):
    """If you're lucky and the training of the GAN is successful, you can therefore get sharper images.

    r = d/L: how far apart two modes are, in units of the generator's Lipschitz constant
    """
