"""Anchors: what double precision cannot decide does not count, what is wrong is refuted wherever it can be seen."""

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from proofs.core.letters import NONNEGATIVE, POSITIVE, UNIT, Domain, between, integers
from proofs.core.statement import Statement
from proofs.evidence.anchor import ANCHORS, anchored, differs, lost

SEED = 5


def compared(claimed, symbolic, domain, seed=SEED, **options):
    """The symbolic form against the claimed function at the points of a seed."""
    return anchored(
        Statement("s", "…", claimed, domain=domain, body=symbolic, **options),
        sp.sympify(symbolic(domain.vocabulary())),
        seed,
    )


def differs_at(claimed, symbolic, domain, usual=1.0, **point):
    """Whether they differ for sure at one point."""
    statement = Statement("s", "…", claimed, domain=domain, body=symbolic)
    at = {name: Fraction(value) for name, value in point.items()}
    return differs(statement, sp.sympify(symbolic(domain.vocabulary())), at, usual)


def halved(a, t):
    """ln 2 - ½[...], as it is printed: it loses half of its digits next to a + t = 1."""
    h = lambda w: -w * math.log(w) - (1 - w) * math.log1p(-w)  # noqa: E731
    inside, outside = 1 + a - t, 1 - a + t
    return math.log(2) - (inside * h(a / inside) + outside * h(t / outside)) / 2


def exactly_halved(x):
    """The same, exactly, written so that nothing cancels but what must."""
    pairs = ((x.a, 1 - x.t), (1 - x.a, x.t))
    return sum(v * x.log(2 * v / (p + q)) for p, q in pairs for v in (p, q)) / 2


BELOW_ONE = Domain(a=UNIT, t=between(0, "1-a"))
CANCELLING = {
    "as printed, next to a + t = 1": (halved, exactly_halved, BELOW_ONE, {"a": "0.3", "t": "0.6999"}),
    "a root of a difference": (
        lambda t: math.sqrt(math.atanh(t) / t - 1), lambda x: x.sqrt(x.atanh(x.t) / x.t - 1), Domain(t=UNIT), {"t": "1/16384"},
    ),
    "one and back": (lambda x: (1 + x) - 1, lambda x: x.x, Domain(x=POSITIVE), {"x": "1/100000000000"}),
    "saturated": (lambda y: 1 - math.tanh(y), lambda x: 2 / (1 + x.exp(2 * x.y)), Domain(y=POSITIVE), {"y": 25}),
    "saturated in both": (lambda y: 1 - math.tanh(y), lambda x: 1 - x.tanh(x.y), Domain(y=POSITIVE), {"y": 25}),
}  # fmt: skip


@pytest.mark.parametrize("name", CANCELLING)
def test_what_cancels_is_not_refuted(name) -> None:
    """A right formula that loses its digits at a point is no different there, though a billionth off."""
    claimed, symbolic, domain, point = CANCELLING[name]
    exact = sp.sympify(symbolic(domain.vocabulary()))
    numbers = {n: Fraction(v) for n, v in point.items()}
    letters = {s: sp.Rational(numbers[s.name]) for s in exact.free_symbols}
    value = claimed(**{n: float(v) for n, v in numbers.items()})
    assert abs(value / float(exact.subs(letters).evalf(60, maxn=400)) - 1) > 1e-9
    assert not differs_at(claimed, symbolic, domain, **point)


@pytest.mark.parametrize("relative", [1e-6, 1e-7])
def test_a_wrong_constant_is_refuted_next_to_cancellation_and_away_from_it(relative) -> None:
    """A ten-millionth too much is seen where it is above what cancellation loses: at a + t = 1 - 1/20, and at a quarter."""

    def wrong(a, t):
        return halved(a, t) * (1 + relative)

    assert differs_at(wrong, exactly_halved, BELOW_ONE, a="1/2", t="9/20")
    assert differs_at(wrong, exactly_halved, BELOW_ONE, a="1/4", t="1/4")
    assert compared(wrong, exactly_halved, BELOW_ONE).counterexample


@pytest.mark.parametrize("seed", range(20))
def test_a_right_function_counts_at_a_hundred_points_whatever_the_seed(seed) -> None:
    """The formula that cancels is compared at a hundred points for every seed, and refuted for none."""
    result = compared(halved, exactly_halved, BELOW_ONE, seed)
    assert result.counterexample is None
    assert not result.few


def test_too_little_at_an_edge_is_refuted() -> None:
    """A variance kept above 1e-12 is wrong at 0, where nothing is rounded."""
    result = compared(lambda v: max(v, 1e-12), lambda x: x.v, Domain(v=NONNEGATIVE))
    assert result.counterexample == "0 against 1e-12 at v = 0"


def test_wrong_at_one_point_alone_is_refuted() -> None:
    """A jump at one half is no rounding: around it the function is right."""
    assert differs_at(lambda w: w + (w == 0.5) * 1e-6, lambda x: x.w, Domain(w=UNIT), w="1/2")
    assert differs_at(lambda n: n + (n == 3) * 1e-6, lambda x: x.n, Domain(n=integers(1)), n=3)


def test_a_steep_function_that_is_a_little_wrong_is_refuted() -> None:
    """exp(x²) times 1 + 10⁻⁷ at x = 12, where it grows by a third within a thousandth."""
    assert differs_at(lambda x: math.exp(x * x) * (1 + 1e-7), lambda x: x.exp(x.x**2), Domain(x=POSITIVE), x=12)


def test_a_function_that_never_has_digits_is_vacuous() -> None:
    """Where most points decide nothing, fewer than a hundred count."""
    result = compared(lambda x: 3 * (x / 3 + 1e9 * x - 1e9 * x), lambda x: x.x, Domain(x=POSITIVE))
    assert result.counterexample is None
    assert result.few
    assert result.undecided > ANCHORS


def test_not_a_number_is_an_error() -> None:
    """NaN is never compared."""
    with pytest.raises(ValueError, match="NaN at w"):
        compared(lambda w: np.nan, lambda x: x.w, Domain(w=UNIT))


def test_neighbours_stay_in_the_domain() -> None:
    """Points around one are admissible; what is on an edge, or an integer, stays."""
    domain = Domain(a=UNIT, t=between(0, "1-a"), v=NONNEGATIVE, n=integers(1))
    point = {"a": Fraction(4095, 4096), "t": Fraction(1, 2**20), "v": Fraction(0), "n": Fraction(3)}
    around = list(domain.near(point, 30, Fraction(1, 2**14)))
    assert all(0 < p["a"] < 1 and 0 < p["t"] < 1 - p["a"] and p["v"] == 0 and p["n"] == 3 for p in around)
    assert len({p["t"] for p in around}) == 30


@pytest.mark.parametrize("relative", [2e-9, 1e-7, 1e-5, 5e-3])
@pytest.mark.parametrize("domain", [UNIT, POSITIVE, between(2, 7)])
def test_the_smallest_error_beyond_the_tolerance_is_refuted(relative, domain) -> None:
    """Of a short formula without cancellation, wherever its letter lies."""
    claimed = lambda a: (1 + relative) * math.sqrt(1 + a)  # noqa: E731
    assert compared(claimed, lambda x: x.sqrt(1 + x.a), Domain(a=domain)).counterexample
    assert not compared(lambda a: math.sqrt(1 + a), lambda x: x.sqrt(1 + x.a), Domain(a=domain)).counterexample


def test_what_the_last_digit_of_a_letter_does_is_counted_as_lost() -> None:
    """ln t next to t = 1 changes by a unit in the last place of t, far more than one of its own."""
    domain = Domain(t=between(Fraction(1, 2), 2))
    statement = Statement("s", "…", math.log, domain=domain, body=lambda x: x.log(x.t))
    beside = Fraction(1) + Fraction(1, 2**20)
    assert lost(statement, sp.log(domain.vocabulary().t), {"t": beside}) >= math.ulp(1.0) / 2
