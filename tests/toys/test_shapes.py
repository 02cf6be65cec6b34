"""What a signature says of shapes is enforced while testing: a wrong one, planted, is refused at the door."""

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from toys import one_latent, piecewise, replication, targets
from toys.exact import ExactDiscriminator
from toys.learners.gan import GAN
from toys.learners.regressor import Regressor
from toys.protocols import Counting
from toys.targets.curves import CurveTarget
from toys.train import fit

RING, LINE = targets.ring(), piecewise.through([0.0], [0.0])
PLANTED = {
    "points in a column less": lambda: RING.logpdf(np.zeros(3)),
    "an output too few": lambda: targets.bishop_inverse().on_support(np.zeros(3), np.zeros(2)),
    "numbers that are words": lambda: RING.logpdf(np.array([["a", "b"]])),
    "draws in the plane": lambda: one_latent.law_distance(LINE, np.zeros((5, 2))),
    "two members of one": lambda: ExactDiscriminator(RING, RING).logit({}, {}, np.zeros((2, 3, 2))),
    "samples in a row": lambda: replication.score([0.0, 0.0], RING, Counting()),
    "as many slopes as knots": lambda: piecewise.BrokenLine(np.zeros(1), np.zeros((1, 1)), np.zeros((2, 1))),
}


@pytest.mark.parametrize("plant", PLANTED.values(), ids=PLANTED)
def test_a_wrong_shape_is_refused(plant) -> None:
    """Functions, methods and dataclasses all mind their annotations, if not at their own door."""
    with pytest.raises((TypeCheckError, ValueError), match=r"Type-check error|: expected "):
        plant()


def test_a_network_is_asked_in_rows() -> None:
    """Tensors are held to their shapes as arrays are: members, points, inputs; a latent too many is refused."""
    fitted = fit(Regressor(targets.two_branch(), hidden=(4,)), seeds=[1], steps=1, batch=16)
    assert fitted.evaluate(fitted.learner.predict, np.zeros((16, 1))).shape == (1, 16, 1)
    with pytest.raises(TypeCheckError, match="predict"):
        fitted.evaluate(fitted.learner.predict, np.zeros(16))
    gan = fit(GAN(RING), seeds=[1], steps=1, batch=16)
    with pytest.raises(TypeCheckError, match="sample"):
        gan.evaluate(gan.learner.sample, np.zeros((16, 3)))


def test_an_answer_of_a_wrong_shape_is_refused() -> None:
    """A sampler whose draws lie one level too deep is caught on its way out."""
    deep = CurveTarget("deep", lambda u: np.zeros((1, len(u), 2)), 1, 0.1, "planted")
    with pytest.raises(TypeCheckError, match="return value"):
        deep.sample(4, np.random.default_rng(0))
