"""Posterior collapse: thresholds against scans and Blahut-Arimoto, Gaussian encoders by integration."""

import mpmath as mp
import numpy as np
import pytest
from scipy.integrate import quad

from theory import collapse, encoder_noise
from theory import rate_distortion as rd
from theory.blahut_arimoto import blahut_arimoto
from theory.estimate import Estimate

WEIGHTS = [0.5, 0.35, 0.9]


def entropy(e):
    return -e * np.log(e) - (1 - e) * np.log(1 - e)


@pytest.mark.parametrize("weight", WEIGHTS)
def test_objective_is_error_plus_rate(weight):
    """F is u/2 times 4ε(1-ε) plus h_b(w) - h_b(ε) with t = 1 - 2ε."""
    e = np.array([0.09, 0.01, 1e-6])
    twin = 1.7 / 2 * 4 * e * (1 - e) + entropy(weight) - entropy(e)
    np.testing.assert_allclose(collapse.objective(1 - 2 * e, 1.7, weight), twin, rtol=1e-9)


@pytest.mark.parametrize("weight", WEIGHTS)
@pytest.mark.parametrize("u", [0.5, 1.05, 1.3, 2.0, 4.0])
def test_separation_is_the_best(u, weight):
    """No t on a fine grid of [τ, 1] is better, and the optimum is a root of t = tanh(ut) or collapsed."""
    tau = abs(1 - 2 * weight)
    best = float(collapse.separation(u, weight))
    grid = np.linspace(tau, 1, 20001)
    values = collapse.objective(grid, u, weight)
    assert values.min() >= collapse.objective(best, u, weight) - 1e-13
    assert grid[values.argmin()] == pytest.approx(best, abs=2e-4 if u != 1.05 else 5e-3)
    assert best == tau or best == pytest.approx(np.tanh(u * best), rel=1e-12, abs=0)
    assert (best > tau) == (u > collapse.global_threshold(weight))


def test_transition_is_continuous():
    """Just above the threshold the separation just exceeds τ; for equal modes t² ≈ 3(u-1)."""
    u = float(collapse.global_threshold(0.35)) + 1e-6
    assert 0.3 < collapse.separation(u, 0.35) < 0.3 + 1e-4
    assert collapse.separation(1 + 1e-6) ** 2 == pytest.approx(3e-6, rel=1e-3, abs=0)


@pytest.mark.parametrize("x", [1e-9, 1e-4, 0.3, 0.499, 0.501, 3.0, 40.0, 1e6])
def test_separation_keeps_its_digits_at_the_threshold(x):
    """u - 1 = x coth x - 1 has the separation tanh x, to all digits however near 0."""
    with mp.workdps(40):
        excess = float(mp.mpf(x) * mp.coth(x) - 1)
    assert collapse.self_coupled(x) == pytest.approx(excess, rel=4e-15, abs=0)
    assert collapse.separation_beyond(excess) == pytest.approx(np.tanh(x), rel=1e-14, abs=0)


def test_onset_is_a_tangent_from_above():
    """3(u-1) is never below t², and within 2 (u-1) of it."""
    u = np.array([1.0, 1.001, 1.05, 1.5, 4.0])
    t2 = collapse.separation(u) ** 2
    assert (t2 <= collapse.onset(u - 1) + 1e-15).all()
    assert (t2 >= collapse.onset(u - 1) * (1 - 2 * (u - 1))).all()


def test_thresholds():
    """artanh(τ)/τ and 1/(1-τ²): 1 for equal modes, further apart and later the more unequal they are."""
    assert collapse.global_threshold(0.5) == 1
    assert collapse.local_threshold(0.5) == 1
    assert collapse.global_threshold([0.1, 0.9]) == pytest.approx([np.arctanh(0.8) / 0.8] * 2)
    assert collapse.local_threshold(0.9) == pytest.approx(2.78, abs=0.005)
    assert collapse.local_threshold(0.9) > collapse.global_threshold(0.9)


def test_local_threshold_by_second_order():
    """A faint binary signal about the mode lowers the objective exactly beyond 1/(1-τ²)."""
    w, step = 0.9, 1e-3
    posterior = np.array([w - step, w + step])  # z equally likely
    rate = entropy(w) - entropy(posterior).mean()
    saved = 4 * w * (1 - w) - 4 * (posterior * (1 - posterior)).mean()
    assert 2 * rate / saved == pytest.approx(float(collapse.local_threshold(w)), rel=1e-4, abs=0)


@pytest.mark.parametrize("u", [1.1, 1.6])
def test_separation_by_blahut_arimoto(u):
    """Blahut-Arimoto at T = 2/u on ±1 finds the same objective."""
    y = np.linspace(-1, 1, 801)
    point = blahut_arimoto([0.35, 0.65], (np.array([-1.0, 1.0])[:, None] - y) ** 2, 2 / u, tolerance=1e-7)
    claimed = collapse.objective(collapse.separation(u, 0.35), u, 0.35)
    assert point.rate + point.distortion * u / 2 == pytest.approx(float(claimed), abs=2e-5)


@pytest.mark.parametrize("modes", [2, 3, 5])
def test_equidistant_thresholds_from_the_rate_distortion_function(modes):
    """The rate of the best t is 0 below the global threshold and jumps above it; t = 0 is local up to K/2."""
    u = collapse.equidistant_global_threshold(modes)
    t = np.linspace(0, 1, 20001)
    cost = lambda u: u * (1 - 1 / modes) * (1 - t**2) + rd.favour_rate(t, modes)  # noqa: E731
    assert cost(u * 0.999).argmin() == 0
    jump = (modes - 2) / (modes - 1)
    assert t[cost(u * 1.001).argmin()] == pytest.approx(jump, abs=0.06)
    local = collapse.equidistant_local_threshold(modes)
    faint = 20
    assert cost(local * 0.99)[faint] > cost(local * 0.99)[0]
    assert cost(local * 1.01)[faint] < cost(local * 1.01)[0]


def test_gaussian_objective_by_integration():
    """u/2 times E(x-E[x|z])² plus the rates, with x = ±1."""
    w, (m1, v1), (m2, v2), u = 0.2, (0.9, 0.4), (-0.3, 0.7), 1.8
    n = lambda z, m, v: np.exp(-((z - m) ** 2) / (2 * v)) / np.sqrt(2 * np.pi * v)  # noqa: E731

    def loss(z):
        minor, major = w * n(z, m1, v1), (1 - w) * n(z, m2, v2)
        mean = (minor - major) / (minor + major)
        return minor * (1 - mean) ** 2 + major * (1 + mean) ** 2

    kl = lambda m, v: (m**2 + v - 1 - np.log(v)) / 2  # noqa: E731
    twin = u / 2 * quad(loss, -9, 9, epsabs=1e-13)[0] + w * kl(m1, v1) + (1 - w) * kl(m2, v2)
    assert collapse.gaussian_objective((m1, v1), (m2, v2), u, w) == pytest.approx(twin, rel=1e-10, abs=0)
    mirrored = collapse.gaussian_objective((m2, v2), (m1, v1), u, 1 - w)
    assert mirrored == pytest.approx(twin, rel=1e-10, abs=0)


@pytest.mark.parametrize("gamma", [0.5, 9.0, 400.0])
def test_gaussian_objective_of_equal_modes(gamma):
    """Equal modes at ±m with common v: u/2 times the error of `encoder_noise` plus its rate."""
    m, v = np.sqrt(gamma / (1 + gamma)), 1 / (1 + gamma)
    twin = 1.3 / 2 * encoder_noise.error(1.0, gamma) + encoder_noise.rate(m, v)
    assert collapse.gaussian_objective((m, v), (-m, v), 1.3) == pytest.approx(float(twin), rel=1e-11, abs=0)


def test_gaussian_encoders_of_equal_modes_leave_at_one():
    """Merged up to u = 1, apart beyond, on the balanced line m² + v = 1."""
    assert collapse.separated_branch(0.95).value == pytest.approx(0.475, abs=1e-9)
    apart = collapse.separated_branch(1.3)
    assert apart.value < 0.65 - 1e-3
    assert apart.minor[0] == pytest.approx(-apart.major[0], rel=1e-13)
    assert apart.minor[0] ** 2 + apart.minor[1] == pytest.approx(1, rel=1e-13)


def test_unequal_modes_show_hysteresis():
    """w = 0.1: the separated branch is gone at 1.90, worse than collapse at 1.97, better at 2.0, both below 2.78."""
    collapsed = lambda u: u / 2 * 0.36  # noqa: E731
    gone, worse, better = (collapse.separated_branch(u, 0.1) for u in (1.90, 1.97, 2.0))
    assert gone.value == pytest.approx(collapsed(1.90), abs=1e-9)
    assert worse.value > collapsed(1.97) + 1e-5
    assert better.value < collapsed(2.0) - 1e-5
    assert worse.minor[1] > 1 > worse.major[1]


def test_rate_of_the_separated_branch():
    """What its objective is more than its error costs, by the objective's slope in u; none below its end."""
    u, h = 2.3, 1e-4
    low, high = (collapse.separated_branch(v, 0.9).value for v in (u - h, u + h))
    error = (high - low) / h  # dF/du = E(x-E[x|z])²/2a² at an optimum
    left = collapse.separated_branch(u, 0.9).value - u / 2 * error
    assert collapse.separated_rate(u, 0.9) == pytest.approx(left, abs=1e-6)
    assert collapse.separated_rate(1.9, 0.9) == 0


def test_least_objective_and_hysteresis_are_put_together():
    """Of the best code, and of two ends."""
    assert collapse.least_objective(0.9) == pytest.approx(0.45, rel=1e-15)
    assert collapse.least_objective(3.0, 0.9) < min(0.54, collapse.separated_branch(3.0, 0.9).value)
    assert collapse.hysteresis(0.9) == (collapse.separated_branch_end(0.9).value, collapse.local_threshold(0.9))


def test_separated_branch_ends_between_the_thresholds():
    """w = 0.9: apart just above the end and dearer than collapse, merged there; equal modes merge where they collapse."""
    end = collapse.separated_branch_end(0.9).value
    assert collapse.global_threshold(0.9) < end < collapse.local_threshold(0.9)
    assert collapse.separated_branch(end + 1e-9, 0.9).value > end / 2 * 0.36 + 1e-5
    assert collapse.separated_branch(end, 0.9).value == pytest.approx(end / 2 * 0.36, rel=1e-15)
    assert collapse.separated_branch_end(0.5) == Estimate(1.0, 0.0, "exact")


def test_rate_jumps_to_the_favour_that_pays_first():
    """The least information over error saved is at (K-2)/(K-1)."""
    t = np.linspace(0.01, 0.99, 981)
    for modes in (3, 4, 8):
        price = rd.favour_rate(t, modes) / t**2
        assert t[price.argmin()] == pytest.approx(collapse.equidistant_jump(modes), abs=1e-3)


BAD = [
    (lambda: collapse.objective(0.1, 1.0, 0.9), "t"),
    (lambda: collapse.objective(1.1, 1.0), "t"),
    (lambda: collapse.objective(0.5, 0.0), "u"),
    (lambda: collapse.separation(-1.0), "u"),
    (lambda: collapse.onset(-0.1), "excess"),
    (lambda: collapse.separation(1.0, 1.0), "weight"),
    (lambda: collapse.global_threshold(0.0), "weight"),
    (lambda: collapse.local_threshold(1.0), "weight"),
    (lambda: collapse.equidistant_global_threshold(1), "modes"),
    (lambda: collapse.equidistant_local_threshold(1), "modes"),
    (lambda: collapse.equidistant_jump(1), "modes"),
    (lambda: collapse.gaussian_objective((0.0, 1.0), (0.0, 0.0), 1.0), "major"),
    (lambda: collapse.gaussian_objective((0.0, 1.0), (0.0, 1.0), 0.0), "u"),
    (lambda: collapse.separated_branch(1.0, 1.0), "weight"),
    (lambda: collapse.separated_branch(0.0, 0.3), "u"),
    (lambda: collapse.separated_branch_end(0.0), "weight"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Couplings, weights and variances out of range are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
