"""The three-way decision: same only by canonical forms, different only by balls, undecided otherwise."""

import pytest
import sympy as sp

from proofs.core.letters import NONNEGATIVE, POSITIVE, REAL, UNIT, Domain, above, between, integers
from proofs.evidence.decision import Expectation, canonical, decide_at_most, decide_equal, worked_out

W, A, B = Domain(w=UNIT), Domain(a=REAL), Domain(beta=POSITIVE, noise=POSITIVE, lam=above("beta*noise"))
w, a = W.vocabulary().w, A.vocabulary().a
b = B.vocabulary()
GAMMA = sp.gamma(sp.exp(a) + 1) / sp.gamma(sp.exp(a))

SAME = [
    (sp.log(w / (1 - w)), sp.log(w) - sp.log(1 - w), W),
    (sp.sqrt((1 - w) ** 2), 1 - w, W),
    (sp.tanh(a), (sp.exp(2 * a) - 1) / (sp.exp(2 * a) + 1), A),
    (sp.atanh(w), sp.log((1 + w) / (1 - w)) / 2, W),
    (sp.sqrt((b.lam - b.beta * b.noise) ** 2), b.lam - b.beta * b.noise, B),
    (sp.Limit(w * sp.log(sp.Symbol("e", positive=True)), sp.Symbol("e", positive=True), 0, "+"), -sp.oo, W),
    (sp.exp(a + 1) * sp.exp(-a), sp.E, A),
]
DIFFERENT = [
    (sp.sqrt(a**2), a, A),
    (sp.log(w / (1 - w)), sp.log(w) + sp.log(1 - w), W),
    (w, w + sp.Rational(1, 10**70), W),
    (sp.oo, w, W),
    (sp.oo, -sp.oo, W),
    (sp.Abs(w - sp.Rational(1, 2)), sp.Rational(1, 2) - w, W),
]


@pytest.mark.parametrize(("left", "right", "domain"), SAME, ids=str)
def test_equal_expressions_have_one_canonical_form(left, right, domain) -> None:
    """What is equal on the declared domain is found to be the same, whichever side it stands on."""
    assert decide_equal(left, right, domain).verdict == "same"
    assert decide_equal(right, left, domain).verdict == "same"


@pytest.mark.parametrize(("left", "right", "domain"), DIFFERENT, ids=str)
def test_a_difference_is_proved_at_a_point(left, right, domain) -> None:
    """What differs somewhere on the declared domain is different, with the point."""
    decision = decide_equal(left, right, domain)
    assert decision.verdict == "different"
    assert decision.detail


def test_digits_alone_decide_nothing() -> None:
    """An identity outside the canonical forms is undecided, however many digits agree."""
    assert decide_equal(GAMMA, sp.exp(a), A).verdict == "undecided"


def test_the_domain_makes_the_difference() -> None:
    """√a² = a is the same on [0, ∞) and different on ℝ."""
    half = Domain(a=NONNEGATIVE)
    x = half.vocabulary().a
    assert decide_equal(sp.sqrt(x**2), x, half).verdict == "same"
    assert decide_equal(sp.sqrt(a**2), a, A).verdict == "different"


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [(b.beta * b.noise, b.lam, "same"), (b.lam, b.beta * b.noise, "different"), (0, b.lam / (1 + b.lam), "same")],
)
def test_inequalities_are_decided_on_the_domain(left, right, verdict) -> None:
    """λ > βσ² is carried by the letters themselves."""
    assert decide_at_most(sp.sympify(left), right, B).verdict == verdict


def test_expectation_is_linear_and_knows_its_moments() -> None:
    """E(2Y² - 3Y + c) = 2 E Y² - 3 E Y + c, and a monomial without a moment is one opaque number."""
    y, m, s = sp.symbols("Y m s")
    table = sp.Tuple((y, m), (y**2, s))
    assert Expectation(2 * y**2 - 3 * y + a, table).doit() == 2 * s - 3 * m + a
    assert (Expectation(y**3, table).doit() - Expectation(y * y**2, table).doit()) == 0


def test_canonical_zero_needs_no_luck() -> None:
    """The canonical form of a vanishing expression is the integer 0."""
    assert canonical(sp.log(2 * w) - sp.log(w) - sp.log(2), W) == 0


@pytest.mark.parametrize(
    "domain",
    [W, A, B, Domain(k=integers(2)), Domain(k=integers(1, 5)), Domain(u=between(-2, 3), v=between("u", 4))],
    ids=str,
)
def test_points_lie_in_their_domain(domain: Domain) -> None:
    """Admissible points are exact and respect every bound, those that refer to other letters included."""
    for point in domain.points(200, seed=3):
        numbers = {name: sp.Rational(value.numerator, value.denominator) for name, value in point.items()}
        for name, interval in domain.items():
            low, high = (domain.bound_formula(bound, numbers) for bound in (interval.lower, interval.upper))
            assert low <= numbers[name] <= high
            assert interval.closed_below or low < numbers[name]
            assert not interval.integer or numbers[name].is_Integer


def test_points_reach_the_closed_edge() -> None:
    """A closed bound is itself among the points: edges are where statements break."""
    assert any(point["a"] == 0 for point in Domain(a=NONNEGATIVE).points(5, seed=0))


def test_partial_derivatives_at_one_point_are_told_apart() -> None:
    """SymPy takes Subs of two different partial derivatives at (0, 0) for equal; what is decided about them differs."""
    x, y = sp.symbols("x y", real=True)
    one, other = (sp.Subs(sp.Derivative(2 * x + 3 * y, letter), (x, y), (0, 0)) for letter in (x, y))
    assert one == other
    assert (worked_out(one), worked_out(other)) == (2, 3)
    assert decide_equal(one, 2, Domain()).verdict == "same"
    assert decide_equal(other, 2, Domain()).verdict == "different"
