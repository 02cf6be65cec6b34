"""w(1-w) ≤ ¼ - 1/10⁶ fails next to w = ½ only."""

from proofs.core import Claim, Unit, over
from proofs.words import sp

EXPECTED = "refuted"

claim = Claim(topic="trade-offs")


@claim.states(lambda w: 0.25 - 1e-06 + 0 * w, relation="<=", enclosed=over())
def bound(w: Unit):
    """w(1-w) ≤ ¼ - 10⁻⁶"""
    yield w * (1 - w)
    yield "as it stands", sp.Rational(1, 4) - sp.Rational(1, 10**6)
