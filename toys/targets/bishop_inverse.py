"""Bishop's inverse problem: x is a noisy function of t, and t is to be predicted from x.

    t ~ U(0, 1),   x = h(t) + U(-w, w),   h(t) = t + 0.3 sin 2πt,   w = 0.1

h rises on (0, t₁), falls on (t₁, 1-t₁) and rises again, cos 2πt₁ = -1/(0.6π). Because the noise is uniform, t given x
is uniform on {t : |h(t) - x| ≤ w}: up to three intervals, the *branches*, which join where two of them touch at a
turning point. Means, medians and densities are sums over these intervals, exact to rounding; the Bayes risk and the
share of inputs whose conditional mean is itself impossible are quadratures between the kinks of p(x).

Source: Bishop (1994), Mixture density networks, section 5; Bishop (2006), figure 5.19.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Real
from numpy.typing import ArrayLike

from toys.targets._quadrature import legendre, sign_changes
from toys.targets.target import Target
from toys.validation import door, require

AMPLITUDE = 0.3
NOISE = 0.1  # half-width w of the uniform noise
TURN = math.acos(-1 / (2 * math.pi * AMPLITUDE)) / (2 * math.pi)  # t₁, where h' vanishes first
_EDGES = np.array([0.0, TURN, 1 - TURN, 1.0])


@door
def curve(t: Real[np.ndarray, "*n"]) -> Float[np.ndarray, "*n"]:
    """h(t) = t + 0.3 sin 2πt."""
    return t + AMPLITUDE * np.sin(2 * np.pi * t)


@dataclass(frozen=True)
class BishopInverse(Target):
    """Rows (x, t); x is given, t is to be predicted."""

    inputs = 1
    name = "bishop_inverse"
    dim = 2
    source = "Bishop (1994), section 5"

    def sample(self, n: int, rng: np.random.Generator) -> Float[np.ndarray, "{n} {self.dim}"]:
        t = rng.random(n)
        return np.stack([curve(t) + rng.uniform(-NOISE, NOISE, n), t], axis=1)

    def logpdf(self, x: Real[np.ndarray, "n dim"]) -> Float[np.ndarray, " n"]:
        """ln 1/(2w) where 0 ≤ t ≤ 1 and |x - h(t)| ≤ w, -∞ elsewhere, at rows (x, t)."""
        given, t = x.T
        inside = (t >= 0) & (t <= 1) & (np.abs(given - curve(t)) <= NOISE)
        return np.where(inside, -math.log(2 * NOISE), -math.inf)

    @property
    def mean(self) -> Float[np.ndarray, " {self.dim}"]:
        """(½, ½): sin 2πt averages to zero."""
        return np.array([0.5, 0.5])

    @property
    def cov(self) -> Float[np.ndarray, "{self.dim} {self.dim}"]:
        """E (t-½) sin 2πt = -1/2π, E sin² = ½, Var t = 1/12."""
        cross = 1 / 12 - AMPLITUDE / (2 * math.pi)
        var_x = 1 / 12 - AMPLITUDE / math.pi + AMPLITUDE**2 / 2 + NOISE**2 / 3
        return np.array([[var_x, cross], [cross, 1 / 12]])

    def pieces(self, x: ArrayLike) -> tuple[Float[np.ndarray, "n 3"], Float[np.ndarray, "n 3"]]:
        """Ends (low, high), each (n, 3), of {t : |h(t)-x| ≤ w} on the three monotone stretches; empty: low = high.

        Raises ValueError unless x is finite numbers in one row.
        """
        x = np.ravel(x)
        below, above = _inverse(x - NOISE), _inverse(x + NOISE)
        return np.minimum(below, above), np.maximum(below, above)

    def branches(self, x: float) -> Float[np.ndarray, "branches 2"]:
        """The intervals (B, 2) on which t given x is uniform, touching ones joined: the modes of t given x.

        Raises ValueError unless x is finite numbers in one row.
        """
        joined: list[list[float]] = []
        for low, high in zip(*(ends[0] for ends in self.pieces(np.array([x]))), strict=True):
            if high <= low:
                continue
            if joined and low <= joined[-1][1]:
                joined[-1][1] = high
            else:
                joined.append([low, high])
        return np.array(joined).reshape(-1, 2)

    def input_pdf(self, x: ArrayLike) -> Float[np.ndarray, " n"]:
        """p(x) = |{t : |h(t)-x| ≤ w}| / 2w.

        Raises ValueError unless x is finite numbers in one row.
        """
        low, high = self.pieces(x)
        return (high - low).sum(1) / (2 * NOISE)

    def conditional_mean(self, x: ArrayLike) -> Float[np.ndarray, " n"]:
        """E[t|x] = Σ ½(high² - low²) / Σ (high - low), NaN where p(x) = 0.

        Raises ValueError unless x is finite numbers in one row.
        """
        low, high = self.pieces(x)
        with np.errstate(invalid="ignore"):
            return 0.5 * (high**2 - low**2).sum(1) / (high - low).sum(1)

    def conditional_median(self, x: ArrayLike) -> Float[np.ndarray, " n"]:
        """The t with half of the intervals' length below it, NaN where p(x) = 0 (the middle one if not unique).

        Raises ValueError unless x is finite numbers in one row.
        """
        low, high = self.pieces(x)
        half = 0.5 * (high - low).sum(1, keepdims=True)
        before = np.cumsum(high - low, axis=1) - (high - low)
        index = (before <= half).sum(1, keepdims=True) - 1
        first = np.take_along_axis(low - before, index, 1)[:, 0] + half[:, 0]
        return np.where(half[:, 0] > 0, first, np.nan)

    def on_support(self, x: Real[np.ndarray, " n"], t: Real[np.ndarray, " n"]) -> Bool[np.ndarray, " n"]:
        """Whether t is possible given x.

        Raises ValueError unless x is finite numbers in one row.
        """
        require(x.shape == t.shape, "t", f"shape {x.shape}", t.shape)
        return np.isfinite(self.logpdf(np.stack([x, t], axis=1)))

    @cached_property
    def bayes_risk(self) -> float:
        """inf_f E(t - f(x))² = E t² - E E[t|x]² = 1/3 - ∫ E[t|x]² p(x) dx; to 1e-9."""
        return 1 / 3 - legendre(lambda x: self.conditional_mean(x) ** 2 * self.input_pdf(x), self._kinks)

    @cached_property
    def share_off_support(self) -> float:
        """P(|h(E[t|x]) - x| > w): the share of inputs at which the conditional mean cannot occur; to 1e-9."""

        def excess(x: np.ndarray) -> np.ndarray:
            return np.abs(curve(self.conditional_mean(x)) - x) - NOISE

        cuts = sign_changes(excess, self._kinks)
        edges = np.union1d(self._kinks, cuts)
        return legendre(lambda x: (excess(x) > 0) * self.input_pdf(x), edges)

    @property
    def _kinks(self) -> np.ndarray:
        """Where p(x) is not smooth: the values of h at 0, t₁, 1-t₁, 1, each ± w."""
        turns = curve(_EDGES)
        return np.sort(np.concatenate([turns - NOISE, turns + NOISE]))


def _inverse(y: np.ndarray) -> np.ndarray:
    """t on each monotone stretch with h(t) = y, (n, 3), or the nearer end where there is none. By bisection."""
    start, stop = _EDGES[:-1], _EDGES[1:]
    rises = curve(start) < curve(stop)
    bottom, top = np.where(rises, start, stop), np.where(rises, stop, start)
    y = y[:, None]
    low, high = np.where(y >= curve(top), top, bottom), np.where(y <= curve(bottom), bottom, top)
    for _ in range(54):  # halves an interval below 1 to rounding; an end, once taken, stays exactly
        middle = 0.5 * (low + high)
        under = curve(middle) < y
        low, high = np.where(under, middle, low), np.where(under, high, middle)
    return 0.5 * (low + high)


def bishop_inverse() -> BishopInverse:
    """The inverse problem with Bishop's constants."""
    return BishopInverse()
