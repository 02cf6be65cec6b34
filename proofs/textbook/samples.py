"""What is to be seen of n samples in place of their law, from definitions: all samples counted, exact laws, extrapolation.

In the words of `m` (proofs.words.arithmetic), in floats or at 50 digits.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np


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
