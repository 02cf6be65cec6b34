"""Gaussian mixtures in one and in D dimensions, the family in which every target and every fit of theory/
lives.

    p(x) = Σ_k w_k N(x; μ_k, Σ_k)

It is closed under all that the claims do to it: an affine map (`affine`), adding Gaussian noise (`smooth`),
taking a marginal or a conditional, and the posterior mean under noise (`denoise`), so each of those is
exact.  Densities are evaluated in log space.

In one dimension means and stds have shape (K,), points any shape, and `mean`, `var`, `std` are floats.  In
D dimensions means have shape (K, D), stds (K,) for isotropic or (K, D) for axis-parallel components, covs
(K, D, D) for any others, and points any shape with last axis D.  Components of weight zero carry no
density: they are dropped when it is made and appear nowhere, not even among `weights`.  A mixture does not
change once it is made.  One of very large or very small numbers is computed in a unit of its own, a power of two; what
has no float in the end, such as the variance of a mixture as wide as 1e200, is 0 or ∞.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from theory.estimate import Estimate
from theory.numerics import entropy
from theory.numerics import gaussians as ga
from theory.numerics import quantile as qu
from theory.numerics.modes import modes_in_space, modes_on_line
from theory.validation import inputs as valid
from theory.validation import shown
from theory.validation.inputs import Array
from theory.validation.shapes import Numbers, Points, Values, Waves
from theory.validation.unchanging import Unchanging, read_only

LARGE, GONE = 1e150, 1e4  # the square of the one is a float; half of the other and more below zero an exponential is 0
SPAN, EASY = 900, 500  # powers of two: of the largest number over the least width; from which on there is a unit

MOST_DRAWN = 2**26
"""Numbers in one sample: half a gigabyte."""


class GaussianMixture(Unchanging):
    """p(x) = Σ_k w_k N(x; μ_k, Σ_k).

    weights: (K,), non-negative, summing to one within 1e-9 (then normalised).
    means: (K,) in one dimension, (K, D) in D.
    stds: (K,) standard deviations, or (K, D) along the axes; or else
    covs: (K, D, D) covariance matrices, symmetric and positive definite.

    Raises ValueError unless weights, means, and one of stds and covs are of these shapes and values, finite, and no width is below
    1e-270 of the largest width and mean.
    """

    weights: Array
    means: Array
    scalar: bool
    dim: int
    _spread: Array  # stds with the shape of means, or covariances (K, D, D)
    _exponent: int  # of the unit, in powers of two

    def __init__(
        self,
        weights: ArrayLike,
        means: ArrayLike,
        *,
        stds: ArrayLike | None = None,
        covs: ArrayLike | None = None,
    ) -> None:
        w = valid.weights("weights", weights)
        m = valid.array("means", means, within=np.inf)
        if m.ndim not in (1, 2) or len(m) != len(w):
            valid.reject("means", f"shape ({len(w)},) or ({len(w)}, D)", f"shape {m.shape}")
        if (stds is None) == (covs is None):
            valid.reject("stds, covs", "exactly one of the two", "both" if stds is not None else "neither")
        spread = _checked_stds(stds, m.shape) if stds is not None else _checked_covs(covs, m.shape)
        keep = w > 0
        exponent = _exponent("stds" if stds is not None else "covs", m[keep], _widths(spread[keep], m.ndim))
        dim = 1 if m.ndim == 1 else m.shape[1]
        core = {"weights": w[keep], "means": m[keep], "_spread": spread[keep]}
        self.__setstate__({**core, "scalar": m.ndim == 1, "dim": dim, "_exponent": exponent})

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name}: a GaussianMixture does not change, make another")

    def __getstate__(self) -> dict[str, Any]:
        return {name: vars(self)[name] for name in ("weights", "means", "_spread", "scalar", "dim", "_exponent")}

    def __repr__(self) -> str:
        name = "stds" if self._spread.ndim == self.means.ndim else "covs"
        fields = (self.weights.tolist(), self.means.tolist(), self._spread.tolist())
        return "GaussianMixture({}, {}, {}={})".format(*fields[:2], name, fields[2])

    def _repr_html_(self) -> str:
        """Density or components as a picture, and a table of the components: what a notebook shows."""
        return shown.mixture(self)

    def __len__(self) -> int:
        """The number of components that carry density."""
        return len(self.weights)

    @property
    def stds(self) -> Float[Array, "K ..."]:
        """Standard deviations of the components along the axes, shaped like `means`."""
        return self._stds

    @property
    def covs(self) -> Float[Array, "K D D"]:
        """Covariances of the components, (K, D, D)."""
        return self._covs

    @cached_property
    def _stds(self) -> Array:
        return read_only(_widths(self._spread, self.means.ndim))

    @cached_property
    def _covs(self) -> Array:
        return self._spread if self._full else read_only(self._restored(self._shapes, 2))

    @cached_property
    def _full(self) -> bool:
        return not self.scalar and self._spread.ndim == 3

    @cached_property
    def _shapes(self) -> Array:
        """Covariances in the square of the unit, (K, D, D)."""
        if self._full:
            return self._scaled(self._spread, 2)
        return np.eye(self.dim) * self._scaled(self._spread).reshape(len(self), 1, self.dim) ** 2

    @cached_property
    def _centres(self) -> Array:
        """Means in the unit, (K, D)."""
        return self._scaled(self.means).reshape(len(self), self.dim)

    @cached_property
    def _g(self) -> ga.Gaussians:
        """The components packed for evaluation, in the unit."""
        if self._full:
            return ga.correlated(self.weights, self._centres, self._shapes)
        factors = np.eye(self.dim) / self._scaled(self._spread).reshape(len(self), 1, self.dim)
        return ga.gaussians(self.weights, self._centres, factors)

    # Densities.

    def logpdf(self, x: Points) -> Values:
        """ln p(x) in nats, -∞ at ±∞; x any shape in one dimension, (..., D) in D; a float for a single point.

        Raises ValueError unless x has the shape of points, without NaN.
        """
        columns, shape = self._columns("x", x)
        in_unit = ga.chunked(partial(ga.log_density, self._g), columns, len(self)).reshape(shape)[()]
        return in_unit - self.dim * self._exponent * np.log(2)

    def pdf(self, x: Points) -> Values:
        """p(x); 0 where it lies below the smallest float, ∞ above the largest.

        Raises ValueError unless x has the shape of points, without NaN.
        """
        with np.errstate(over="ignore"):
            return np.exp(self.logpdf(x))

    def score(self, x: Points) -> Values:
        """∇ ln p(x), shaped like x; ±∞ where it lies beyond the floats.

        Raises ValueError unless x has the shape of points, finite.
        """
        return self._restored(self._field(partial(ga.score, self._g), "x", x), -1)

    # Distribution function and quantiles, one dimension only.

    def cdf(self, x: Numbers) -> Values:
        """F(x) = P(X ≤ x), relatively accurate in the lower tail.

        Raises ValueError unless the mixture is on the line and x has no NaN.
        """
        return self._line(qu.lower_tail, self._scaled(valid.numbers("x", x, within=np.inf)), 1.0)

    def sf(self, x: Numbers) -> Values:
        """1 - F(x) = P(X > x), relatively accurate in the upper tail.

        Raises ValueError unless the mixture is on the line and x has no NaN.
        """
        return self._line(qu.lower_tail, self._scaled(valid.numbers("x", x, within=np.inf)), -1.0)

    def logcdf(self, x: Numbers) -> Values:
        """ln F(x), finite however far out, -∞ at -∞.

        Raises ValueError unless the mixture is on the line and x has no NaN.
        """
        return self._line(qu.log_lower_tail, self._scaled(valid.numbers("x", x, within=np.inf)), 1.0)

    def logsf(self, x: Numbers) -> Values:
        """ln(1 - F(x)), finite however far out, -∞ at ∞.

        Raises ValueError unless the mixture is on the line and x has no NaN.
        """
        return self._line(qu.log_lower_tail, self._scaled(valid.numbers("x", x, within=np.inf)), -1.0)

    def ppf(self, u: Numbers) -> Values:
        """The quantile F⁻¹(u), u in [0, 1]: F to 1e-12 relative to min(u, 1-u), or x to its last place; ∓∞ at 0 and 1.

        Raises ValueError unless the mixture is on the line and 0 ≤ u ≤ 1.
        """
        return self._restored(self._line(qu.quantile, _probabilities(u), 1.0))

    def isf(self, u: Numbers) -> Values:
        """The x with P(X > x) = u, u in [0, 1]; as accurate for tiny u as `ppf`; ±∞ at 0 and 1.

        Raises ValueError unless the mixture is on the line and 0 ≤ u ≤ 1.
        """
        return self._restored(self._line(qu.upper_quantile, _probabilities(u), 1.0))

    # Moments and samples.

    @property
    def mean(self) -> Any:
        """E X = Σ w_k μ_k: a float in one dimension, (D,) in D."""
        m = self._restored(self.weights @ self._scaled(self.means))
        return float(m) if self.scalar else m

    @property
    def cov(self) -> Float[Array, "D D"]:
        """Cov X = Σ w_k [Σ_k + (μ_k - EX)(μ_k - EX)ᵀ], shape (D, D)."""
        return self._restored(self._covariance, 2)

    @property
    def _covariance(self) -> Array:
        return ga.covariance(self.weights, self._centres, self._shapes)

    @property
    def var(self) -> Any:
        """Var X along each axis: a float in one dimension, (D,) in D."""
        return float(self.cov[0, 0]) if self.scalar else np.diagonal(self.cov).copy()

    @property
    def std(self) -> Any:
        """The square root of `var`."""
        std = self._restored(np.sqrt(np.diagonal(self._covariance)))
        return float(std[0]) if self.scalar else std

    def sample(self, n: int, rng: np.random.Generator | int) -> Float[Array, "{n} ..."]:
        """n independent draws, (n,) or (n, D), ±∞ beyond the floats; a component is drawn for each; rng a Generator or a seed.

        Raises ValueError unless n is an integer ≥ 0 and rng is a Generator or a seed.
        """
        n, rng = valid.integer("n", n, 0, MOST_DRAWN // self.dim), valid.generator("rng", rng)
        k = rng.choice(len(self), size=n, p=self.weights)
        noise = rng.standard_normal((n, self.dim))
        if self._full:
            noise = np.einsum("nij,nj->ni", np.linalg.cholesky(self._spread)[k], noise)
            return self.means[k] + noise
        means, spread = self.means.take(k, axis=0), self._spread.take(k, axis=0)  # many times faster than indexing
        with np.errstate(over="ignore"):
            return means + spread * noise.reshape(means.shape)

    def characteristic(self, omega: Points) -> Waves:
        """E e^{iω·X} = Σ w_k exp(iω·μ_k - ½ ωᵀΣ_kω), complex; ω shaped like points.

        Raises ValueError unless omega has the shape of points, finite.
        """
        columns, shape = self._columns("omega", _finite("omega", omega), -1)
        real, imaginary = ga.chunked(self._wave, columns, len(self), like=2)
        return (real + 1j * imaginary).reshape(shape)[()]

    def entropy(self) -> Estimate:
        """-E ln p(X) in nats, in one or two dimensions.

        Raises ValueError in more.
        """
        if self.dim > 2:
            valid.reject("mixture", "one or two dimensions", f"{self.dim} dimensions")
        return entropy.on_line(self) if self.scalar else entropy.in_plane(self)

    def modes(self) -> Float[Array, "M ..."]:
        """The local maxima of p: (M,) sorted, complete and certified in one dimension; (M, D) found by ascents in D."""
        if self.scalar:
            return self._restored(modes_on_line(self.weights, self._centres[:, 0], self._scaled(self.stds)))
        return self._restored(modes_in_space(self._g, self._shapes))

    # Mixtures made from mixtures.

    def affine(self, matrix: Numbers, shift: Numbers = 0.0) -> "GaussianMixture":
        """The law of A X + b: w_k N(A μ_k + b, A Σ_k Aᵀ), in as many dimensions as X.

        matrix: A, invertible: (D, D), or a number ≠ 0, a common scale. shift: b, (D,) or a number, the same along
        every axis. On the line both are numbers.

        Raises ValueError unless matrix and shift have these shapes, matrix is invertible, and every A Σ_k Aᵀ is positive
        definite in floating point.
        """
        A, b = valid.array("matrix", matrix, within=np.inf), valid.array("shift", shift, within=np.inf)
        wanted = ((),) if self.scalar else ((), (self.dim, self.dim))
        if A.shape not in wanted:
            valid.reject("matrix", " or ".join(f"shape {s}" for s in wanted), f"shape {A.shape}")
        if b.shape not in ((), self.means.shape[1:]):
            valid.reject("shift", f"shape {self.means.shape[1:]} or a number", f"shape {b.shape}")
        if not A.any() or (A.ndim and np.linalg.matrix_rank(A) < self.dim):
            valid.reject("matrix", "an invertible matrix, or a number other than 0", matrix)
        with np.errstate(over="ignore", invalid="ignore"):  # what is no float is refused
            if not np.isfinite(means := (self.means @ A.T if A.ndim else A * self.means) + b).all():
                valid.reject("matrix, shift", "such that all means are floats", f"{matrix}, {shift}")
            if A.ndim:
                covs = A @ self.covs @ A.T
                return GaussianMixture(self.weights, means, covs=0.5 * (covs + covs.transpose(0, 2, 1)))
            if self._full:
                return GaussianMixture(self.weights, means, covs=A**2 * self._spread)
            return GaussianMixture(self.weights, means, stds=np.abs(A) * self._spread)

    def smooth(self, std: float) -> "GaussianMixture":
        """The law of X + std·N(0, I): every covariance grows by std².

        Raises ValueError unless std ≥ 0.
        """
        s = valid.nonnegative("std", std, within=np.inf)
        if self._full:
            if s > LARGE:
                valid.reject("std", f"at most {LARGE:.0e}, where covariances are given", std)
            return GaussianMixture(self.weights, self.means, covs=self._spread + s**2 * np.eye(self.dim))
        return GaussianMixture(self.weights, self.means, stds=np.hypot(self._spread, s))

    def marginal(self, axes: int | Sequence[int]) -> "GaussianMixture":
        """The law of the coordinates `axes`; a mixture in one dimension if `axes` is one integer.

        Raises ValueError unless axes is an axis, or distinct ones, not empty.
        """
        means, stds = (v.reshape(len(self), self.dim) for v in (self.means, self.stds))
        if isinstance(axes, (int, np.integer)):
            a = self._axes([axes])[0]
            return GaussianMixture(self.weights, means[:, a], stds=stds[:, a])
        a = self._axes(axes)
        if self._full:
            return GaussianMixture(self.weights, means[:, a], covs=self.covs[:, a][:, :, a])
        return GaussianMixture(self.weights, means[:, a], stds=stds[:, a])

    def conditional(self, given: Mapping[int, float]) -> "GaussianMixture":
        """The law of the other coordinates given {axis: value}; in one dimension if one is left.

            μ_k + C_k B_k⁻¹ (v - ν_k),   Σ_k - C_k B_k⁻¹ C_kᵀ,   weights ∝ w_k N(v; ν_k, B_k)

        with B_k the covariance of the given coordinates and C_k that between the others and them.

        Raises ValueError unless given maps at least one axis, but not all, to finite numbers.
        """
        given = valid.instance("given", given, Mapping, "a mapping from coordinates to values")
        g = self._axes(list(given), "given")
        o = [i for i in range(self.dim) if i not in g]
        if not g or not o:
            valid.reject("given", "at least one coordinate, and not all of them", dict(given))
        v = np.array([[valid.real("given", given[i], within=np.inf)] for i in given])
        there = self.marginal(g)
        share, _ = ga.shares(there._g, there._scaled(v))
        covs, v = self._shapes, self._scaled(v)
        gain = covs[:, o][:, :, g] @ np.linalg.inv(covs[:, g][:, :, g])
        covs = covs[:, o][:, :, o] - gain @ covs[:, g][:, :, o]
        with np.errstate(over="ignore"):
            moved = self._centres[:, o] + np.einsum("kij,kj->ki", gain, v[:, 0] - self._centres[:, g])
        means = self._restored(moved)
        if not (np.isfinite(means).all() and np.abs(moved).max() < 2.0**EASY):
            valid.reject(
                "given", "a place given which the means of the others are floats, and near enough", dict(given)
            )
        if len(o) == 1:
            return GaussianMixture(share[:, 0], means[:, 0], stds=self._restored(np.sqrt(covs[:, 0, 0])))
        covs = self._restored(0.5 * (covs + covs.transpose(0, 2, 1)), 2)
        return GaussianMixture(share[:, 0], means, covs=covs)

    def denoise(self, x: Points, std: float) -> Values:
        """The exact denoiser E[X | X + std·N = x], shaped like x.

            Σ_k r_k [μ_k + Σ_k (Σ_k + std² I)⁻¹ (x - μ_k)]

        r_k is the share of component k in the density of X + std·N at x.  Source: Robbins (1956), Miyasawa
        (1961): the same as x + std² ∇ ln p_std(x).

        Raises ValueError unless x has the shape of points, finite, and std ≥ 0.
        """
        s = valid.nonnegative("std", std, within=np.inf)
        noisy = self.smooth(s)
        g, targets = noisy._g, noisy._scaled(self.means).reshape(len(self), self.dim)
        values = noisy._field(partial(ga.regress, g, self._gains(s), targets), "x", x)
        return noisy._restored(values)

    def _gains(self, s: float) -> Array:
        """Σ_k (Σ_k + s² I)⁻¹, (K, D, D)."""
        if self._full:
            return self._spread @ np.linalg.inv(self._spread + s**2 * np.eye(self.dim))
        with np.errstate(over="ignore"):
            return np.eye(self.dim) / (1 + (s / self._spread).reshape(len(self), 1, self.dim) ** 2)

    # Shapes.

    def _scaled(self, a: Array, power: int = 1) -> Array:
        """Numbers in the unit to a power; ±∞ beyond the floats."""
        with np.errstate(over="ignore", under="ignore"):
            return np.ldexp(a, -power * self._exponent) if self._exponent else a

    def _restored(self, a: Array, power: int = 1) -> Array:
        """Numbers in the unit to a power, without it; ±∞ beyond the floats."""
        with np.errstate(over="ignore", under="ignore"):
            return np.ldexp(a, power * self._exponent) if self._exponent else a

    def _columns(self, name: str, x: ArrayLike, power: int = 1) -> tuple[Array, tuple[int, ...]]:
        """Points as columns (D, n) in the unit to a power, and the shape of a result with one number a point."""
        if self.scalar:
            a = valid.numbers(name, x, within=np.inf)
            return self._scaled(a, power).reshape(1, -1), a.shape
        a = valid.points(name, x, self.dim, within=np.inf)
        return self._scaled(a, power).reshape(-1, self.dim).T, a.shape[:-1]

    def _wave(self, omega: Array) -> Array:
        """Real and imaginary part of the characteristic function at ω (D, n), shape (2, n)."""
        size = np.maximum(np.abs(omega).max(axis=0), np.finfo(float).tiny)
        squares = np.einsum("in,kij,jn->kn", omega / size, self._shapes, omega / size)
        with np.errstate(over="ignore", invalid="ignore"):
            squares = size * (size * np.maximum(squares, 0))
            phases = self._centres @ omega
        wave = self.weights @ np.exp(1j * np.where(squares < GONE, phases, 0) - 0.5 * squares)
        return np.stack([wave.real, wave.imag])

    def _field(self, function: Callable[[Array], Array], name: str, x: ArrayLike) -> Array:
        """A vector field evaluated in chunks, shaped like x, in the unit."""
        columns, shape = self._columns(name, _finite(name, x))
        values = ga.chunked(function, columns, len(self), like=self.dim)
        return values.T.reshape(shape if self.scalar else (*shape, self.dim))[()]

    def _line(self, function: Callable[[Array, Array, Array, Array], Array], x: Array, side: float) -> Array:
        """A function of the line (weights, means, stds, x) in the unit, mirrored where side is -1."""
        if not self.scalar:
            valid.reject("mixture", "one dimension (means of shape (K,))", f"means of shape {self.means.shape}")
        apply = partial(function, self.weights, side * self._centres[:, 0], self._scaled(self.stds))
        flat = ga.chunked(lambda c: apply(c[0]), side * x.reshape(1, -1), len(self))
        return flat.reshape(x.shape)[()]

    def _axes(self, axes: object, name: str = "axes") -> list[int]:
        """Distinct coordinates, checked."""
        if isinstance(axes, str) or not isinstance(axes, (Sequence, np.ndarray)) or np.ndim(axes) != 1:
            valid.reject(name, "an integer or a sequence of integers", axes)
        wanted = [valid.integer(name, a, 0) for a in axes]
        if len(set(wanted)) < len(wanted) or max(wanted, default=0) >= self.dim or not wanted:
            valid.reject(name, f"distinct integers from 0 to {self.dim - 1}", axes)
        return wanted


def _widths(spread: Array, ndim: int) -> Array:
    """Standard deviations along the axes, of these or of covariances."""
    return spread if spread.ndim == ndim else np.sqrt(np.diagonal(spread, axis1=1, axis2=2))


def _exponent(name: str, means: Array, stds: Array) -> int:
    """The power of two in which the mixture is computed: 1 where squares of its numbers and their inverses are floats."""
    most, least = max(float(np.abs(means).max()), float(stds.max())), float(stds.min())
    if math.ldexp(most, -SPAN) > least:
        valid.reject(
            name, f"widths of at least {math.ldexp(most, -SPAN):.0e}, with means and widths up to {most:.0e}", least
        )
    if most < math.ldexp(1, EASY) and least > math.ldexp(1, -EASY):
        return 0
    return (math.frexp(most)[1] + math.frexp(least)[1]) // 2


def _finite(name: str, x: ArrayLike) -> Array:
    """Numbers without ±∞."""
    a = valid.numbers(name, x, within=np.inf)
    return a if np.isfinite(a).all() else valid.reject(name, "finite numbers", x)


def _checked_stds(stds: ArrayLike, shape: tuple[int, ...]) -> Array:
    """Standard deviations shaped like the means; (K,) is spread over the axes."""
    s = valid.array("stds", stds, within=np.inf)
    if s.shape not in (shape, shape[:1]):
        valid.reject("stds", f"shape {shape[:1]} or {shape}", f"shape {s.shape}")
    if (s <= 0).any():
        valid.reject("stds", "numbers > 0", stds)
    return np.broadcast_to(s if s.shape == shape else s[:, None], shape).copy()


def _checked_covs(covs: ArrayLike | None, shape: tuple[int, ...]) -> Array:
    """Covariances (K, D, D), symmetric to rounding and positive definite."""
    c = valid.array("covs", covs if covs is not None else (), within=np.inf)
    if len(shape) == 1 or c.shape != (*shape, shape[-1]):
        valid.reject("covs", "shape (K, D, D) with means of shape (K, D)", f"shape {c.shape} with means {shape}")
    size = np.abs(c).max(axis=(1, 2), keepdims=True)
    if (np.abs(c - c.transpose(0, 2, 1)) > 1e-12 * size).any():
        valid.reject("covs", "symmetric matrices", covs)
    c = 0.5 * (c + c.transpose(0, 2, 1))
    try:
        np.linalg.cholesky(c)
    except np.linalg.LinAlgError:
        valid.reject("covs", "positive definite matrices", covs)
    return c


def _probabilities(u: ArrayLike) -> Array:
    """Numbers in [0, 1], any shape."""
    a = valid.numbers("u", u)
    if ((a < 0) | (a > 1)).any():
        valid.reject("u", "numbers in [0, 1]", u)
    return a
