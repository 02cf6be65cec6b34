"""Prices of dropping and inventing, against sums over atoms: on disjoint parts only masses matter."""

import mpmath as mp
import numpy as np
import pytest

from theory import prices

FINITE = {"reverse_kl", "js", "tv", "hellinger2", "neyman", "nonsaturating"}
W = [1e-13, 3e-9, 0.02, 0.37, 0.5, 0.81, 1 - 1e-7]


def kl(p, q):
    return sum((a * mp.log(a / b) if b else mp.inf) for a, b in zip(p, q, strict=True) if a)


def by_definition(divergence, p, q):
    m = [(a + b) / 2 for a, b in zip(p, q, strict=True)]
    pairs = list(zip(p, q, strict=True))
    js = (kl(p, m) + kl(q, m)) / 2
    return {
        "kl": lambda: kl(p, q),
        "reverse_kl": lambda: kl(q, p),
        "js": lambda: js,
        "tv": lambda: sum(abs(a - b) for a, b in pairs) / 2,
        "hellinger2": lambda: 1 - sum(mp.sqrt(a * b) for a, b in pairs),
        "pearson": lambda: sum((a - b) ** 2 / b if b else mp.inf for a, b in pairs),
        "neyman": lambda: sum((a - b) ** 2 / a if a else mp.inf for a, b in pairs),
        "nonsaturating": lambda: kl(q, p) - 2 * js,
    }[divergence]()


@pytest.mark.parametrize("w", W)
@pytest.mark.parametrize("divergence", [d for d in prices.DROP if d not in ("wasserstein", "mmd")])
def test_prices_are_the_divergences_of_three_atoms(divergence, w):
    """Dropping, or inventing, one atom of three costs what the definition says, at any w to 4 roundings."""
    with mp.workdps(50):
        w_exact = mp.mpf(w)
        rest = [(1 - w_exact) * mp.mpf(1) / 3, (1 - w_exact) * mp.mpf(2) / 3]
        p, q = [w_exact, *rest], [mp.mpf(0), mp.mpf(1) / 3, mp.mpf(2) / 3]
        dropped = float(by_definition(divergence, p, q))
        invented = float(by_definition(divergence, q, p))
    # near w = 1 the prices that diverge there amplify the rounding of w by w/(1-w)·(1/price)
    assert prices.drop(divergence, w) == pytest.approx(dropped, rel=1e-14, abs=0)
    assert prices.invent(divergence, w) == pytest.approx(invented, rel=1e-14, abs=0)


@pytest.mark.parametrize("w", [0.1, 0.6])
def test_wasserstein_is_the_distance_times_the_weight(w):
    """W1 of a drop on a line of atoms is w times W1 of the parts (cdf integral)."""
    x = np.array([-1.0, 0.5, 2.0, 3.0])
    a, rest = np.array([0.3, 0.0, 0.7, 0.0]), np.array([0.0, 0.6, 0.0, 0.4])
    w1 = lambda p, q: np.sum(np.abs(np.cumsum(p - q))[:-1] * np.diff(x))  # noqa: E731
    p = w * a + (1 - w) * rest
    assert prices.drop("wasserstein", w, w1(a, rest)) == pytest.approx(w1(p, rest), rel=1e-14, abs=0)
    q = (1 - w) * rest + w * a
    assert prices.invent("wasserstein", w, w1(a, rest)) == pytest.approx(w1(rest, q), rel=1e-14, abs=0)


def test_mmd_is_the_distance_times_the_weight():
    """The root of the kernel quadratic form is homogeneous in p - q."""
    x = np.array([-1.0, 0.5, 2.0, 3.0])
    kernel = np.exp(-((x[:, None] - x) ** 2))
    mmd = lambda p, q: np.sqrt((p - q) @ kernel @ (p - q))  # noqa: E731
    a, rest, w = np.array([0.3, 0.0, 0.7, 0.0]), np.array([0.0, 0.6, 0.0, 0.4]), 0.23
    assert prices.drop("mmd", w, mmd(a, rest)) == pytest.approx(mmd(w * a + (1 - w) * rest, rest), rel=1e-13, abs=0)


@pytest.mark.parametrize(
    ("divergence", "slope"),
    [
        ("reverse_kl", 1),
        ("js", np.log(2) / 2),
        ("tv", 1),
        ("hellinger2", 0.5),
        ("neyman", 1),
        ("nonsaturating", 1 - np.log(2)),
    ],
)
def test_slopes_at_zero(divergence, slope):
    """A vanishing drop costs the stated multiple of w, the non-saturating one 0.307 w."""
    assert prices.drop(divergence, 1e-14) / 1e-14 == pytest.approx(slope, rel=1e-12, abs=0)


def test_limits_at_one():
    """JS never charges more than ln 2, and 99 % junk costs maximum likelihood ln 100."""
    assert prices.drop("js", 1 - 1e-15) == pytest.approx(np.log(2), rel=1e-13, abs=0)
    assert prices.invent("kl", 0.99) == pytest.approx(np.log(100), rel=1e-13, abs=0)


def test_exactly_the_stated_cells_are_infinite():
    """KL and Pearson forbid dropping; reverse KL, Neyman and non-saturating forbid inventing."""
    infinite = lambda action: {d for d in prices.DROP if np.isinf(action(d, 0.3, *_distance(d)))}  # noqa: E731
    assert infinite(prices.drop) == {"kl", "pearson"}
    assert infinite(prices.invent) == {"reverse_kl", "neyman", "nonsaturating"}


def _distance(divergence):
    return [1.5] if divergence in ("wasserstein", "mmd") else []


@pytest.mark.parametrize("divergence", list(prices.DROP))
def test_arrays_are_priced_entry_by_entry(divergence):
    """An array of shares is priced as its entries are."""
    w = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.9]])
    for action in (prices.drop, prices.invent):
        got = action(divergence, w, *_distance(divergence))
        assert got.shape == w.shape
        assert got[1, 0] == action(divergence, 0.4, *_distance(divergence))


@pytest.mark.parametrize("action", [prices.drop, prices.invent])
@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("jsd", 0.1), "divergence"),
        (("js", 0.0), "w"),
        (("js", 1.0), "w"),
        (("tv", [0.5, np.nan]), "w"),
        (("js", 0.1, 2.0), "distance"),
        (("mmd", 0.1), "distance"),
        (("wasserstein", 0.1, -1.0), "distance"),
    ],
)
def test_bad_input_is_named(action, arguments, named):
    """A wrong name, share or distance is refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        action(*arguments)


@pytest.mark.parametrize("r", [1.3, 4.0, 8.5])
def test_a_far_gaussian_mode_costs_its_squared_distance(r):
    """KL from two modes to one, r deviations from their middle, is r² - ln 2 and at most e^{-r²/2} more."""
    with mp.workdps(30):
        log_p = lambda z: mp.log((mp.npdf(z, -r) + mp.npdf(z, r)) / 2)  # noqa: E731
        exact = mp.quad(
            lambda z: mp.exp(log_p(z)) * (log_p(z) - mp.log(mp.npdf(z, r))), mp.linspace(-r - 20, r + 20, 9)
        )
        assert 0 <= exact - mp.mpf(float(prices.far_mode_kl(r))) + 1e-13 <= mp.exp(-(r**2) / 2) + 2e-13
