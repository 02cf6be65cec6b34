"""An inequality that fails by a millionth next to ½ alone: 4w(1-w) ≤ 1 - 1e-6."""

from proofs.core import Claim, Unit

EXPECTED = "refuted"
REASON = "confirmed at 50 digits"

claim = Claim(topic="trade-offs")


@claim.states(lambda w: 1 - 1e-6, relation="<=")
def entropy(w: Unit):
    """4w(1-w) ≤ 1 - 10⁻⁶"""


def at_points(m, w):
    return 4 * w * (1 - w), w


entropy.check(at_points, on=lambda s: s.reals(1e-8, 1 - 1e-8))
entropy.wrong("half of it", claimed=lambda w: 0.5)
