"""The exact discriminator against the definition of its value, and the prices of being caught by integration."""

import numpy as np
import pytest
from scipy.integrate import quad

from theory import discriminator as dis
from theory.divergence import tv as tv_distance
from theory.mixture import GaussianMixture
from theory.standard import symmetric_pair

P = GaussianMixture([0.3, 0.7], [-1.0, 2.0], stds=[0.5, 1.0])
Q = GaussianMixture([1.0], [0.5], stds=[1.5])
X = np.array([-3.0, 0.0, 0.7, 40.0])


def tv(p, q):
    edges = np.unique(np.concatenate([p.means, q.means, [-20, 20], np.linspace(-10, 10, 81)]))
    difference = lambda x: abs(p.pdf(x) - q.pdf(x)) / 2  # noqa: E731
    return sum(quad(difference, a, b, epsabs=1e-12)[0] for a, b in zip(edges, edges[1:], strict=False))  # noqa: RUF007


def test_optimal_discriminator_is_the_share_of_reals():
    """p/(p+q), and far out, where both densities underflow, still the right side."""
    near = X[:3]
    share = P.pdf(near) / (P.pdf(near) + Q.pdf(near))
    np.testing.assert_allclose(dis.optimal_discriminator(P, Q, near), share, rtol=1e-12)
    np.testing.assert_allclose(dis.optimal_logit(P, Q, near), np.log(share / (1 - share)), rtol=1e-10)
    assert dis.optimal_discriminator(P, Q, X)[3] < 1e-20
    np.testing.assert_allclose(dis.optimal_discriminator(Q, P, X), 1 - dis.optimal_discriminator(P, Q, X), atol=1e-15)


def test_value_is_largest_at_the_optimum():
    """No random discriminator on cells beats p/(p+q), whose value is -ln 4 + 2 JS."""
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.ones(6), size=2)
    best, m = dis.value(p, q, p / (p + q)), (p + q) / 2
    js = (np.sum(p * np.log(p / m)) + np.sum(q * np.log(q / m))) / 2
    assert best == pytest.approx(float(dis.optimal_value(js)), rel=1e-12, abs=0)
    d = rng.uniform(size=6)
    assert dis.value(p, q, d) == pytest.approx(np.sum(p * np.log(d)) + np.sum(q * np.log(1 - d)), rel=1e-12, abs=0)
    for _ in range(100):
        assert dis.value(p, q, np.clip(p / (p + q) + rng.normal(0, 0.1, 6), 1e-6, 1 - 1e-6)) < best


def test_value_at_the_edges():
    """Disjoint laws are told apart at value 0; a confident mistake costs infinity."""
    assert dis.value([1.0, 0.0], [0.0, 1.0], [1.0, 0.0]) == 0
    assert dis.value([1.0, 0.0], [0.0, 1.0], [0.0, 0.0]) == -np.inf
    assert dis.optimal_value([0.0, np.log(2)]) == pytest.approx([-np.log(4), 0])


@pytest.mark.parametrize("ratio", [1.5, 3.0, 5.0])
def test_averaging_is_caught(ratio):
    """TV of the averaged output is at least the bound, nearly attained for far modes."""
    exact = tv(symmetric_pair(ratio * 0.7, 0.7), GaussianMixture([1.0], [0.0], stds=[0.7]))
    bound = dis.averaged_tv_bound(ratio)
    assert bound <= exact
    assert bound == pytest.approx(exact, abs=1.1 * (1 - bound))
    assert dis.averaged_tv_bound(2.0) == pytest.approx(1 - 3 * 0.15865525, rel=1e-7, abs=0)


@pytest.mark.parametrize("ratio", [0.4, 1.5, 3.0])
def test_one_mode_by_integration(ratio):
    """TV of one mode kept is Φ(r) - ½, so accuracy tends to ¾."""
    exact = tv(symmetric_pair(ratio * 0.7, 0.7), GaussianMixture([1.0], [ratio * 0.7], stds=[0.7]))
    assert dis.one_mode_tv(ratio) == pytest.approx(exact, abs=1e-9)
    assert dis.best_accuracy(dis.one_mode_tv(40.0)) == pytest.approx(0.75)


def test_kept_modes():
    """Keeping m of K disjoint modes gives TV 1 - m/K."""
    p, q = np.full(5, 0.2), np.array([0.5, 0.5, 0, 0, 0])
    assert dis.kept_modes_tv(2, 5) == pytest.approx(np.abs(p - q).sum() / 2)
    assert dis.kept_modes_tv(5, 5) == 0


def test_pulls_are_derivatives_of_the_losses():
    """d/dℓ ln(1-σ(ℓ)) = -σ(ℓ) and d/dℓ -ln σ(ℓ) = -(1-σ(ℓ)); saturation at ℓ = -30 is total for the first only."""
    ell, h = np.array([-2.0, 0.3, 4.0]), 1e-6
    loss = lambda y: -np.log1p(np.exp(y))  # noqa: E731
    np.testing.assert_allclose(dis.minimax_pull(ell), -(loss(ell + h) - loss(ell - h)) / (2 * h), rtol=1e-7)
    np.testing.assert_allclose(dis.nonsaturating_pull(ell), (loss(-ell + h) - loss(-ell - h)) / (-2 * h), rtol=1e-7)
    assert dis.minimax_pull(-30.0) < 1e-12
    assert dis.nonsaturating_pull(-30.0) == pytest.approx(1)


def test_nonsaturating_slope_is_that_of_the_loss_with_d_held():
    """It is the difference quotient of -Σ q ln p/(p+q₀) along the tangent, and nothing where q = p."""
    rng = np.random.default_rng(5)
    p, q, other = rng.dirichlet(np.ones(5), 3)
    loss = -np.log(p / (p + q))
    h = 1e-3
    np.testing.assert_allclose(
        dis.nonsaturating_slope(p, q, other - q), ((q + h * (other - q)) @ loss - q @ loss) / h, rtol=1e-10
    )
    np.testing.assert_allclose(dis.nonsaturating_slope(p, p, other - p), 0, atol=1e-15)


def test_no_law_fools_a_fixed_discriminator_better_than_its_favourite():
    """No random law pays less than one on the arg-max, however that shares ties."""
    rng = np.random.default_rng(6)
    d = np.array([0.2, 0.9, 0.5, 0.9])
    logits = np.log(d / (1 - d))
    assert dis.best_response_loss(logits) == pytest.approx([0, 0.3, 0, 0.7] @ np.log(1 - d), rel=1e-14, abs=0)
    assert (rng.dirichlet(np.ones(4), 200) @ np.log(1 - d) > dis.best_response_loss(logits)).all()
    assert dis.best_response_loss([-700.0, 700.0]) == -700  # D is 1 in double precision


BAD = [
    (lambda: dis.optimal_logit(P, GaussianMixture([1.0], [[0.0, 0.0]], stds=[1.0]), 0.0), "q"),
    (lambda: dis.value([0.5, 0.6], [0.5, 0.5], [0.5, 0.5]), "p"),
    (lambda: dis.value([0.5, 0.5], [0.5, 0.5], [0.5, 1.5]), "d"),
    (lambda: dis.value([0.5, 0.5], [0.5, 0.5], [0.5]), "d"),
    (lambda: dis.optimal_value(0.7), "js"),
    (lambda: dis.best_accuracy(1.1), "tv"),
    (lambda: dis.averaged_tv_bound(0.0), "ratio"),
    (lambda: dis.one_mode_tv(-1.0), "ratio"),
    (lambda: dis.kept_modes_tv(3, 2), "kept"),
    (lambda: dis.kept_modes_tv(0, 2), "kept"),
    (lambda: dis.minimax_pull(np.nan), "logit"),
    (lambda: dis.nonsaturating_pull(np.nan), "logit"),
    (lambda: dis.nonsaturating_slope([0.5, 0.5], [1.0], [1.0, -1.0]), "q"),
    (lambda: dis.nonsaturating_slope([0.5, 0.5], [0.5, 0.5], [1.0]), "tangent"),
    (lambda: dis.nonsaturating_slope([1.0, 0.0], [0.5, 0.5], [1.0, -1.0]), "p"),
    (lambda: dis.best_response_loss([[0.5]]), "logits"),
    (lambda: dis.best_response_loss([0.5, np.nan]), "logits"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Laws, scores and counts out of range are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()


@pytest.mark.parametrize("r", [0.02, 0.2, 0.7, 1.2, 2.0])
def test_average_of_close_modes_has_a_ceiling(r):
    """TV(pair, N(0, s²)) ≤ r²/√(2πe), and to order r² no less."""
    tv = float(tv_distance(symmetric_pair(r, 1.0), GaussianMixture([1.0], [0.0], stds=[1.0])))
    ceiling = float(dis.averaged_tv_ceiling(r))
    assert (1 - r**2) * ceiling < tv < ceiling
    np.testing.assert_allclose(ceiling, r**2 * np.exp(-0.5) / np.sqrt(2 * np.pi), rtol=1e-12)
