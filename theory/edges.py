"""What averaging and taking medians do to an edge or a line whose position U is uncertain.

    step     E 1[t ≥ U] = F_U(t): the averaged edge is the edge convolved with the density of U
    template E f(t-U): spectrum f̂(ω) φ_U(-ω), φ_U the characteristic function of U; exact on a ring of
    samples

The pixelwise mean is what an L2 regressor that does not know U converges to, the pixelwise median what an L1
regressor does. For monotone f the median is f(t - med U): as sharp as f. A line of width b centred at U is
on at t with probability P(|t-U| ≤ b/2), which exceeds ½ nowhere iff b ≤ 2Φ⁻¹(¾)σ for U ~ N(·, σ²): then the
median deletes the line. L2 blurs edges; L1 does not, it deletes thin lines.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from theory.validation.arrays import above, strictly_between
from theory.validation.elementwise import elementwise
from theory.validation.inputs import Array, array, called, numbers, reject, weights
from theory.validation.shapes import Numbers, Values, Vector, Weights


@elementwise
def mean_edge(t: Numbers, position: Numbers, std: Numbers) -> Values:
    """E 1[t ≥ U] = Φ((t-μ)/σ), U ~ N(μ, σ²): the blurred unit step.

    Raises ValueError unless t has no NaN, position is finite, and std > 0.
    """
    return ndtr((numbers("t", t) - array("position", position)) / above("std", std))


@elementwise
def median_edge(t: Numbers, position: Numbers) -> Values:
    """med 1[t ≥ U] = 1[t ≥ med U]: still a step; `position` is the median of U.

    Raises ValueError unless t has no NaN and position is finite.
    """
    return (numbers("t", t) >= array("position", position)).astype(float)


@elementwise
def median_shift(template: Callable[[Array], ArrayLike], t: Numbers, position: Numbers) -> Values:
    """med f(t-U) = f(t - med U) for a monotone `template` f; `position` is the median of U.

    Raises ValueError unless template is a function whose values have no NaN, t has none, and position is finite.
    """
    return called("template", template, numbers("t", t) - array("position", position))


@elementwise
def rise(std: Numbers, fraction: Numbers = 0.9) -> Values:
    """2Φ⁻¹(f)σ: the length over which the mean edge climbs from 1-f to f; 2.5631σ for 10-90 %.

    Raises ValueError unless std > 0 and ½ < fraction < 1.
    """
    return 2 * ndtri(strictly_between("fraction", fraction, 0.5, 1)) * above("std", std)


@elementwise
def mean_line(t: Numbers, width: Numbers, position: Numbers, std: Numbers) -> Values:
    """P(|t-U| ≤ b/2) for U ~ N(μ, σ²): the blurred line of width b and height 1.

    Raises ValueError unless t has no NaN, width > 0, std > 0, and position is finite.
    """
    half, offset = above("width", width) / 2, np.abs(numbers("t", t) - array("position", position))
    scale = above("std", std)
    return ndtr((half - offset) / scale) - ndtr((-half - offset) / scale)


@elementwise
def median_line(t: Numbers, width: Numbers, position: Numbers, std: Numbers) -> Values:
    """1 where the line is on with probability above ½, else 0: the pixelwise median.

    Raises ValueError unless t has no NaN, width > 0, std > 0, and position is finite.
    """
    return (mean_line(t, width, position, std) > 0.5).astype(float)


def vanishing_width(std: Numbers) -> Values:
    """2Φ⁻¹(¾)σ = 1.349σ: lines up to this wide vanish from the pixelwise median.

    Raises ValueError unless std > 0.
    """
    return 2 * ndtri(0.75) * above("std", std)


def mean_template(template: Vector, shift_weights: Weights) -> Float[Array, " n"]:
    """E f(·-U) on a ring of n samples, P(U=j) = `shift_weights`[j]: by spectra, f̂(ω) φ_U(-ω).

    Raises ValueError unless template is a vector and shift_weights a distribution of its length.
    """
    f, w = array("template", template, ndim=1), weights("shift_weights", shift_weights)
    if len(w) != len(f):
        reject("shift_weights", f"one for each of {len(f)} shifts", f"{len(w)}")
    return np.fft.ifft(np.fft.fft(f) * np.fft.fft(w)).real


def median_template(template: Vector, shift_weights: Weights) -> Float[Array, " n"]:
    """Pixelwise lower median of f(·-U) on a ring of n samples.

    Raises ValueError unless template is a vector and shift_weights a distribution of its length.
    """
    f, w = array("template", template, ndim=1), weights("shift_weights", shift_weights)
    if len(w) != len(f):
        reject("shift_weights", f"one for each of {len(f)} shifts", f"{len(w)}")
    positions = np.arange(len(f))
    values = f[(positions[:, None] - positions) % len(f)]  # pixel by shift
    order = np.argsort(values, axis=1)
    below = np.cumsum(w[order], axis=1)
    middle = np.argmax(below >= 0.5 - 1e-12, axis=1)
    return values[positions, order[positions, middle]]
