"""The Dirac-GAN: fields as gradients of losses, spectra by brute force, orbits by running them."""

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp

from theory import dirac

LINEAR = [
    ("minimax", 0.0),
    ("nonsaturating", 0.0),
    ("wgan", 0.0),
    ("instance_noise", 0.7),
    ("instance_noise", 1.9),
]
LINEAR += [("consensus", 0.6), ("consensus", 3.0), ("r1", 0.3), ("r1", 1.0), ("r1", 1.7), ("r2", 0.3)]
LINEAR += [("wgan_r1", 0.9), ("wgan_r1", 2.5)]
DAMPED = [(m, s) for m, s in LINEAR if s]


def f(t):
    return -np.log1p(np.exp(-t))


def mean_over_noise(g, std):
    density = lambda x: np.exp(-(x**2) / (2 * std**2)) / (std * np.sqrt(2 * np.pi))  # noqa: E731
    return quad(lambda x: g(x) * density(x), -12 * std, 12 * std, epsabs=1e-13, epsrel=1e-13)[0]


def gradient(g, x, h=1e-4):
    """Central difference with error h⁴."""
    return (8 * (g(x + h) - g(x - h)) - (g(x + 2 * h) - g(x - 2 * h))) / (12 * h)


def losses(method, strength):
    """(what the generator descends, what the discriminator ascends) as functions of (θ, ψ)."""
    minimax = lambda t, p: f(t * p) + f(0.0)  # noqa: E731
    noisy = lambda t, p: mean_over_noise(lambda x: f((t + x) * p) + f(-x * p), strength)  # noqa: E731
    return {
        "minimax": (minimax, minimax),
        "nonsaturating": (lambda t, p: -f(-t * p), minimax),
        "wgan": (lambda t, p: t * p, lambda t, p: t * p),
        "instance_noise": (noisy, noisy),
        "r1": (minimax, lambda t, p: minimax(t, p) - strength / 2 * p**2),
        "r2": (minimax, lambda t, p: minimax(t, p) - strength / 2 * p**2),
        "wgan_r1": (lambda t, p: t * p, lambda t, p: t * p - strength / 2 * p**2),
        "wgan_gp": (lambda t, p: t * p, lambda t, p: t * p - strength / 2 * (abs(p) - 1) ** 2),
    }[method]


@pytest.mark.parametrize(("method", "strength"), [c for c in LINEAR if c[0] != "consensus"] + [("wgan_gp", 0.8)])
@pytest.mark.parametrize(("theta", "psi"), [(0.7, -1.1), (-0.4, 0.3), (1.2, 0.9)])
def test_fields_are_gradients(method, strength, theta, psi):
    """Each player moves along the gradient of its own loss."""
    generator, discriminator = losses(method, strength)
    twin = (-gradient(lambda t: generator(t, psi), theta), gradient(lambda p: discriminator(theta, p), psi))
    np.testing.assert_allclose(dirac.field(method, theta, psi, strength), twin, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("strength", [0.4, 2.0])
def test_consensus_descends_the_speed_as_well(strength):
    """Consensus adds -γ∇½|v|² of the minimax field."""
    half_speed = lambda t, p: sum(v**2 for v in dirac.field("minimax", t, p)) / 2  # noqa: E731
    theta, psi = 0.8, -0.5
    v = np.array(dirac.field("minimax", theta, psi))
    pull = [gradient(lambda t: half_speed(t, psi), theta), gradient(lambda p: half_speed(theta, p), psi)]
    got = dirac.field("consensus", theta, psi, strength)
    np.testing.assert_allclose(got, v - strength * np.array(pull), rtol=1e-9)


@pytest.mark.parametrize(("method", "strength"), LINEAR)
def test_jacobian_is_the_derivative_of_the_field(method, strength):
    """The stated v' is the numerical derivative of v at the equilibrium."""
    columns = [
        gradient(lambda x, i=i: np.array(dirac.field(method, *(x * np.eye(2)[i]), strength)), 0.0) for i in range(2)
    ]
    np.testing.assert_allclose(dirac.jacobian(method, strength), np.transpose(columns), atol=1e-9)


@pytest.mark.parametrize(("method", "strength"), LINEAR)
def test_eigenvalues_are_those_of_the_jacobian(method, strength):
    """The closed eigenvalues have the trace and the determinant of v'."""
    J, mu = dirac.jacobian(method, strength), dirac.eigenvalues(method, strength)
    assert mu.sum() == pytest.approx(np.trace(J), abs=1e-15)
    assert mu.prod() == pytest.approx(np.linalg.det(J), rel=1e-13, abs=0)


def test_published_eigenvalues():
    """The values of Mescheder et al. 2018, at knobs on both sides of critical damping."""
    s, g = 0.7, 0.6
    published = {
        ("minimax", 0.0): (0, 0.5j),
        ("nonsaturating", 0.0): (0, 0.5j),
        ("wgan", 0.0): (0, 1j),
        ("instance_noise", s): (-(s**2) / 4, 0.5j * np.sqrt(1 - s**4 / 4)),
        ("consensus", g): (-g / 4, 0.5j),
        ("r1", g): (-g / 2, 0.5j * np.sqrt(1 - g**2)),
        ("r1", 1.7): (-0.85, 0.5 * np.sqrt(1.7**2 - 1)),
        ("wgan_r1", g): (-g / 2, 0.5j * np.sqrt(4 - g**2)),
        ("wgan_r1", 2.5): (-1.25, 0.5 * np.sqrt(2.5**2 - 4)),
    }
    for (method, strength), (centre, root) in published.items():
        np.testing.assert_allclose(dirac.eigenvalues(method, strength), [centre + root, centre - root], atol=1e-15)


@pytest.mark.parametrize("alternating", [False, True])
@pytest.mark.parametrize(("method", "strength"), LINEAR)
def test_step_jacobian_is_the_derivative_of_the_step(method, strength, alternating):
    """The linearised step is the numerical derivative of the step at the equilibrium."""
    step = lambda x: np.array(dirac.step(method, *x, 0.8, strength, alternating=alternating))  # noqa: E731
    columns = [gradient(lambda x, i=i: step(x * np.eye(2)[i]), 0.0) for i in range(2)]
    got = dirac.step_jacobian(method, 0.8, strength, alternating=alternating)
    np.testing.assert_allclose(got, np.transpose(columns), atol=1e-9)


@pytest.mark.parametrize("alternating", [False, True])
@pytest.mark.parametrize(("method", "strength"), DAMPED)
def test_largest_step_is_where_the_radius_crosses_one(method, strength, alternating):
    """The spectral radius is below one at every step smaller than the largest, and above one past it."""
    h = dirac.largest_step(method, strength, alternating=alternating)
    radius = lambda x: dirac.spectral_radius(method, x * h, strength, alternating=alternating)  # noqa: E731
    assert all(radius(x) < 1 for x in (0.01, 0.3, 0.7, 0.99, 1 - 1e-5))
    assert all(radius(x) > 1 for x in (1 + 1e-5, 1.5))


def test_stated_largest_steps():
    """R1: 4γ below critical damping, 4(γ-√(γ²-1)) above; consensus and WGAN+R1 by their own formulas."""
    g = 0.3
    largest = lambda m, s, alternating: dirac.largest_step(m, s, alternating=alternating)  # noqa: E731
    assert largest("r1", g, False) == pytest.approx(4 * g)
    assert largest("r1", 1.7, False) == pytest.approx(4 * (1.7 - np.sqrt(1.7**2 - 1)))
    assert largest("consensus", g, False) == pytest.approx(8 * g / (g**2 + 4))
    assert largest("r1", g, True) == pytest.approx(4 * (np.sqrt(1 + g**2) - g))
    assert largest("wgan_r1", g, True) == pytest.approx(np.sqrt(g**2 + 4) - g)
    assert largest("consensus", g, True) == pytest.approx(8 / (g + 2))


@pytest.mark.parametrize(("method", "edge"), [("minimax", 4), ("nonsaturating", 4), ("wgan", 2)])
def test_undamped_methods(method, edge):
    """Simultaneous steps diverge with modulus √(1+h²b²); alternating ones have modulus one below the edge."""
    h = 0.37 * edge
    assert dirac.largest_step(method, alternating=False) == 0
    assert dirac.spectral_radius(method, h, alternating=False) == pytest.approx(np.sqrt(1 + (2 * h / edge) ** 2))
    assert dirac.largest_step(method, alternating=True) == pytest.approx(edge)
    assert dirac.spectral_radius(method, h, alternating=True) == pytest.approx(1, abs=1e-14)
    assert dirac.spectral_radius(method, 1.01 * edge, alternating=True) > 1.1


def test_minimax_flow_turns_on_circles():
    """The minimax field is orthogonal to the radius everywhere: its flow conserves θ²+ψ²."""
    theta, psi = np.random.default_rng(5).normal(size=(2, 50))
    v_theta, v_psi = dirac.field("minimax", theta, psi)
    np.testing.assert_allclose(theta * v_theta + psi * v_psi, 0, atol=1e-15)


def test_orbits_take_steps():
    """An orbit is its steps in turn, for several starts at once; alternating and simultaneous differ."""
    start = (np.array([0.5, -1.0]), np.array([0.2, 0.7]))
    orbit = dirac.orbit("r1", *start, 0.3, 2, 0.4, alternating=True)
    assert orbit.shape == (3, 2, 2)
    np.testing.assert_array_equal(orbit[0], np.transpose(start))
    first = dirac.step("r1", *start, 0.3, 0.4, alternating=True)
    np.testing.assert_array_equal(orbit[2], np.transpose(dirac.step("r1", *first, 0.3, 0.4, alternating=True)))
    v = dirac.field("r1", *start, 0.4)
    both = dirac.step("r1", *start, 0.3, 0.4, alternating=False)
    np.testing.assert_allclose(both, [start[0] + 0.3 * v[0], start[1] + 0.3 * v[1]], rtol=1e-15)
    assert not np.allclose(first, both)


def test_r1_converges_and_minimax_does_not():
    """From the same start R1 ends at the solution while simultaneous minimax steps leave it."""
    last = lambda m, s: np.hypot(*dirac.orbit(m, 1.0, 0.5, 0.2, 400, s, alternating=False)[-1])  # noqa: E731
    assert last("r1", 0.3) < 1e-4
    assert last("minimax", 0.0) > np.hypot(1.0, 0.5) * 2


def test_gradient_penalty_jumps():
    """The WGAN-GP field jumps by 2γ across ψ = 0."""
    above, below = (dirac.field("wgan_gp", 0.0, psi, 0.9)[1] for psi in (1e-9, -1e-9))
    assert above - below == pytest.approx(1.8, abs=1e-8)


def test_nonsaturating_flow_decays_like_eight_over_time():
    """The flow's θ²+ψ² follows 1/(1/start + t/8), to the order of the radius."""
    v = lambda _, x: np.array(dirac.field("nonsaturating", *x))  # noqa: E731
    end = solve_ivp(v, (0, 1000), [0.3, 0.0], rtol=1e-8, atol=1e-11).y[:, -1]
    assert end @ end == pytest.approx(float(dirac.nonsaturating_radius2(0.09, 1000)), rel=3e-3, abs=0)
    assert dirac.nonsaturating_radius2(0.09, 1e9) == pytest.approx(8e-9, rel=1e-6, abs=0)


@pytest.mark.parametrize("h", [0.5, 1.5, 3.1])
def test_alternating_decays_at_the_same_mean_rate(h):
    """At any h < 4 the mean of θ²+ψ² over many turns follows the same law in t = h·steps."""
    steps = 6000
    theta, psi = 0.25 * np.cos(np.linspace(0, np.pi, 32)), 0.25 * np.sin(np.linspace(0, np.pi, 32))
    orbit = dirac.orbit("nonsaturating", theta, psi, h, steps, alternating=True)
    radius2 = (orbit**2).sum(-1)
    conserved = radius2 - h / 2 * orbit[..., 0] * orbit[..., 1]
    start = conserved[0] / (1 - h**2 / 16)  # the mean of θ²+ψ² on each start's ellipse
    window = np.arange(steps - 400, steps)
    law = dirac.nonsaturating_radius2(start, h * window[:, None])
    np.testing.assert_allclose((radius2[window] / law).mean(0), 1, atol=0.02)


@pytest.mark.parametrize("h", [0.05, 0.1])
def test_simultaneous_steps_settle_on_a_circle(h):
    """Simultaneous non-saturating steps end at θ²+ψ² = 2h, from inside and outside, to first order."""
    orbit = dirac.orbit("nonsaturating", [0.1, 1.0], [0.0, 0.2], h, int(80 / h**2), alternating=False)
    settled = (orbit[-2000:] ** 2).sum(-1).mean(0)
    np.testing.assert_allclose(settled, float(dirac.simultaneous_limit_radius2(h)), rtol=h)


BAD = [
    (lambda: dirac.field("gan", 0.0, 0.0), "method"),
    (lambda: dirac.eigenvalues("wgan_gp", 1.0), "method"),
    (lambda: dirac.jacobian("minimax", 0.3), "strength"),
    (lambda: dirac.field("r1", 0.0, 0.0, -0.1), "strength"),
    (lambda: dirac.field("r1", np.inf, 0.0, 0.1), "theta"),
    (lambda: dirac.field("r1", 0.0, np.nan, 0.1), "psi"),
    (lambda: dirac.step("r1", 0.0, 0.0, 0.0, 0.1, alternating=True), "h"),
    (lambda: dirac.spectral_radius("r1", -1.0, 0.1, alternating=True), "h"),
    (lambda: dirac.orbit("r1", 0.0, 0.0, 0.1, -1, 0.1, alternating=True), "steps"),
    (lambda: dirac.nonsaturating_radius2(0.0, 1.0), "start"),
    (lambda: dirac.nonsaturating_radius2(1.0, -1.0), "time"),
    (lambda: dirac.simultaneous_limit_radius2(0.0), "h"),
    (lambda: dirac.largest_step("none", alternating=False), "method"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Unknown methods, knobs that do not exist and bad steps are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
