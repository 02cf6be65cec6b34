"""Gaussian codes of two modes: their branch and its end against 30 digits, and what is special about equal means."""

import mpmath as mp
import numpy as np
import pytest

from theory import collapse
from theory.numerics import two_codes as two


@pytest.fixture(autouse=True)
def _thirty_digits():
    with mp.workdps(30):
        yield


def newton(equations, start):
    """The root near `start` by one Newton step with a slope by differences: 1e-10 of the step is left."""
    x, h = [mp.mpf(t) for t in start], mp.mpf(10) ** -10
    here = equations(*x)
    columns = []
    for i in range(len(x)):
        there = equations(*[t + h * (i == j) for j, t in enumerate(x)])
        columns.append([(a - b) / h for a, b in zip(there, here, strict=True)])
    step = mp.lu_solve(mp.matrix(columns).T, mp.matrix(here))
    return [t - d for t, d in zip(x, step, strict=True)]


def slopes(codes, u, w):
    """∂/∂m and ∂/∂v of (u/2) E(x-E[x|z])² + E KL for codes (m, v), by an own trapezoid sum in mpmath."""
    (m1, v1), (m2, v2) = codes
    s = mp.sqrt(min(v1, v2))
    centre, step = (m1 if v1 < v2 else m2), s / 16
    total = [mp.mpf(0)] * 4
    for k in range(-176, 177):
        z = centre + k * step
        a = w * mp.npdf(z, m1, mp.sqrt(v1))
        b = (1 - w) * mp.npdf(z, m2, mp.sqrt(v2))
        one, other = a * (b / (a + b)) ** 2, b * (a / (a + b)) ** 2
        total[0] += one * (z - m1) / v1
        total[1] += one * ((z - m1) ** 2 / v1 - 1) / (2 * v1)
        total[2] += other * (z - m2) / v2
        total[3] += other * ((z - m2) ** 2 / v2 - 1) / (2 * v2)
    rates = [w * m1, w * (1 - 1 / v1) / 2, (1 - w) * m2, (1 - w) * (1 - 1 / v2) / 2]
    return [2 * u * step * t + r for t, r in zip(total, rates, strict=True)]


CASES = [
    (1.5, 0.5),
    (1.05, 0.5),
    (1.3, 0.35),
    (4.0, 0.7),
    (2.0, 0.1),
    (2.0, 0.9),
    (1.93, 0.9),
    (2.33, 0.05),
    (40.0, 0.3),
]


@pytest.mark.parametrize(("u", "weight"), CASES)
def test_branch_to_thirty_digits(u, weight):
    """Newton's method in 30 digits, from the branch, ends within the stated error, 1e-12 at most, of it."""
    found = collapse.separated_branch(u, weight)
    start = [*found.minor, *found.major]
    equations = lambda *x: slopes((x[:2], x[2:]), mp.mpf(u), mp.mpf(weight))  # noqa: E731
    exact = newton(equations, start)
    miss = max(abs(float(a - b)) for a, b in zip(exact, start, strict=True))
    assert miss <= found.error <= 1e-12
    assert found.minor[0] > 0.01


@pytest.mark.parametrize("weight", [0.1, 0.3])
def test_branch_of_equal_means_to_thirty_digits(weight):
    """Just above the end the codes differ in variance alone: two equations, the other two vanish."""
    u = collapse.separated_branch_end(weight).value * (1 + 1e-4)
    found = collapse.separated_branch(u, weight)
    assert found.minor[0] == found.major[0] == 0
    equations = lambda v1, v2: slopes(((0, v1), (0, v2)), mp.mpf(u), mp.mpf(weight))[1::2]  # noqa: E731
    exact = newton(equations, [found.minor[1], found.major[1]])
    miss = max(abs(float(a - b[1])) for a, b in zip(exact, (found.minor, found.major), strict=True))
    assert miss <= found.error <= 2e-12


def shape_slopes(gap, ratio, u, w):
    """∂F/∂δ and ∂F/∂ρ by the chain rule, at fixed unit of the second code: in m₁ = δ, v₁ = e^{2ρ}, balanced."""
    S = w * mp.exp(2 * ratio) + 1 - w + w * (1 - w) * gap**2
    c = 1 / mp.sqrt(S)
    codes = ((1 - w) * gap * c, mp.exp(2 * ratio) * c**2), (-w * gap * c, c**2)
    m1, v1, m2, _ = slopes(codes, u, w)
    return [(1 - w) * c * m1 - w * c * m2, 2 * mp.exp(2 * ratio) * c**2 * v1]  # a change of unit costs nothing


@pytest.mark.parametrize("weight", [0.45, 0.9, 0.05])
def test_end_to_thirty_digits(weight):
    """At the end ∂F = 0 and det ∂²F = 0 in 30 digits, where w < 0.0754 with δ ≠ 0, otherwise along δ = 0."""
    w = mp.mpf(min(weight, 1 - weight))
    fold = two.end(float(w))
    h = mp.mpf(10) ** -8

    def along(u, *x):
        return shape_slopes(*x, u, w) if len(x) == 2 else shape_slopes(mp.mpf(0), *x, u, w)[1:]

    def equations(*x):
        *point, u = x
        columns = []
        for i in range(len(point)):
            after, before = ([t + side * h * (i == j) for j, t in enumerate(point)] for side in (1, -1))
            columns.append([(a - b) / (2 * h) for a, b in zip(along(u, *after), along(u, *before), strict=True)])
        return [*along(u, *point), mp.det(mp.matrix(columns))]

    free = fold.shape if fold.shape[0] else fold.shape[1:]
    exact = newton(equations, [*free.tolist(), fold.u])
    end = collapse.separated_branch_end(weight)
    assert abs(float(exact[-1] - end.value)) <= end.error <= 1e-12
    assert (fold.shape[0] > 1) == (weight == 0.05)


@pytest.mark.parametrize("weight", [0.499, 0.45, 0.3, 0.1, 0.08, 0.075, 0.05, 0.01])
def test_branch_is_left_above_the_end_and_gone_below(weight):
    """A ten-millionth above the end the branch is apart, and it is collapsed at the end."""
    end = collapse.separated_branch_end(weight).value
    above = collapse.separated_branch(end * (1 + 1e-7), weight)
    assert abs(above.minor[1] - 1) + above.minor[0] > 5e-4
    assert above.error < 1e-9
    at = collapse.separated_branch(end, weight)
    assert at == collapse.GaussianEncoder((0, 1), (0, 1), at.value, 0)
    assert at.value == pytest.approx(end / 2 * 4 * weight * (1 - weight), rel=1e-15)


def test_means_stay_apart_at_the_end_for_rare_modes():
    """Below w = 0.0754 the end comes before that of codes with equal means, and it moves continuously with w."""
    ends = [collapse.separated_branch_end(w).value for w in (0.0752, 0.0753, 0.0754, 0.0755)]
    assert [two.end(w).shape[0] > 1 for w in (0.01, 0.07, 0.075, 0.0765, 0.1)] == [True, True, True, False, False]
    assert np.all(np.diff(ends) < 0)
    assert max(-np.diff(ends)) < 2e-3


def test_end_of_nearly_equal_modes():
    """The end is 1 + ¾τ² + O(τ⁴) near equal modes, below 1/(1-τ²) = 1 + τ² + ..."""
    for tau in (1e-1, 1e-2, 1e-3):
        end = collapse.separated_branch_end((1 - tau) / 2).value
        assert end - 1 - 0.75 * tau**2 == pytest.approx(0, abs=tau**4 + 2e-15)
        assert end < collapse.local_threshold((1 - tau) / 2)


@pytest.mark.parametrize(("w", "u"), [(0.13792800075240427, 1.682572760622793), (0.3742, 1.0502), (0.1, 1.9236)])
def test_branch_is_stationary_where_descents_wander(w, u):
    """The gradient vanishes to rounding where the means part, and where Newton along δ = 0 would leave the valley."""
    found = two.separated(u, w)
    here = two.cost(found.shape, u, w)
    assert np.all(np.abs(here.gradient) <= 4 * here.noise)
    assert np.linalg.eigvalsh(here.hessian)[0] > -1e-12
    assert found.error.max() < 1e-8


@pytest.mark.parametrize(("u", "weight"), [(1.3, 0.35), (2.0, 0.1), (1.5, 0.5), (2.5, 0.05)])
def test_branch_mirrors(u, weight):
    """Exchanging the weights exchanges the codes and turns z."""
    one, other = collapse.separated_branch(u, weight), collapse.separated_branch(u, 1 - weight)
    assert other.major == pytest.approx((-one.minor[0], one.minor[1]), rel=1e-12)
    assert other.minor == pytest.approx((-one.major[0], one.major[1]), rel=1e-12)
    assert other.value == pytest.approx(one.value, rel=1e-13)


@pytest.mark.parametrize(("u", "weight"), [(1.3, 0.35), (2.0, 0.1), (1.5, 0.5), (2.5, 0.05), (1.92, 0.1)])
def test_branch_is_a_minimum(u, weight):
    """No code nearby costs less, and the value is the objective's."""
    found = collapse.separated_branch(u, weight)
    rng = np.random.default_rng(2)
    assert collapse.gaussian_objective(found.minor, found.major, u, weight) == pytest.approx(found.value, rel=1e-14)
    for size in (0.1, 0.01):
        for step in rng.normal(0, size, (40, 4)):
            near = [
                (m + d, v * np.exp(e))
                for (m, v), d, e in zip((found.minor, found.major), step[::2], step[1::2], strict=True)
            ]
            assert collapse.gaussian_objective(*near, u, weight) > found.value - 1e-15


@pytest.mark.parametrize(
    ("shape", "u", "w"), [((1.1, 0.3), 1.7, 0.2), ((2.5, -0.9), 3.0, 0.1), ((0.02, 0.01), 1.1, 0.4)]
)
def test_cost_is_the_objective_of_the_balanced_code(shape, u, w):
    """F(δ, ρ), its gradient and its Hessian by differences of `gaussian_objective`."""
    f = lambda x: collapse.gaussian_objective(*map(tuple, two.code(np.array(x), w)), u, w)  # noqa: E731
    here, h = two.cost(np.array(shape), u, w), 1e-5 * np.eye(2)
    assert here.value == pytest.approx(f(shape), rel=1e-13)
    np.testing.assert_allclose(here.gradient, [(f(shape + d) - f(shape - d)) / 2e-5 for d in h], atol=1e-9)
    turned = [(two.cost(shape + d, u, w).gradient - two.cost(shape - d, u, w).gradient) / 2e-5 for d in h]
    np.testing.assert_allclose(here.hessian, turned, atol=1e-8)


@pytest.mark.parametrize("ratio", [-0.7, 0.05, 0.6])
def test_equal_means_are_flat(ratio):
    """∂²F/∂δ² = ∂F/∂ρ/(e^{2ρ}-1) at δ = 0."""
    here = two.cost(np.array([0.0, ratio]), 1.4, 0.2)
    assert here.hessian[0, 0] == pytest.approx(here.gradient[1] / np.expm1(2 * ratio), rel=1e-12)


@pytest.mark.parametrize("w", [0.02, 0.1, 0.3, 0.5])
@pytest.mark.parametrize("ratio", [-1.5, 0.3, 0.8, 1.2, 1.5])
@pytest.mark.parametrize("gap", [0.0, 1.0])
def test_the_slope_is_that_of_the_value(gap, ratio, w):
    """By differences, however much wider the rarer mode's code is: what the nodes cut off of it is not missed."""
    h, shape = 1e-4, np.array([gap, ratio])
    ends = [[two.cost(shape + sign * off, 1.0, w).value for sign in (1, -1)] for off in h * np.eye(2)]
    assert two.cost(shape, 1.0, w).gradient == pytest.approx(np.diff(ends)[:, 0] / (-2 * h), abs=2e-7)
