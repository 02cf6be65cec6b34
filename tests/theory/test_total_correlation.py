"""Total correlation of tables, of two points and of Gaussians, by entropies and by random factorised models."""

import numpy as np
import pytest

from theory import total_correlation as tc


def entropy(p):
    p = np.ravel(p)
    return -np.sum(p[p > 0] * np.log(p[p > 0]))


def random_table(shape, seed):
    return np.random.default_rng(seed).dirichlet(np.full(np.prod(shape), 0.4)).reshape(shape)


def two_points(dim):
    table = np.zeros((2,) * dim)
    table[(0,) * dim] = table[(1,) * dim] = 0.5
    return table


def test_total_correlation_is_marginal_entropies_less_joint():
    """TC = Σ H(X_d) - H(X)."""
    p = random_table((2, 3, 4), 0)
    marginals = [p.sum((1, 2)), p.sum((0, 2)), p.sum((0, 1))]
    assert tc.total_correlation(p) == pytest.approx(sum(map(entropy, marginals)) - entropy(p), rel=1e-12, abs=0)
    np.testing.assert_allclose(tc.product_of_marginals(p), np.einsum("i,j,k->ijk", *marginals), rtol=1e-13)


def test_no_factorised_law_is_closer():
    """Random factorised laws are further from p than its marginals' product; independence has TC 0."""
    p, rng = random_table((3, 4), 1), np.random.default_rng(2)
    for _ in range(100):
        q = np.multiply.outer(rng.dirichlet(np.ones(3)), rng.dirichlet(np.ones(4)))
        assert np.sum(p * np.log(p / q)) > tc.total_correlation(p)
    assert tc.total_correlation(tc.product_of_marginals(p)) == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("dim", [1, 2, 5])
def test_two_points(dim):
    """TC = (D-1) ln 2 and the product of marginals leaks 1 - 2^{1-D}."""
    p = two_points(dim)
    assert tc.two_point_total_correlation(dim) == pytest.approx(tc.total_correlation(p), abs=1e-15)
    assert tc.off_target_mass(dim) == pytest.approx(tc.product_of_marginals(p)[p == 0].sum(), abs=1e-15)


def test_excess_is_the_negative_elbo_less_the_entropy():
    """-ELBO with the best factorised decoder, summed over x and z, exceeds H(X) by the stated amount."""
    joint, prior = random_table((3, 2, 4), 3), np.array([0.2, 0.5, 0.3])  # z, x1, x2
    p_x, q_z = joint.sum(0), joint.sum((1, 2))
    decoder = np.stack([np.multiply.outer(t.sum(1), t.sum(0)) / t.sum() ** 2 for t in joint])
    rate = np.sum(joint * np.log(joint / p_x / prior[:, None, None]))
    negative_elbo = rate - np.sum(joint * np.log(decoder))
    assert tc.excess(joint, prior) == pytest.approx(negative_elbo - entropy(p_x), rel=1e-12, abs=0)
    conditional = sum(q * tc.total_correlation(t / q) for q, t in zip(q_z, joint, strict=True))
    assert tc.conditional_total_correlation(joint) == pytest.approx(conditional, rel=1e-12, abs=0)
    assert tc.excess(joint, prior) >= tc.least_excess(tc.total_correlation(p_x), 2, rate)


@pytest.mark.parametrize("flip", [0.0, 0.1, 0.4])
def test_bound_is_tight_for_two_points(flip):
    """A symmetric binary encoder under its own aggregate attains TC - (D-1)R exactly."""
    joint = np.array([[1 - flip, flip], [flip, 1 - flip]])
    table = np.zeros((2, 2, 2, 2))
    table[:, 0, 0, 0], table[:, 1, 1, 1] = joint[:, 0] / 2, joint[:, 1] / 2
    rate = np.log(2) - entropy([flip, 1 - flip])
    bound = tc.least_excess(tc.two_point_total_correlation(3), 3, rate)
    assert tc.excess(table, [0.5, 0.5]) == pytest.approx(bound, abs=1e-14)


def test_least_excess_is_not_negative():
    """Beyond TC/(D-1) nats nothing is promised."""
    assert tc.least_excess(1.0, 3, [0.0, 0.3, 2.0]).tolist() == pytest.approx([1.0, 0.4, 0.0])


def test_gaussian_posteriors_by_integration():
    """Hole cost plus (D-1) times the remaining uncertainty, on a fine grid of z."""
    m, v, dim = 0.85, 0.22, 4
    z = np.linspace(-7, 7, 20001)
    q = np.exp(-((z - m * np.array([[-1], [1]])) ** 2) / (2 * v)) / np.sqrt(2 * np.pi * v) / 2
    prior, total = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi), q.sum(0)
    share = q / total
    cost = total * np.log(total / prior) - (dim - 1) * (q * np.log(share)).sum(0)
    assert tc.gaussian_excess(dim, m, v) == pytest.approx(cost.sum() * (z[1] - z[0]), rel=1e-9, abs=0)


@pytest.mark.parametrize(("dim", "cost"), [(2, 0.21), (4, 0.34), (16, 0.51)])
def test_hole_cost(dim, cost):
    """The least cost is the stated one, and no (m, v) on a grid is cheaper."""
    least = tc.least_gaussian_excess(dim)
    assert least == pytest.approx(cost, abs=0.005)
    m, v = np.meshgrid(np.linspace(0.0, 1.2, 60), np.geomspace(0.01, 1.1, 80))
    assert tc.gaussian_excess(dim, m, v).min() >= least


def test_gaussian_total_correlation():
    """For two variables -½ ln(1-ρ²), whatever their scales."""
    assert tc.gaussian_total_correlation([[4.0, 1.2], [1.2, 1.0]]) == pytest.approx(
        -np.log(1 - 0.36) / 2, rel=1e-13, abs=0
    )
    assert tc.gaussian_total_correlation(np.diag([1.0, 2.0, 3.0])) == pytest.approx(0, abs=1e-15)


BAD = [
    (lambda: tc.total_correlation([0.5, 0.6]), "table"),
    (lambda: tc.product_of_marginals([[0.5, 0.6], [-0.1, 0.0]]), "table"),
    (lambda: tc.conditional_total_correlation([0.1]), "table"),
    (lambda: tc.excess(np.full((2, 2), 0.25), [0.5, 0.4]), "prior"),
    (lambda: tc.excess(np.full((2, 2), 0.25), [1.0]), "prior"),
    (lambda: tc.least_excess(-1.0, 2, 0.1), "total"),
    (lambda: tc.least_excess(1.0, 0, 0.1), "dim"),
    (lambda: tc.least_excess(1.0, 2, -0.1), "rate"),
    (lambda: tc.two_point_total_correlation(0), "dim"),
    (lambda: tc.off_target_mass(0), "dim"),
    (lambda: tc.gaussian_excess(2, 0.0, 0.0), "v"),
    (lambda: tc.least_gaussian_excess(1), "dim"),
    (lambda: tc.gaussian_total_correlation([[1.0, 2.0], [2.0, 1.0]]), "cov"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Tables that do not sum to one and impossible dimensions are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
