"""Rates of finite encoders against sums written out, and Fano's bound against the channel that attains it."""

import numpy as np
import pytest

from theory import rate

SOURCE, PRIOR = np.array([0.2, 0.5, 0.3]), np.array([0.6, 0.4])
CHANNEL = np.array([[0.9, 0.1], [0.3, 0.7], [0.5, 0.5]])
DECODER = np.array([[0.4, 0.4, 0.2], [0.1, 0.6, 0.3]])


def cells(f):
    return sum(SOURCE[i] * CHANNEL[i, j] * f(i, j) for i in range(3) for j in range(2))


def test_rate_is_information_plus_gap():
    """E KL(q(z|x)‖p(z)) by its sum."""
    twin = cells(lambda i, j: np.log(CHANNEL[i, j] / PRIOR[j]))
    parts = rate.information(SOURCE, CHANNEL), rate.prior_gap(SOURCE, CHANNEL, PRIOR)
    assert sum(parts) == pytest.approx(twin, rel=1e-13)
    assert min(parts) > 0.01


def test_model_gap_is_rate_plus_distortion_less_entropy():
    """R - E ln p(x|z) - H by their sums."""
    both = cells(lambda i, j: np.log(CHANNEL[i, j] / PRIOR[j]) - np.log(DECODER[j, i]))
    twin = both + SOURCE @ np.log(SOURCE)
    assert rate.model_gap(SOURCE, CHANNEL, PRIOR, DECODER) == pytest.approx(twin, rel=1e-12)
    assert rate.source_entropy(SOURCE) == pytest.approx(-SOURCE @ np.log(SOURCE), rel=1e-14)


@pytest.mark.parametrize("modes", [2, 3, 8])
def test_symmetric_channel_attains_fano(modes):
    """Errors spread evenly over the other modes: I = ln K - fano, and the least error at that rate is theirs."""
    e = 0.13
    channel = np.full((modes, modes), e / (modes - 1)) + np.eye(modes) * (1 - e - e / (modes - 1))
    told = rate.information(np.full(modes, 1 / modes), channel)
    assert told == pytest.approx(np.log(modes) - float(rate.fano(e, modes)), rel=1e-12)
    assert rate.least_error(told, modes) == pytest.approx(e, rel=1e-10)
    assert rate.least_error(np.log(modes) + 0.1, modes) == 0
    assert rate.least_error(0.0, modes) == pytest.approx(1 - 1 / modes, rel=1e-6)


BAD = [
    (lambda: rate.information([0.5, 0.6], CHANNEL), "source"),
    (lambda: rate.information([0.5, 0.5], CHANNEL), "channel"),
    (lambda: rate.information(SOURCE, CHANNEL * 1.1), "channel"),
    (lambda: rate.prior_gap(SOURCE, CHANNEL, [0.6, 0.6]), "prior"),
    (lambda: rate.source_entropy([0.5, 0.6]), "source"),
    (lambda: rate.model_gap(SOURCE, CHANNEL, PRIOR, [0.5]), "decoder"),
    (lambda: rate.fano(1.1, 3), "error"),
    (lambda: rate.fano(0.1, 1), "modes"),
    (lambda: rate.least_error(-0.1, 3), "rate"),
    (lambda: rate.least_error(0.1, 1), "modes"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Laws that do not sum to one and numbers out of range are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()


def test_a_model_that_excludes_what_goes_together_is_infinitely_far() -> None:
    """A code that some x has and whose decoder never gives that x costs infinity, as said."""
    assert rate.model_gap([0.5, 0.5], [[1.0, 0.0], [0.5, 0.5]], [0.5, 0.5], [[1.0, 0.0], [0.0, 1.0]]) == np.inf
