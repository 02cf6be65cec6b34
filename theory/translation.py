"""A Gaussian as wide as the two modes, moved along the pair or spread over both: what pulls it to a dropped mode.

    p = ½N(-a, s²) + ½N(a, s²),  q = N(μ, s²);   here s = 1, a = r = `r`, μ = `mean`

Moving it, a divergence D = ∫ c(p, q) falls or rises by

    dD/dμ = E_q h'(x),   d²D/dμ² = E_q[h''(x) + (x-μ)² q c_qq],   h = ∂c/∂q

For JS, with L = ln p/q, L' = r tanh rx - μ, σ the logistic function: h' = -½σ(L)L' and q c_qq = ½σ(L). On a mode the
slope leads away from the dropped one, but only by about (π/2√3) φ(r): where the missing mode lies there are no fakes to
be moved. A weight α on that mode is pulled by r² - ½ ln 3 instead. Units: slopes 1/s, curvatures 1/s², offsets s; nats.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
from scipy.special import expit

from theory.numerics.zero import zero
from theory.validation import inputs as valid
from theory.validation.inputs import Array

NAMES = ("kl", "reverse_kl", "js", "nonsaturating")
REACH = 9.5
"""Standard deviations beyond which N(0, 1) weighs less than 1e-20."""
FREE = 3.0
"""From here on the minimum is off the centre for sure."""
WIDE, FARTHEST = 100.0, 39.0
"""r + |μ| from which on panels are doubled; where the density is below the smallest double."""


def slope(name: str, r: float, mean: float) -> float:
    """dD/dμ, for D one of kl (p‖q), reverse_kl, js, nonsaturating = reverse_kl - 2 js.

    Raises ValueError unless name is one of these, r > 0, and mean is finite.
    """
    name, r, mean = valid.choice("name", name, NAMES), valid.positive("r", r), valid.real("mean", mean)
    if name == "kl":
        return mean
    js = _js_slope(r, r - mean) if name != "reverse_kl" else 0.0
    if name == "js":
        return js
    kl = mean - r + 2 * r * _average(r, r - mean, lambda z, x: expit(-2 * r * x))  # μ - r E tanh rx, to all digits
    return kl - 2 * js


def curvature(name: str, r: float, mean: float) -> float:
    """d²D/dμ², for the same divergences.

    Raises ValueError unless name is one of these, r > 0, and mean is finite.
    """
    name, r, mean = valid.choice("name", name, NAMES), valid.positive("r", r), valid.real("mean", mean)
    if name == "kl":
        return 1.0
    js = _js_curvature(r, r - mean) if name != "reverse_kl" else 0.0
    if name == "js":
        return js
    return 1 - r**2 * _average(r, r - mean, lambda z, x: _sech2(r * x)) - 2 * js


def pitchfork(name: str) -> float:
    """The r from which on the centre μ = 0 is no minimum: 1.46083 reverse_kl, 1.31268 nonsaturating, 1.62624 js.

    Raises ValueError unless name is one of these.
    """
    return _pitchfork(valid.choice("name", name, NAMES[1:]))


@cache
def _pitchfork(name: str) -> float:
    return zero(lambda r: curvature(name, r, 0.0), 1.0, 2.5, xtol=1e-12)


def offset(r: float) -> float:
    """(a-μ)/s for the local minimum of JS at μ > 0, by relative precision; r above `pitchfork("js")`.

    Raises ValueError unless r lies above `pitchfork("js")`.
    """
    r = valid.positive("r", r)
    if r < FREE and _js_curvature(r, r) >= 0:
        valid.reject("r", f"a separation above {pitchfork('js'):.5f}, where JS has a minimum off the centre", r)
    if far_offset(r) < np.finfo(float).tiny:
        return far_offset(r)
    if r >= FREE:  # a step of Newton's is off by a twentieth at most
        near = newton_offset(r)
        return near * zero(lambda share: _js_slope(r, share * near) / near, 0.5, 2.0, xtol=1e-300, rtol=1e-14)
    beside = r / 2
    while _js_slope(r, r - beside) >= 0:
        beside /= 2
    return zero(lambda d: _js_slope(r, d), 0.0, r - beside, xtol=1e-300, rtol=1e-14)


def newton_offset(r: float) -> float:
    """6 s dJS/dμ at μ = a: `offset` by one step of Newton's from the mode, the curvature there being 1/6; in the first order.

    Raises ValueError unless r > 0.
    """
    return 6 * slope("js", r, r)


def share_slope(r: float) -> float:
    """dJS/dα at α = 0 for q = αN(-a, s²) + (1-α)N(a, s²), nats: ½E_a ln(3+u) - ½E_{-a} ln(3+u), u = e^{-2ax/s²}.

    Raises ValueError unless r > 0.
    """
    r = valid.positive("r", r)
    if r < 1:  # the logarithm of the ratio, which is near 1
        fall = np.expm1(-4 * r**2)
        return _average(r, 0.0, lambda z, x: np.log1p(fall * expit(2 * r**2 - 2 * r * z - np.log(3)))) / 2
    kept, dropped = (
        _average(r, 0.0, lambda z, x, sign=sign: np.logaddexp(np.log(3), -2 * r * sign * x)) for sign in (1, -1)
    )
    return (kept - dropped) / 2


def far_slope(r: float) -> float:
    """(π/2√3) φ(r): what s dJS/dμ at μ = a tends to, and stays below.

    Raises ValueError unless r > 0.
    """
    return float(np.pi / (2 * np.sqrt(3)) * _density(valid.positive("r", r)))


def slope_floor(r: float) -> float:
    """(π/2√3) φ(r) (1 - (π² + ln² 3)/8r²), which it stays above.

    Raises ValueError unless r > 0.
    """
    r = valid.positive("r", r)
    return far_slope(r) * float(1 - (np.pi**2 + np.log(3) ** 2) / (8 * r**2))


def far_offset(r: float) -> float:
    """√3 π φ(r): what `offset` tends to, the slope over the curvature 1/6.

    Raises ValueError unless r > 0.
    """
    return 6 * far_slope(r)


def far_share_slope(r: float) -> float:
    """½ ln 3 - r² nats: what `share_slope` tends to.

    Raises ValueError unless r > 0.
    """
    return float(np.log(3) / 2 - valid.positive("r", r) ** 2)


def _js_slope(r: float, d: float) -> float:
    """E_q[-½σ(L)L'] at μ = r - d; L' = d - 2r/(1+e^{2rx}) loses no digit where d is small."""
    return _average(r, d, lambda z, x: -expit(_log_ratio(r, d, z, x)) * (d / 2 - r * expit(-2 * r * x)))


def _js_curvature(r: float, d: float) -> float:
    def integrand(z: Array, x: Array) -> Array:
        s = expit(_log_ratio(r, d, z, x))
        return s / 2 * (z**2 - (1 - s) * (d - 2 * r * expit(-2 * r * x)) ** 2 - r**2 * _sech2(r * x))

    return _average(r, d, integrand)


def _log_ratio(r: float, d: float, z: Array, x: Array) -> Array:
    """ln p/q at x = μ + z, μ = r - d."""
    return np.logaddexp(0, -2 * r * x) - np.log(2) + d * z - d**2 / 2


def _average(r: float, d: float, f: Callable[[Array, Array], Array]) -> float:
    """E f(Z, μ+Z), μ = r - d: f varies on the scale 1/(|r|+|μ|), and may need x near 0.

    By the trapezoidal rule; where that scale is small, by Gauss-Legendre panels that double from where f bends.
    """
    mean = r - d
    if r + max(r, abs(mean)) > WIDE:
        z, weights = _panels(r, mean)
        return float((weights * _density(z) * f(z, mean + z)).sum())
    step = min(0.5, 0.45 / (r + max(r, abs(mean))))
    # as far as the dropped mode and halfway, where slopes of the size φ(r) and bends of the size φ(r/2) come from
    reach = min(REACH + abs(mean) + r / 2, FARTHEST)
    z = step * np.arange(-np.ceil(reach / step), np.ceil(reach / step) + 1)
    return float(step * (_density(z) * f(z, mean + z)).sum())


def _panels(r: float, mean: float) -> tuple[Array, Array]:
    """Nodes z and weights as far as φ reaches: L bends at x = 0, and is 0 halfway to either mode, within so much."""
    bends = [(0.0, 1 / r)]
    bends += [
        (sign * ((r + sign * mean) / 2 + np.log(2) / apart), 1 / apart)
        for sign in (1, -1)
        if (apart := r - sign * mean) > 0
    ]
    doubled = np.concatenate([[0.0], 2.0 ** np.arange(64)])
    around = [at - mean + width * np.concatenate([-doubled, doubled]) for at, width in bends]
    edges = np.concatenate([*around, np.arange(-FARTHEST, FARTHEST + 1)])
    edges = np.unique(edges[np.abs(edges) <= FARTHEST])
    half = np.diff(edges)[:, None] / 2
    nodes, weights = np.polynomial.legendre.leggauss(24)
    return (edges[:-1, None] + half * (1 + nodes)).ravel(), (half * weights).ravel()


def _density(z: Array | float) -> Array:
    return np.asarray(np.exp(-np.square(z) / 2) / np.sqrt(2 * np.pi))


def _sech2(t: Array) -> Array:
    return 4 * expit(2 * t) * expit(-2 * t)
