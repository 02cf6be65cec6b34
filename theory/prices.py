"""What each divergence charges a model for dropping mass and for inventing it.

    drop w     q = p(· | Aᶜ) with p(A) = w: the model loses a part of weight w and rescales the rest
    invent w   q = (1-w) p + w·junk, junk ⊥ p: a share w of the model's mass lies where no data are

Inventing is dropping with p and q exchanged, so KL and reverse KL trade places, as do Pearson and Neyman, and
the symmetric divergences charge the same for both. Every price is a function of w alone, in any dimension, in
nats for the logarithmic ones; only Wasserstein-1 and the maximum mean discrepancy (its root, not its
square) ask besides how far apart the two parts lie. All are exact; none is a bound.

Each formula is written so that a tiny w keeps all its digits. As w → 0 the finite prices are w times

    reverse KL 1, JS ½ ln 2, TV 1, squared Hellinger ½, Pearson and Neyman 1, non-saturating 1 - ln 2 = 0.307.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from theory.validation.arrays import at_least, from_below, strictly_between
from theory.validation.elementwise import elementwise
from theory.validation.inputs import choice, reject
from theory.validation.shapes import Numbers, Values


def infinite(w: Numbers) -> Values:
    """∞: one of the two laws has mass where the other, in a denominator, has none.

    Raises ValueError unless 0 ≤ w < 1.
    """
    return np.full(from_below("w", w, 0, 1).shape, np.inf)


def log_price(w: Numbers) -> Values:
    """-ln(1-w), nats: reverse KL of a drop, KL of an invention (ln 100 at 99 % junk, Theis et al. 2016).

    Raises ValueError unless 0 ≤ w < 1.
    """
    return -np.log1p(-from_below("w", w, 0, 1))


def js_price(w: Numbers) -> Values:
    """½[w ln 2 + (1-w) ln(2(1-w)/(2-w)) + ln(2/(2-w))], nats: Jensen-Shannon, the half-sum (≤ ln 2).

    Raises ValueError unless 0 ≤ w < 1.
    """
    w = from_below("w", w, 0, 1)
    return (w * np.log(2) + (1 - w) * np.log1p(-w) - (2 - w) * np.log1p(-w / 2)) / 2


def tv_price(w: Numbers) -> Values:
    """w: total variation, ½∫|p-q|.

    Raises ValueError unless 0 ≤ w < 1.
    """
    return from_below("w", w, 0, 1) + 0.0


def hellinger2_price(w: Numbers) -> Values:
    """1 - √(1-w): squared Hellinger, 1 - ∫√(pq).

    Raises ValueError unless 0 ≤ w < 1.
    """
    return -np.expm1(np.log1p(-from_below("w", w, 0, 1)) / 2)


def chi2_price(w: Numbers) -> Values:
    """w/(1-w): Neyman ∫(p-q)²/p of a drop, Pearson ∫(p-q)²/q of an invention.

    Raises ValueError unless 0 ≤ w < 1.
    """
    w = from_below("w", w, 0, 1)
    return w / (1 - w)


def nonsaturating_price(w: Numbers) -> Values:
    """(2-w) ln((2-w)/(1-w)) - 2 ln 2, nats: KL(q‖p) - 2 JS = 2 KL((p+q)/2 ‖ p) of a drop.

    Raises ValueError unless 0 ≤ w < 1.
    """
    w = from_below("w", w, 0, 1)
    return (2 - w) * np.log1p(w / (2 * (1 - w))) - w * np.log(2)


def far_mode_kl(r: Numbers) -> Values:
    """r² - ln 2, nats: KL(½N(-a,s²) + ½N(a,s²) ‖ N(a,s²)), r = a/s, exceeds it by less than e^{-r²/2}.

    What ∞ becomes where the lost mode is Gaussian and the model still reaches it.

    Raises ValueError unless r ≥ 0.
    """
    return at_least("r", r) ** 2 - np.log(2)


@elementwise
def transport_price(w: Numbers, distance: Numbers) -> Values:
    """w·distance: p - q is w times the difference of the two parts, and a norm (W1, MMD) scales with it.

    Raises ValueError unless 0 ≤ w < 1 and distance ≥ 0.
    """
    return from_below("w", w, 0, 1) * at_least("distance", distance)


DROP: dict[str, Callable[..., Values]] = {
    "kl": infinite,
    "reverse_kl": log_price,
    "js": js_price,
    "tv": tv_price,
    "hellinger2": hellinger2_price,
    "pearson": infinite,
    "neyman": chi2_price,
    "nonsaturating": nonsaturating_price,
    "wasserstein": transport_price,
    "mmd": transport_price,
}

INVENT: dict[str, Callable[..., Values]] = DROP | {
    "kl": log_price,
    "reverse_kl": infinite,
    "pearson": chi2_price,
    "neyman": infinite,
    "nonsaturating": infinite,
}


@elementwise
def drop(divergence: str, w: Numbers, distance: Numbers | None = None) -> Values:
    """The divergence between p and q = p(· | Aᶜ), p(A) = w.

    `distance` is W1 or MMD between p(· | A) and p(· | Aᶜ), asked for by "wasserstein" and "mmd" only.
    Returns an array of the common shape of `w` in (0, 1) and `distance` ≥ 0.

    Raises ValueError unless divergence is in `DROP`, 0 < w < 1, and distance ≥ 0 is given exactly where it is asked
    for.
    """
    return _price(DROP, divergence, w, distance)


@elementwise
def invent(divergence: str, w: Numbers, distance: Numbers | None = None) -> Values:
    """The divergence between p and q = (1-w) p + w·junk, junk ⊥ p; `distance` lies between junk and p.

    Raises ValueError unless divergence is in `INVENT`, 0 < w < 1, and distance ≥ 0 is given exactly where it is asked
    for.
    """
    return _price(INVENT, divergence, w, distance)


def _price(
    table: dict[str, Callable[..., Values]], divergence: str, w: ArrayLike, distance: ArrayLike | None
) -> Values:
    formula = table[choice("divergence", divergence, table)]
    w = strictly_between("w", w, 0, 1)
    if formula is not transport_price:
        return formula(w) if distance is None else reject("distance", f"none for {divergence}", distance)
    if distance is None:
        reject("distance", f"the distance between the two parts for {divergence}", distance)
    return transport_price(w, distance)
