"""The ladder of divergences, against values of the divergences themselves on either side of each jump."""

import math

import numpy as np
import pytest

from theory import GaussianMixture, divergence, ladder, symmetric_pair

ALPHAS = [0.0, 0.2, 0.5, 0.7]


def least(name, r, mean, std, a=None):
    """The least divergence over a fine grid of widths around `std`, at one mean."""
    measure = divergence.alpha_family(a) if name == "alpha" else getattr(divergence, name)
    widths = std * np.linspace(0.98, 1.02, 81)
    p = [symmetric_pair(r, 1.0)] * len(widths)
    return min(float(e) for e in measure.many(p, [GaussianMixture([1.0], [mean], stds=[w]) for w in widths]))


@pytest.mark.parametrize("name", ["reverse_kl", "nonsaturating", "js", "hellinger2", "jeffrey"])
@pytest.mark.parametrize("side", [-1, 1])
def test_the_better_rival_changes_at_the_jump(name, side):
    """A thousandth below the jump the covering Gaussian is better, a thousandth above it the one on a mode."""
    r = ladder.jump(name) * (1 + 1e-3 * side)
    minima = ladder.rivals(name, r).minima
    assert len(minima) == 2
    values = {m.mean > r / 2: least(name, r, m.mean, m.std) for m in minima}
    assert (values[True] < values[False]) == (side > 0)
    assert min(values.values()) == pytest.approx(minima[0].value, rel=1e-6, abs=0)


def test_the_ladder_rises_with_alpha_from_reverse_kl_through_hellinger():
    """α = 0 is reverse KL, α = ½ Hellinger, and the jump grows with α, to infinity at 1."""
    jumps = [ladder.jump("alpha", a=a) for a in ALPHAS]
    assert np.all(np.diff(jumps) > 0)
    assert jumps[0] == pytest.approx(ladder.jump("reverse_kl"), rel=1e-7, abs=0)
    assert jumps[2] == pytest.approx(ladder.jump("hellinger2"), rel=1e-7, abs=0)
    assert ladder.jump("alpha", a=1.0) == ladder.jump("kl") == math.inf


def test_what_lies_beyond_the_search_is_not_called_infinite():
    """Near α = 1 the jump is finite but out of reach, and that is said."""
    with pytest.raises(ValueError, match="a: expected"):
        ladder.jump("alpha", a=0.95)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("pearson", None), "name"),
        (("alpha", 1.5), "a"),
        (("alpha", None), "a"),
        (("js", 0.3), "a"),
        (("kl", 0.3), "a"),
    ],
)
def test_bad_input_is_refused(arguments, named):
    """Unknown names, α outside [0, 1] or missing, and α where none belongs raise ValueError that names it."""
    name, a = arguments
    with pytest.raises(ValueError, match=f"^{named}: "):
        ladder.jump(name, a=a)


def test_separations_are_positive():
    """r must be positive."""
    with pytest.raises(ValueError, match=r"^r: "):
        ladder.rivals("js", -1.0)
