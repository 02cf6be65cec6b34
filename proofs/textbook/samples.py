"""What is to be seen of n samples in place of their law, from definitions: all samples counted, exact laws, extrapolation.

In the words of `m` (proofs.words.arithmetic), in floats or at 50 digits.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from proofs.words.arithmetic import DOUBLE


def mean_square_gap(m: Any, law: Any, gram: Any, n: int) -> Any:
    """E (p̂-p)ᵀK(p̂-p) over every sample of n atoms with probabilities `law`: E MMD² for the kernel K."""
    total = m.number(0)
    for chosen in itertools.product(range(len(law)), repeat=n):
        gap = np.array([m.number(chosen.count(k)) / n - law[k] for k in range(len(law))])
        total += math.prod(law[k] for k in chosen) * (gap @ gram @ gap)
    return total


def exceeded(m: Any, n: int, epsilon: Any) -> Any:
    """P(sup_t |F - F̂_n| > ε) = 1 - n!/nⁿ (Hⁿ)_kk, nε = k - h (Marsaglia, Tsang & Wang 2003), F continuous."""
    if epsilon >= 1:
        return m.number(0)
    k = math.floor(n * float(epsilon)) + 1
    size, h = 2 * k - 1, k - n * epsilon
    powers = [h ** (i + 1) for i in range(size)]
    H = np.array([[m.number(float(i - j + 1 >= 0)) for j in range(size)] for i in range(size)])
    H[:, 0] -= powers
    H[-1] -= powers[::-1]
    H[-1, 0] += (2 * h - 1) ** size if 2 * h > 1 else 0
    H = H / np.array([[m.number(float(math.factorial(max(i - j + 1, 0)))) for j in range(size)] for i in range(size)])
    power = H / n
    for _ in range(n - 1):
        power = power @ H / n
    return 1 - power[k - 1, k - 1] * math.factorial(n)


def repeated(m: Any, draws: int, atoms: int) -> Any:
    """P(a duplicate) by the chain of how many atoms have been seen: all different, or the rest of the probability."""
    seen = [m.number(1)] + [m.number(0)] * atoms
    for _ in range(draws):
        seen = [seen[k] * k / atoms + (seen[k - 1] * (atoms - k + 1) / atoms if k else 0) for k in range(atoms + 1)]
    return 1 - seen[draws] if draws <= atoms else m.number(1)


def repeated_in_the_limit(m: Any, c: Any) -> Any:
    """1 - Π(1-i/n) at n = m²/c² → ∞: its logarithm at m = 16, 32, ..., 1024 is a series in 1/m, freed of six terms."""
    table = [sum(-m.log(1 - (c / k) ** 2 * m.grid(0, k - 1, k))) for k in (16 * 2**j for j in range(7))]
    for order in range(1, 7):
        table = [(2**order * b - a) / (2**order - 1) for a, b in itertools.pairwise(table)]
    return 1 - m.exp(-table[0])


# --- what is looked at, and where -------------------------------------------------------------------------------------------


def kernels(s: Any) -> Any:
    """A law on atoms, the root of a Gram matrix on them, and a sample's size."""
    return s.tuples(s.integers(2, 3), s.integers(1, 4)).flatmap(
        lambda a: s.tuples(
            s.weights(a[0], a[0]), s.vectors(s.reals(-2.0, 2.0), a[0] ** 2, a[0] ** 2), s.steps(1).map(lambda _: a[1])
        )
    )


def gram(root: Any) -> Any:
    """The Gram matrix of a root, given entry by entry."""
    half = root.reshape(math.isqrt(root.size), -1)
    return half @ half.T


def every_sample(m: Any, law: Any, root: Any, n: int) -> tuple[Any, Any, Any, int]:
    """E MMD²(p, p̂_n); then E k(X,X), E k(X,X') and n."""
    kernel = gram(root)
    return mean_square_gap(m, law, kernel, n), law @ np.diag(kernel), law @ kernel @ law, n


def mixtures(s: Any) -> Any:
    """A mixture, how many samples, and a bandwidth."""
    return s.tuples(s.mixtures(1, 3), s.integers(1, 60), s.scales(0.3, 3.0))


def of_differences(m: Any, p: Any, n: int, h: Any) -> Any:
    """∫ (1 - e^{-t²/2h²}) over the law of X-X', over n."""
    pairs = [(u * v, a - b, m.sqrt(s**2 + t**2)) for u, a, s in m.parts(p) for v, b, t in m.parts(p)]
    reach = float(2 * np.abs(p.means).max() + 13 * p.stds.max())
    see = lambda t: (1 - m.exp(-((t / h) ** 2) / 2)) * sum(w * m.normal(t, a, s) for w, a, s in pairs)  # noqa: E731
    return m.integrate(see, m.grid(-reach, reach, 61)) / n


def gaps(s: Any) -> Any:
    """n and a number that says how far out, whatever it is."""
    return s.tuples(s.integers(1, 50), s.reals(-2.0, 2.0))


def quantile(m: Any, n: int, outward: Any) -> tuple[Any, int, float]:
    """An ε between 0.6/√n and 1.85/√n; then n and the δ with which it is exceeded, from 0.002 to 1, or 1e-300 for never."""
    epsilon = (1.225 + 0.625 * m.tanh(m.number(outward))) / m.sqrt(m.number(n))
    return epsilon, n, max(float(exceeded(DOUBLE, n, float(epsilon))), 1e-300)


def by_the_other_series(m: Any, d: Any) -> Any:
    """1 - (√(2π)/λ) Σ e^{-(2k-1)²π²/8λ²} at λ² = ln(2/δ)/2: Kolmogorov's law by Poisson's summation."""
    level = m.sqrt(m.log(2 / d) / 2)
    terms = [m.exp(-(((2 * k - 1) * m.pi / level) ** 2) / 8) for k in range(1, 12)]
    return 1 - m.sqrt(2 * m.pi) / level * sum(terms)


def birthdays(s: Any) -> Any:
    """How many draws from how many atoms."""
    return s.tuples(s.integers(2, 14), s.integers(1, 60))


def draws_by_bisection(m: Any, n: Any, P: Any) -> Any:
    """c√n at the c where e^{-c²/2} = 1 - P."""
    return m.sqrt(n) * m.root(lambda c: m.exp(-(c**2) / 2) - (1 - P), 0, 3)
