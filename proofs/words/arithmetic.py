"""Two arithmetics with the same words, so that an observed side is written once and evaluated twice.

    def by_quadrature(m, p, c): return m.expect(p, lambda y: (y - c) ** 2)

`DOUBLE` speaks numpy and scipy; `PRECISE` speaks mpmath at 50 digits and confirms counterexamples. Only the parameters
of a mixture are read (weights, means, standard deviations or covariances): its density and distribution function are
written out here again, and no formula is shared with `theory`. Functions take numbers or arrays; arrays of `PRECISE`
hold mpmath numbers. The precise side is entered with `with PRECISE.digits():`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache, reduce
from typing import Any

import numpy as np

from theory import GaussianMixture

DIGITS = 50
REACH = 39.0
"""Standard deviations beyond which a Gaussian is below the smallest double."""
FLANKS = (-REACH, -12.0, -7.0, -4.0, -2.0, -1.0, 0.0, 1.0, 2.0, 4.0, 7.0, 12.0, REACH)


class _Arithmetic:
    """What both arithmetics say in the same way."""

    def __repr__(self) -> str:
        return type(self).__name__.removeprefix("_").upper()

    exp: Any
    log: Any
    sqrt: Any
    pi: Any
    inf: Any
    erfc: Any
    largest: Callable[..., Any]
    number: Callable[[Any], Any]
    grid: Callable[..., Any]
    integrate: Callable[..., Any]
    hermite: Callable[[], tuple[Any, Any]]

    def parts(self, p: GaussianMixture) -> list[tuple[Any, Any, Any]]:
        """(weight, mean, deviation) of every component of a 1D mixture."""
        number = self.number
        return [(number(w), number(m), number(s)) for w, m, s in zip(p.weights, p.means, p.stds, strict=True)]

    def table(self, values: Any) -> Any:
        """An array with each of its numbers in this arithmetic."""
        return np.vectorize(self.number, otypes=[float if self.number is float else object])(values)

    def normal(self, x: Any, mean: Any = 0, std: Any = 1) -> Any:
        """exp(-(x-mean)²/2 std²)/(std √2π)."""
        return self.exp(-(((x - mean) / std) ** 2) / 2) / (std * self.sqrt(2 * self.pi))

    def normal_cdf(self, x: Any) -> Any:
        """Φ(x) = erfc(-x/√2)/2."""
        return self.erfc(-x / self.sqrt(self.number(2))) / 2

    def pdf(self, p: GaussianMixture, x: Any) -> Any:
        """Σ w N(x; mean, std²) of a 1D mixture."""
        return sum(w * self.normal(x, m, s) for w, m, s in self.parts(p))

    def logpdf(self, p: GaussianMixture, x: Any) -> Any:
        """ln of that density, where it underflows too: the largest term taken out of the sum."""
        terms = [
            self.log(w) - ((x - m) / s) ** 2 / 2 - self.log(s * self.sqrt(2 * self.pi)) for w, m, s in self.parts(p)
        ]
        largest = self.largest(*terms)
        return largest + self.log(sum(self.exp(t - largest) for t in terms))

    def cdf(self, p: GaussianMixture, x: Any) -> Any:
        """Σ w Φ((x-mean)/std) of a 1D mixture."""
        return sum(w * self.normal_cdf((x - m) / s) for w, m, s in self.parts(p))

    def line(self, *laws: GaussianMixture) -> list[float]:
        """Breakpoints of the line for ∫: every mean of the 1D mixtures, and its flanks."""
        return sorted({float(m + k * s) for p in laws for m, s in zip(p.means, p.stds, strict=True) for k in FLANKS})

    def expect(self, p: GaussianMixture, f: Callable[[Any], Any]) -> Any:
        """E f(Y) by Gauss-Hermite quadrature, component by component: exact for polynomials up to degree 47.

        f takes points (...,) in 1D, (..., D) in D dimensions.
        """
        nodes, weights = self.hermite()
        if p.scalar:
            return sum(w * (weights * f(m + s * nodes)).sum() for w, m, s in self.parts(p))
        grid = np.stack(np.meshgrid(*[nodes] * p.dim, indexing="ij"), axis=-1).reshape(-1, p.dim)
        joint = np.prod(np.stack(np.meshgrid(*[weights] * p.dim, indexing="ij"), axis=-1).reshape(-1, p.dim), axis=1)
        roots = np.linalg.cholesky(p.covs)
        return sum(w * (joint * f(m + grid @ L.T)).sum() for w, m, L in zip(p.weights, p.means, roots, strict=True))

    def kl(self, p: Any, q: Any) -> Any:
        """p ln(p/q), with 0 ln 0 = 0 and a/0 = ∞."""
        raise NotImplementedError

    def least(self, f: Callable[[Any], Any], low: Any, high: Any) -> tuple[Any, Any]:
        """(x, f(x)) where a unimodal f of one number is least on [low, high], by golden sections.

        x is as good as the flat bottom of f allows, the root of the working precision; the value to all digits.
        """
        ratio = (self.sqrt(self.number(5)) - 1) / 2
        low, high = self.number(low), self.number(high)
        a, b = high - ratio * (high - low), low + ratio * (high - low)
        f_a, f_b = f(a), f(b)
        for _ in range(self.sections):
            if f_a < f_b:
                high, b, f_b = b, a, f_a
                a = high - ratio * (high - low)
                f_a = f(a)
            else:
                low, a, f_a = a, b, f_b
                b = low + ratio * (high - low)
                f_b = f(b)
        return (a, f_a) if f_a < f_b else (b, f_b)

    sections = 0

    def root(self, f: Callable[[Any], Any], low: Any, high: Any) -> Any:
        """Where f changes sign between `low` and `high`, by Ridders' method: half the bracket a turn, or far less.

        Raises ValueError where it does not. Source: Ridders 1979, A new algorithm for computing a single root.
        """
        low, high = sorted([self.number(low), self.number(high)])
        f_low, f_high = f(low), f(high)
        if (f_low > 0) == (f_high > 0):
            raise ValueError(f"root: expected a change of sign, got none between {float(low):g} and {float(high):g}")
        last, close, up = low, abs(high - low) / 2**self.halvings, 1 if f_low > f_high else -1
        for _ in range(self.halvings):
            middle = (low + high) / 2
            f_middle = f(middle)
            if not f_middle:
                return middle
            side = up if f_middle > 0 else -up
            x = middle + side * (middle - low) / self.sqrt(1 - (f_low / f_middle) * (f_high / f_middle))
            f_x = f(x)
            if abs(x - last) <= close:
                return x
            last = x
            if (f_x > 0) != (f_middle > 0):
                (low, f_low), (high, f_high) = sorted([(middle, f_middle), (x, f_x)])
            elif (f_x > 0) == (f_low > 0):
                low, f_low = x, f_x
            else:
                high, f_high = x, f_x
        return last

    def where_positive(self, f: Callable[[Any], Any], low: Any, high: Any, cells: int = 400) -> list[tuple[Any, Any]]:
        """The parts of [low, high] on which f > 0: signs on an even grid, then halvings at every change."""
        knots = self.grid(low, high, cells + 1)
        inside = [bool(f(t) > 0) for t in knots]
        changes = [i for i in range(cells) if inside[i] != inside[i + 1]]
        ends = [self.root(f, knots[i], knots[i + 1]) for i in changes]
        ends = [knots[0]] * inside[0] + ends + [knots[-1]] * inside[-1]
        return list(zip(ends[::2], ends[1::2], strict=True))

    halvings = 0

    def vertex(self, f: Callable[[Any], Any], start: Any, width: float, rounds: int = 3) -> Any:
        """arg-min of a parabola f of one or several coordinates, from three values along each axis."""
        centre = np.asarray(start)
        for _ in range(rounds):
            steps = width * np.eye(centre.size).reshape(centre.size, *centre.shape)
            low, middle, high = [f(centre - h) for h in steps], f(centre), [f(centre + h) for h in steps]
            shift = [(a - b) / (2 * (a - 2 * middle + b)) for a, b in zip(low, high, strict=True)]
            centre = np.asarray(centre + width * np.reshape(np.array(shift), centre.shape))
        return centre

    def slope(self, f: Callable[[Any], Any], x: Any, size: Any = 1) -> Any:
        """f'(x) by central differences of two widths, extrapolated; `size` is the scale on which f varies."""
        h = self.step * size
        coarse, fine = ((f(x + d) - f(x - d)) / (2 * d) for d in (2 * h, h))
        return (4 * fine - coarse) / 3

    step: Any = 0


class _Double(_Arithmetic):
    """numpy and scipy."""

    exp, log, sqrt = staticmethod(np.exp), staticmethod(np.log), staticmethod(np.sqrt)
    log1p = staticmethod(np.log1p)
    sin, cos, tan = staticmethod(np.sin), staticmethod(np.cos), staticmethod(np.tan)
    sinh, cosh, tanh, atanh = (
        staticmethod(np.sinh),
        staticmethod(np.cosh),
        staticmethod(np.tanh),
        staticmethod(np.arctanh),
    )
    size = staticmethod(np.abs)
    number = float
    pi, inf = np.pi, np.inf
    sections, halvings = 60, 60
    step = 2e-3

    def digits(self) -> AbstractContextManager[Any]:
        return nullcontext()

    def erfc(self, x: Any) -> Any:
        from scipy.special import erfc

        return erfc(x)

    def kl(self, p: Any, q: Any) -> Any:
        from scipy.special import rel_entr

        return rel_entr(p, q)

    def largest(self, *values: Any) -> Any:
        """The largest of its arguments, entry by entry."""
        return reduce(np.maximum, values)

    def solve(self, a: Any, b: Any) -> Any:
        """x with a x = b."""
        return np.linalg.solve(a, b)

    def over(self, a: Any, b: Any) -> Any:
        """a/b, with 0/0 = 0 and a/0 = ∞."""
        return np.where(b > 0, a / np.where(b > 0, b, 1), np.where(a > 0, np.inf, 0.0))

    def grid(self, low: Any, high: Any, count: int) -> np.ndarray:
        """`count` evenly spaced numbers from `low` to `high`."""
        return np.linspace(low, high, count)

    def hermite(self) -> tuple[np.ndarray, np.ndarray]:
        return _hermite()

    def integrate(self, f: Callable[[Any], Any], edges: Sequence[Any], panels: int = 2) -> Any:
        """∫f from the first edge to the last: 24 Gauss-Legendre nodes on each of `panels` parts between edges.

        f takes an array of points. Entire functions that vary on the scale of a panel come out to 1e-13.
        """
        ends = np.array([float(edge) for edge in edges])
        cuts = np.unique(np.linspace(ends[:-1], ends[1:], panels + 1))
        nodes, weights = _legendre()
        half = np.diff(cuts)[:, None] / 2
        return float((f(cuts[:-1, None] + half * (nodes + 1)) * weights * half).sum())


class _Precise(_Arithmetic):
    """mpmath at 50 digits; inside `with PRECISE.digits():`."""

    sections, halvings = 240, 190

    def __getattr__(self, name: str) -> Any:
        """exp, log, sqrt, ..., erfc of numbers or arrays."""
        import mpmath as mp

        return _over_arrays(getattr(mp, {"size": "fabs"}.get(name, name)))

    def digits(self) -> AbstractContextManager[Any]:
        import mpmath as mp

        return mp.workdps(DIGITS)

    @property
    def pi(self) -> Any:
        import mpmath as mp

        return +mp.pi

    @property
    def inf(self) -> Any:
        import mpmath as mp

        return mp.inf

    @property
    def step(self) -> Any:
        return self.number(1e-11)

    def number(self, value: Any) -> Any:
        import mpmath as mp

        return value if isinstance(value, mp.mpf) else mp.mpf(float(value))

    def kl(self, p: Any, q: Any) -> Any:
        import mpmath as mp

        return _over_arrays(lambda a, b: a * mp.log(a / b) if a and b else mp.mpf(0) if not a else mp.inf, 2)(p, q)

    def over(self, a: Any, b: Any) -> Any:
        import mpmath as mp

        return _over_arrays(lambda a, b: a / b if b else mp.inf if a else mp.mpf(0), 2)(a, b)

    def largest(self, *values: Any) -> Any:
        return reduce(_over_arrays(max, 2), values)

    def solve(self, a: Any, b: Any) -> Any:
        import mpmath as mp

        return np.array(list(mp.lu_solve(mp.matrix(a.tolist()), mp.matrix(b.tolist()))), dtype=object)

    def grid(self, low: Any, high: Any, count: int) -> np.ndarray:
        low, high = self.number(low), self.number(high)
        return np.array([low + (high - low) * k / (count - 1) for k in range(count)], dtype=object)

    def hermite(self) -> tuple[np.ndarray, np.ndarray]:
        return _precise_hermite()

    def integrate(self, f: Callable[[Any], Any], edges: Sequence[Any], panels: int = 2) -> Any:
        """The same with 40 nodes."""
        nodes, weights = precise_legendre()
        total = self.number(0)
        for low, high in itertools.pairwise(map(self.number, edges)):
            for cut in range(panels):
                half = (high - low) / (2 * panels)
                total += half * (f((2 * cut + 1 + nodes) * half + low) * weights).sum()
        return total


def _over_arrays(function: Callable[..., Any], arguments: int = 1) -> Callable[..., Any]:
    """`function` of numbers, entry by entry over arrays."""
    if not callable(function):
        return function
    spread = np.frompyfunc(function, arguments, 1)

    def applied(*values: Any) -> Any:
        return spread(*values) if any(isinstance(v, np.ndarray) for v in values) else function(*values)

    return applied


@cache
def _legendre() -> tuple[np.ndarray, np.ndarray]:
    return np.polynomial.legendre.leggauss(24)


@cache
def precise_legendre() -> tuple[np.ndarray, np.ndarray]:
    """40 nodes and weights to 60 digits."""
    import flint
    import mpmath as mp

    with mp.workdps(DIGITS + 10), flint.ctx.workdps(DIGITS + 20):
        pairs = [flint.arb.legendre_p_root(40, k, weight=True) for k in reversed(range(40))]
        nodes, weights = ([mp.mpf(x.str(DIGITS + 10, radius=False)) for x in side] for side in zip(*pairs, strict=True))
    return np.array(nodes, dtype=object), np.array(weights, dtype=object)


@cache
def _hermite() -> tuple[np.ndarray, np.ndarray]:
    nodes, weights = np.polynomial.hermite_e.hermegauss(24)
    return nodes, weights / np.sqrt(2 * np.pi)


@cache
def _precise_hermite() -> tuple[np.ndarray, np.ndarray]:
    """The same 24 nodes to 50 digits: Newton steps on He₂₄ from the double ones; weights 24!/(24 He₂₃)²."""
    import mpmath as mp

    with mp.workdps(DIGITS + 10):
        nodes = []
        for start in _hermite()[0]:
            x = mp.mpf(float(start))
            for _ in range(4):
                below, here = _hermite_pair(x)
                x -= here / (24 * below)
            nodes.append(x)
        weights = [mp.factorial(24) / (24 * _hermite_pair(x)[0]) ** 2 for x in nodes]
    return np.array(nodes, dtype=object), np.array(weights, dtype=object)


def _hermite_pair(x: Any) -> tuple[Any, Any]:
    """He₂₃(x), He₂₄(x), by the recurrence He_{n+1} = x He_n - n He_{n-1}."""
    below, here = 1, x
    for n in range(1, 24):
        below, here = here, x * here - n * below
    return below, here


DOUBLE, PRECISE = _Double(), _Precise()
