"""What a model must keep of a set, against a root finder at 40 digits and random models."""

import mpmath as mp
import numpy as np
import pytest

from theory import leak

CASES = [(0.3, 0.1), (0.3, 3.0), (0.9, 1e-6), (1e-3, 0.01), (1e-3, 1e-9), (0.5, 40.0), (1 - 1e-9, 2.0)]


@pytest.mark.parametrize(("w", "epsilon"), CASES)
def test_least_kept_is_the_smaller_root(w, epsilon):
    """kl(w‖v) = ε at the bound, and v lies below w."""
    v = float(leak.least_kept(w, epsilon))
    with mp.workdps(40):
        W, V = mp.mpf(w), mp.mpf(v)
        kl = W * mp.log(W / V) + (1 - W) * mp.log((1 - W) / (1 - V))
    assert v < w
    assert float(kl) == pytest.approx(epsilon, rel=1e-9, abs=0)


@pytest.mark.parametrize(("w", "epsilon"), CASES)
def test_simple_bound_is_below_and_nearly_attained(w, epsilon):
    """exp(-(ε+h_b(w))/w) is a lower bound, close for large ε."""
    assert np.exp(leak.log_simple_bound(w, epsilon)) <= leak.least_kept(w, epsilon)
    assert leak.log_simple_bound(0.5, 40.0) == pytest.approx(
        float(np.log(leak.least_kept(0.5, 40.0))), rel=1e-12, abs=0
    )


def test_no_divergence_keeps_everything():
    """At ε = 0 the whole of A is kept; the more is allowed the less is kept."""
    assert leak.least_kept(0.37, 0.0) == pytest.approx(0.37, rel=1e-15, abs=0)
    kept = leak.least_kept(0.37, [0.0, 0.1, 0.2, 1.0, 5.0])
    assert (np.diff(kept) < 0).all()


def test_random_models_keep_at_least_that():
    """Any q on six atoms keeps at least the bound of its own KL(p‖q)."""
    rng = np.random.default_rng(4)
    for _ in range(200):
        p, q = rng.dirichlet(np.ones(6)), rng.dirichlet(np.full(6, 0.3)) + 1e-12
        q /= q.sum()
        kl = float(p @ np.log(p / q))
        assert q[:2].sum() >= leak.least_kept(p[:2].sum(), kl) * (1 - 1e-9)


def test_far_below_floats_the_logarithm_remains():
    """Where the kept share underflows its logarithm is finite: -(ε + h_b(w))/w."""
    assert leak.log_simple_bound(1e-3, 5.0) == pytest.approx(-(5 + 0.00790725507) / 1e-3, rel=1e-9, abs=0)


BAD = [
    (lambda: leak.least_kept(0.0, 1.0), "w"),
    (lambda: leak.least_kept(1.0, 1.0), "w"),
    (lambda: leak.least_kept(0.5, -0.1), "epsilon"),
    (lambda: leak.log_simple_bound(1.5, 1.0), "w"),
    (lambda: leak.log_simple_bound(0.5, -1.0), "epsilon"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Shares and divergences out of range are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
