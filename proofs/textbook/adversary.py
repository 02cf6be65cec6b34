"""Games against a discriminator from the definition, on cells and on densities; knows no optimum and no divergence.

In the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `optimal_discriminator`,
`nonsaturating_is_a_divergence` and `best_response_is_dirac`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import expit

from proofs.words.arithmetic import DOUBLE
from theory import GaussianMixture

EDGES = np.arange(-4.0, 4.5)
"""Through these the generator m + s z is seen: nine edges, ten bins."""


# --- laws --------------------------------------------------------------------------------------------------------------


def with_density(height: Any) -> GaussianMixture:
    """A Gaussian whose density at 0 is `height`."""
    return GaussianMixture([1.0], [0.0], stds=[1 / (float(height) * np.sqrt(2 * np.pi))])


def far(weight: Any) -> GaussianMixture:
    """Two modes so far apart that they are two cells."""
    return GaussianMixture([float(weight), 1 - float(weight)], [-60.0, 60.0], stds=[1.0, 1.0])


def of_densities(p: Any, q: Any) -> tuple[GaussianMixture, GaussianMixture, float]:
    """Two Gaussians of these densities at 0, and that point."""
    return with_density(p), with_density(q), 0.0


def two_cells(p: Any, q: Any) -> tuple[GaussianMixture, GaussianMixture]:
    """Two laws with these weights on the first of two far modes."""
    return far(p), far(q)


def js_of_cells(p: Any, q: Any) -> float:
    """JS of two laws with these weights on the first of two cells."""
    a, b = np.array([p, 1 - p]), np.array([q, 1 - q])
    return float(np.sum(a * np.log(2 * a / (a + b)) + b * np.log(2 * b / (a + b))) / 2)


def densities(s: Any) -> Any:
    """Two densities on the line."""
    return s.pairs(low=1, high=3, std=(0.5, 2.0))


def nearly_equal(s: Any) -> Any:
    """The same, or two far modes whose weights change a little: where Pinsker's inequality is tight."""
    near = lambda d: (far(0.5 + d[0] * d[1]), far(0.5 - d[0]))  # noqa: E731
    return s.either(s.tuples(s.scales(1e-2, 0.49), s.reals(-0.9, 0.9)).map(near), densities(s))


def log_cosh(m: Any, t: Any) -> Any:
    """ln cosh t: up to 1 from sinh, beyond it from t + ln(1+e^{-2t})."""
    size = m.size(t)
    near = -m.largest(-size, 0 * size - 1)
    far = [u + m.log(1 + m.exp(-2 * u)) for u in (size, near)]
    return m.log1p(m.sinh(near) ** 2) / 2 + (far[0] - far[1])


def softplus(m: Any, t: Any) -> Any:
    """ln(1+eᵗ), without overflow."""
    return m.largest(t, 0 * t) + m.log(1 + m.exp(-m.size(t)))


# --- the best discriminator --------------------------------------------------------------------------------------------


def places(s: Any) -> Any:
    """Two densities and a point."""
    return s.tuples(s.mixtures(1, 3, std=(0.5, 2.0)), s.mixtures(1, 3, std=(0.5, 2.0)), s.reals(-6.0, 6.0))


def best_at_a_point(m: Any, p: Any, q: Any, x: Any) -> Any:
    """D = 1/(1+e^{-t}) at the t where p ln D + q ln(1-D) has slope 0 in D: p/q = D/(1-D)."""
    ratio = m.logpdf(p, m.number(x)) - m.logpdf(q, m.number(x))
    t = m.root(lambda t: softplus(m, t) - softplus(m, -t) - ratio, -600, 600)
    return m.exp(-softplus(m, -t))


def share_of_fakes(p: GaussianMixture, q: GaussianMixture, x: Any) -> Any:
    """q/(p+q)."""
    return expit(q.logpdf(x) - p.logpdf(x))


def share_against_two_fakes(p: GaussianMixture, q: GaussianMixture, x: Any) -> Any:
    """p/(p+2q)."""
    return p.pdf(x) / (p.pdf(x) + 2 * q.pdf(x))


def problems(s: Any) -> Any:
    """p and q, of which cells may be empty of one of them, and any D."""

    def thinned(drawn: Any) -> Any:
        weights, kept = drawn
        w = weights * kept if (weights * kept).any() else weights
        return w / w.sum()

    some = lambda n: s.vectors(s.one_of((0.0, 0.1, 0.35, 1.0)), n, n)  # noqa: E731
    law = lambda n: s.tuples(s.weights(n, n), some(n)).map(thinned)  # noqa: E731
    return s.integers(2, 6).flatmap(lambda n: s.tuples(law(n), law(n), s.vectors(s.inside(0.0, 1.0), n, n)))


def by_relative_entropies(m: Any, p: Any, q: Any, d: Any) -> Any:
    """-ln 4 + KL(p‖m) + KL(q‖m) less what D costs at every cell."""
    js2 = m.kl(p, (p + q) / 2).sum() + m.kl(q, (p + q) / 2).sum()
    best = m.over(p, p + q)
    lost = (p + q) * (m.kl(best, d + 0 * p) + m.kl(1 - best, 1 - d + 0 * p))
    return -m.log(m.number(4)) + js2 - lost.sum()


def best_value(m: Any, p: Any, q: Any) -> Any:
    """∫ p ln D* + q ln(1-D*)."""

    def loss(x: Any) -> Any:
        t = m.logpdf(p, x) - m.logpdf(q, x)
        return m.pdf(p, x) * softplus(m, -t) + m.pdf(q, x) * softplus(m, t)

    return -m.integrate(loss, m.line(p, q))


# --- the non-saturating generator --------------------------------------------------------------------------------------


def integrand(m: Any, p: Any, q: Any) -> Any:
    """Of KL(q‖p) - 2 JS, m = (p+q)/2: q ln(q/p) - p ln(p/m) - q ln(q/m)."""
    return q * m.log(q / p) - p * m.log(2 * p / (p + q)) - q * m.log(2 * q / (p + q))


def tilted(s: Any) -> Any:
    """p, q and the exponents u of a path q_t ∝ q e^{tu}."""
    return s.integers(2, 6).flatmap(
        lambda n: s.tuples(s.weights(n, n), s.weights(n, n), s.vectors(s.reals(-2.0, 2.0), n, n))
    )


def tilting(p: Any, q: Any, u: Any) -> tuple[Any, Any, Any]:
    """p, q and how q_t moves at t = 0."""
    return p, q, q * (u - q @ u)


def along_exponential_paths(m: Any, p: Any, q: Any, u: Any) -> Any:
    """The slope of KL(q_t‖p) - 2 JS at t = 0."""

    def at(t: Any) -> Any:
        moved = q * m.exp(t * u)
        return integrand(m, p, moved / moved.sum()).sum()

    return m.slope(at, m.number(0))


def binned(s: Any) -> Any:
    """A law on the bins, and mean and deviation of a generator."""
    return s.tuples(s.weights(10, 10), s.reals(-2.0, 2.0), s.reals(1.0, 3.0))


def bins(m: Any, mean: Any, std: Any) -> Any:
    """Masses of N(mean, std²) in the bins."""
    below = [m.number(0), *(m.normal_cdf((m.number(e) - mean) / std) for e in EDGES), m.number(1)]
    return np.diff(np.array(below))


def moving_bins(p: Any, mean: Any, std: Any) -> tuple[Any, Any, Any]:
    """p, those masses, and how they move with the mean."""
    heights = np.exp(-(((EDGES - mean) / std) ** 2) / 2) / (std * np.sqrt(2 * np.pi))
    return p, bins(DOUBLE, mean, std), -np.diff(np.concatenate([[0.0], heights, [0.0]]))


def of_a_generator(m: Any, p: Any, mean: Any, std: Any) -> Any:
    """The slope of E[-ln D*(g_θ(z))], D* held at θ = mean: what the generator really descends."""
    q = bins(m, mean, std)
    loss = -m.log(p / (p + q))
    return m.slope(lambda at: (bins(m, at, std) * loss).sum(), mean, std)


def slopes(s: Any) -> Any:
    """Two densities and a point, nearer together."""
    return s.tuples(*[s.mixtures(1, 3, spread=2.0, std=(0.7, 2.0))] * 2, s.reals(-3.0, 3.0))


def noise(p: Any, q: Any, x: Any) -> float:
    """What differences of a loss of size p/q leave of a slope of size one."""
    return 1e-9 + 1e-12 * float(p.pdf(x) / q.pdf(x))


def with_that_slope(m: Any, p: Any, q: Any, x: Any) -> Any:
    """The D for which 1 - ln 2 - ln D is the slope of the integrand in q, p and q in units of q."""
    ratio = m.exp(m.logpdf(p, m.number(x)) - m.logpdf(q, m.number(x)))
    return m.exp(1 - m.log(m.number(2)) - m.slope(lambda q: integrand(m, ratio, q), m.number(1), m.number(1) / 4))


def to_the_middle(m: Any, p: Any, q: Any) -> Any:
    """KL(q‖p) - KL(p‖m) - KL(q‖m)."""

    def terms(x: Any) -> Any:
        lp, lq = m.logpdf(p, x), m.logpdf(q, x)
        top = m.largest(lp, lq)
        lm = top + m.log((m.exp(lp - top) + m.exp(lq - top)) / 2)
        return m.exp(lq) * (lq - lp) - m.exp(lp) * (lp - lm) - m.exp(lq) * (lq - lm)

    return m.integrate(terms, m.line(p, q))


def of_the_middle(m: Any, p: Any, q: Any) -> Any:
    """2 KL(m‖p)."""

    def terms(x: Any) -> Any:
        lp, lq = m.logpdf(p, x), m.logpdf(q, x)
        top = m.largest(lp, lq)
        s = m.exp(lp - top) + m.exp(lq - top)
        return m.exp(top) * s * (top + m.log(s / 2) - lp)

    return m.integrate(terms, m.line(p, q))


# --- best responses ----------------------------------------------------------------------------------------------------


def laws_on_cells(s: Any) -> Any:
    """Logits of D on cells, the largest perhaps twice, and q: at random, or on arg-max D alone."""

    def build(t: Any, q: Any, tie: int, only: int) -> Any:
        t = np.append(t, t.max()) if tie else np.append(t, t.min())
        q = np.append(q, q[0])
        q = np.where(t == t.max(), q, 0.0) if only else q
        return t, q / q.sum()

    def cells(n: int) -> Any:
        return s.tuples(s.vectors(s.reals(-5.0, 60.0), n, n), s.weights(n, n), s.integers(0, 1), s.integers(0, 1))

    return s.integers(2, 5).flatmap(cells).map(lambda a: build(*a))


def unfooled(m: Any, logits: Any, q: Any) -> Any:
    """-E_q ln(1-D)."""
    return sum(b * softplus(m, m.number(t)) for t, b in zip(logits, q, strict=True))


def above_the_least(m: Any, p: Any, q: Any) -> Any:
    """∫ p ln 2D* + q ln 2(1-D*), as ∫ (d t + ln(1-d²))(p+q)/2 with t = ln(p/q), d = tanh(t/2): nothing cancels at p = q."""

    def loss(x: Any) -> Any:
        a, b = m.logpdf(p, x), m.logpdf(q, x)
        t = a - b
        d = m.tanh(t / 2)
        return (m.exp(a) + m.exp(b)) / 2 * (d * t - 2 * log_cosh(m, t / 2))

    return m.integrate(loss, m.line(p, q))


def discriminators(s: Any) -> Any:
    """The law of the data on cells, and D there, often ½ throughout."""
    return s.integers(2, 5).flatmap(
        lambda n: s.tuples(s.weights(n, n), s.either(s.vectors(s.inside(0.0, 1.0), n, n), s.one_of((np.full(n, 0.5),))))
    )


def against_every_point(m: Any, p: Any, d: Any) -> Any:
    """-E_p ln D, and the most over point masses of -ln(1-D)."""
    d = [m.number(a) for a in d]
    return -sum(a * m.log(b) for a, b in zip(p, d, strict=True)) + max(-m.log(1 - b) for b in d)


def over_latents(m: Any, p: Any) -> Any:
    """Var x of g(k, ε) = m_k + s_k ε: ∫ over ε, Σ over k, of what the map gives."""
    knots = [-12, -6, -3, 0, 3, 6, 12]

    def moment(power: int) -> Any:
        parts = [(w, lambda e, a=a, s=s: (a + s * e) ** power * m.normal(e)) for w, a, s in m.parts(p)]
        return sum(w * m.integrate(f, knots) for w, f in parts)

    return moment(2) - moment(1) ** 2
