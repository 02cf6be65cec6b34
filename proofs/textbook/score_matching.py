"""Scores of two laws compared, from their definitions: at one noise level by one integral, at all of them by two.

The pair: w N(a, s²) + (1-w) N(-a, s²); a model of it has the share v. In numbers scores are sums over components, and noise
widens these; nothing is known of closed forms. In symbols averages are those over Z ~ N(0, 1) seen from the middle of the
pair, x = sz, r = a/s: p_w = N(0, s²) e^{-r²/2} (w e^{rz} + (1-w) e^{-rz}). For `score_matching_is_blind`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from proofs.words import sp
from proofs.words.arithmetic import PRECISE
from proofs.words.translation import Known, averaged, mean_of
from theory import GaussianMixture

# --- in symbols ---------------------------------------------------------------------------------------------------------


def weight(share: Any, r: Any, z: Any) -> Any:
    """w e^{rz} + (1-w) e^{-rz}: p_w over e^{-r²/2} N(0, s²)."""
    return share * sp.exp(r * z) + (1 - share) * sp.exp(-r * z)


def slope(share: Any, r: Any, z: Any) -> Any:
    """(we^{rz} - (1-w)e^{-rz})/(we^{rz} + (1-w)e^{-rz}): (s/r) times the score, less the part that all shares have."""
    return (share * sp.exp(r * z) - (1 - share) * sp.exp(-r * z)) / weight(share, r, z)


def sech(share: Any, r: Any, z: Any) -> Any:
    """sech(rz + ½ ln w/(1-w))."""
    return 2 * sp.sqrt(share * (1 - share)) / weight(share, r, z)


def _mean_sech(share: Any, r: Any, power: int = 0) -> Any:
    """E Z^power of it."""
    return mean_of("sech", power)(sp.log(share / (1 - share)) / 2, r)


def by_parts(h: Any, z: Any) -> tuple[Any, Any, Any]:
    """E Z h(Z) = E h'(Z)."""
    return 1, z * h - sp.diff(h, z), 0


def at_a_level(w: Any, v: Any, r: Any, z: Any) -> Known:
    """Of the mean square: sech of either share, and Z sech = -(d/dZ) sech of the model's."""
    c, root = r**2 * sp.exp(-(r**2) / 2), sp.sqrt(v * (1 - v))
    own, model = sech(w, r, z), sech(v, r, z)
    return [
        (-2 * c * sp.sqrt(w * (1 - w)), own, _mean_sech(w, r)),
        (c * (w + v - 2 * w * v) / root, model, _mean_sech(v, r)),
        (c * (w - v) / root, -model * slope(v, r, z), _mean_sech(v, r, 1) / r),
    ]


def square(w: Any, v: Any, r: Any, z: Any) -> Any:
    """s² (∂ ln p_w - ∂ ln p_v)² p_w, to be averaged."""
    return sp.exp(-(r**2) / 2) * weight(w, r, z) * (r * (slope(w, r, z) - slope(v, r, z))) ** 2


def mean_square_at(w: Any, v: Any, r: Any, z: Any) -> Any:
    """Its average."""
    return averaged(square(w, v, r, z), at_a_level(w, v, r, z))


def mean_square_known(w: Any, v: Any, r: Any) -> Any:
    """The same in closed form."""
    return sum(c * average for c, _, average in at_a_level(w, v, r, 0))


def gained(w: Any, v: Any, r: Any, z: Any) -> Any:
    """r dKL(p_w‖p_v)/dr, to be worked out: differentiated at fixed z, and E Z h = E h' of what z leads to."""
    ratio = sp.log(weight(w, r, z) / weight(v, r, z))
    nats = sp.Derivative(sp.exp(-(r**2) / 2) * weight(w, r, z) * ratio, r)
    h = r * sp.exp(-(r**2) / 2) * sp.diff(weight(w, r, z) * ratio, z) / r
    return averaged(r * nats, [*at_a_level(w, v, r, z), by_parts(h, z)])


def under_a_flat_density(w: Any, v: Any, r: Any) -> Any:
    """√(π/2) r e^{-r²/2} (√(w(1-v)) - √(v(1-w)))²/√(v(1-v))."""
    apart = sp.sqrt(w * (1 - v)) - sp.sqrt(v * (1 - w))
    return sp.sqrt(sp.pi / 2) * r * sp.exp(-(r**2) / 2) * apart**2 / sp.sqrt(v * (1 - v))


def kl(w: Any, v: Any) -> Any:
    """w ln(w/v) + (1-w) ln((1-w)/(1-v))."""
    return w * sp.log(w / v) + (1 - w) * sp.log((1 - w) / (1 - v))


def on_the_modes(w: Any, v: Any, r: Any, z: Any) -> Known:
    """Of KL: ln cosh(rx/s + ½ ln w/(1-w)) on either mode, of both shares."""

    def term(share: Any, sign: int) -> tuple[Any, Any, Any]:
        of_mode, shift = (w if sign > 0 else 1 - w), sp.log(share / (1 - share)) / 2 + sign * r**2
        seen = sp.log(weight(share, r, z + sign * r) / (2 * sp.sqrt(share * (1 - share))))
        return (1 if share == w else -1) * of_mode, seen, mean_of("log_cosh")(shift, r)

    return [term(share, sign) for share in (w, v) for sign in (1, -1)]


def nats(w: Any, v: Any, r: Any, z: Any) -> Any:
    """KL(p_w‖p_v) = E_{p_w} ln p_w/p_v, to be worked out: over a label k of the mode, 1 of share w, and x = s(z ± r)."""
    k = sp.Symbol("k")
    x = z + (2 * k - 1) * r
    ratio = sp.log(weight(w, r, x) / weight(v, r, x))
    return averaged(sp.Sum((k * w + (1 - k) * (1 - w)) * ratio, (k, 0, 1)), on_the_modes(w, v, r, z))


def nats_known(w: Any, v: Any, r: Any) -> Any:
    """The same in closed form."""
    means = sum(c * average for c, _, average in on_the_modes(w, v, r, 0))
    return means + (sp.log(w) + sp.log(1 - w) - sp.log(v) - sp.log(1 - v)) / 2


def nats_less_the_overlap(w: Any, v: Any, r: Any, mean_sech: Any = None) -> Any:
    """kl(w‖v) - E (π_w - π_v)²/π_v(1-π_v), which is (w-v)² e^{-r²/2} E sech(rZ + ...)/(2v(1-v)√(w(1-w)))."""
    mean_sech = _mean_sech(w, r) if mean_sech is None else mean_sech
    lost = (w - v) ** 2 * sp.exp(-(r**2) / 2) * mean_sech / (2 * v * (1 - v) * sp.sqrt(w * (1 - w)))
    return kl(w, v) - lost


# --- in numbers ---------------------------------------------------------------------------------------------------------


def pair(a: float, s: float, share: float) -> GaussianMixture:
    """The share is that of the mode at a."""
    return GaussianMixture([share, 1 - share], [a, -a], stds=[s, s])


def places(s: Any) -> Any:
    """x, a, s and two shares, x within two deviations of the middle."""
    drawn = s.tuples(
        s.reals(-2.0, 2.0), s.scales(0.3, 4.0), s.scales(0.3, 3.0), s.inside(0.02, 0.98), s.inside(0.02, 0.98)
    )
    return drawn.map(lambda d: (d[0] * d[2], d[1] * d[2], d[2], *d[3:]))


def shares(s: Any, furthest: float = 6.0) -> Any:
    """Two shares, at least a hundredth apart, and r."""
    drawn = s.tuples(s.inside(0.02, 0.98), s.inside(0.02, 0.98), s.scales(0.1, furthest))
    return drawn.map(lambda d: (d[0], d[1] if abs(d[0] - d[1]) > 0.01 else 1 - d[0] / 2, d[2]))


def laws(s: Any) -> Any:
    """Two mixtures, and T."""
    return s.tuples(
        s.mixtures(1, 3, spread=2.0, std=(0.5, 2.0)), s.mixtures(1, 3, spread=2.0, std=(0.5, 2.0)), s.scales(0.05, 6.0)
    )


def _scores(m: Any, parts: Any, x: Any, noise: Any) -> tuple[Any, Any]:
    """ln of a density and its score under noise of variance t: Σ w N(x; μ, s²+t) and its slope, over it."""
    logs = [m.log(w / m.sqrt(s**2 + noise)) - (x - mean) ** 2 / (s**2 + noise) / 2 for w, mean, s in parts]
    most = m.largest(*logs)
    heights = [m.exp(log - most) for log in logs]
    back = sum((x - mean) / (s**2 + noise) * height for height, (_, mean, s) in zip(heights, parts, strict=True))
    return most + m.log(sum(heights)) - m.log(2 * m.pi) / 2, -back / sum(heights)


def _squared(m: Any, p: Any, q: Any, noise: Any) -> Any:
    """E_{p_t} (∂ ln p_t - ∂ ln q_t)², over ±9 deviations of the components of p_t."""
    own, other = m.parts(p), m.parts(q)

    def seen(x: Any) -> Any:
        (log, score), (_, model) = (_scores(m, parts, x, noise) for parts in (own, other))
        return m.exp(log) * (score - model) ** 2

    return m.integrate(seen, _edges(m, own, noise))


def _edges(m: Any, parts: Any, noise: Any) -> list[float]:
    """From nine deviations below a component to nine above."""
    wide = [(float(mean), float(m.sqrt(s**2 + noise))) for _, mean, s in parts]
    return sorted({mean + k * std for mean, std in wide for k in (-9, -6, -4, -2.5, -1, 0, 1, 2.5, 4, 6, 9)})


def _around(r: float, var: float) -> list[float]:
    """Edges for the pair: by deviations about either mode, and by widths var/r of the step of the posterior between them."""
    std, width = var**0.5, var / max(r, 1e-6)
    end = r + 9 * std
    middle = [k * width for k in (-24, -12, -6, -3, -1.5, 0, 1.5, 3, 6, 12, 24)]
    modes = [side * r + k * std for side in (-1, 1) for k in (-9, -6, -4, -2.5, -1, 0, 1, 2.5, 4, 6, 9)]
    return sorted({at for at in (*middle, *modes) if abs(at) <= end})


def difference(m: Any, x: Any, a: Any, s: Any, w: Any, v: Any) -> Any:
    """∂(ln p_w - ln p_v) by differences of the logarithms of sums."""
    x, a, s = map(m.number, (x, a, s))

    def log(share: Any, at: Any) -> Any:
        near, far = -((at - a) ** 2) / (2 * s**2), -((at + a) ** 2) / (2 * s**2)
        return m.log(m.number(share) * m.exp(near) + (1 - m.number(share)) * m.exp(far))

    return m.slope(lambda at: log(w, at) - log(v, at), x, s * s / (s + a))


def _between_the_modes(m: Any, w: Any, v: Any, r: Any, noise: Any) -> Any:
    """The same of the pair, s = 1: p'/p - q'/q = (p'q - pq')/pq, of which the terms with one mode twice cancel."""
    w, v, var = m.number(w), m.number(v), 1 + noise

    def seen(x: Any) -> Any:
        logs = [-((x - side * r) ** 2) / var / 2 for side in (1, -1)]
        most = m.largest(*logs)
        near, far = (m.exp(log - most) for log in logs)
        p, q = (near * share + far * (1 - share) for share in (w, v))
        apart = near * far / p / q * ((w - v) * (2 * r) / var)
        return m.exp(most) * p * apart**2

    return m.integrate(seen, _around(float(r), float(var))) / m.sqrt(2 * m.pi * var)


def mean_square(m: Any, w: Any, v: Any, r: Any) -> Any:
    """s² E of the square."""
    return _between_the_modes(m, w, v, m.number(r), m.number(0))


def divergence(m: Any, w: Any, v: Any, r: Any) -> Any:
    """∫ p_w ln(p_w/p_v)."""
    return _kl(m, pair(r, 1.0, w), pair(r, 1.0, v), m.number(0), _around(float(r), 1.0))


def _kl(m: Any, p: Any, q: Any, noise: Any, edges: Any = None) -> Any:
    own, other = m.parts(p), m.parts(q)

    def seen(x: Any) -> Any:
        log, model = (_scores(m, parts, x, noise)[0] for parts in (own, other))
        return m.exp(log) * (log - model)

    return m.integrate(seen, _edges(m, own, noise) if edges is None else edges, panels=3)


def at_all_levels(m: Any, w: Any, v: Any, r: Any) -> Any:
    """½ ∫₀^∞ E of the square dt, over 1/√(1+t) from 0 to 1."""

    def added(width: Any) -> Any:
        levels = [_between_the_modes(m, w, v, m.number(r), 1 / b**2 - 1) / b**3 for b in np.ravel(width)]
        return np.array(levels).reshape(np.shape(width))

    return m.integrate(added, np.linspace(0, 1, 2 + int(min(r, 38.0) / 1.5)), panels=1)


def divergence_confirmed(w: Any, v: Any, r: Any) -> Any:
    """That integral is KL, by one integral."""
    with PRECISE.digits():
        return divergence(PRECISE, w, v, r)


def up_to_a_level(m: Any, p: Any, q: Any, top: Any) -> Any:
    """½ ∫₀ᵀ E of the square dt, over ln(c+t), c the square of the least deviation."""
    least = min(s for _, _, s in m.parts(p) + m.parts(q)) ** 2
    end = m.log((least + m.number(top)) / least)

    def added(log: Any) -> Any:
        wide = [least * m.exp(at) for at in np.ravel(log)]
        return np.array([_squared(m, p, q, at - least) * at / 2 for at in wide]).reshape(np.shape(log))

    return m.integrate(added, m.grid(0, end, 2 + int(float(end))), panels=1)


def up_to_a_level_confirmed(p: Any, q: Any, top: Any) -> Any:
    """Two integrals of p ln(p/q)."""
    with PRECISE.digits():
        return _kl(PRECISE, p, q, PRECISE.number(0)) - _kl(PRECISE, p, q, PRECISE.number(top))
