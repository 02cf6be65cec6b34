"""Log density of a million points under 25 modes of the plane, against scikit-learn.

Two mixtures: modes far apart, where most terms are negligible, and modes that overlap, where none is. Two footings, the
same for both sides: one thread each, and as many as either likes.
"""

import contextlib
from unittest.mock import patch

import mpmath as mp
import numpy as np
from sklearn.mixture import GaussianMixture as Peer
from threadpoolctl import threadpool_limits

from tests.benchmarks._race import race, row
from theory import GaussianMixture
from theory.numerics import gaussians

MODES, POINTS, CHECKED = 25, 1_000_000, 200


def measure():
    rng = np.random.default_rng(0)
    weights = rng.dirichlet(np.full(MODES, 5.0))
    square = rng.standard_normal((MODES, 2, 2))
    covs = square @ square.transpose(0, 2, 1) + 0.3 * np.eye(2)
    rows = []
    for shape, kind in [("far", "diag"), ("far", "full"), ("overlapping", "diag"), ("overlapping", "full")]:
        means = rng.standard_normal((MODES, 2)) * (40.0 if shape == "far" else 2.0)
        spread = {"stds": np.sqrt(np.einsum("kii->ki", covs))} if kind == "diag" else {"covs": covs}
        p = GaussianMixture(weights, means, **spread)
        x, peer = p.sample(POINTS, 1), fitted(p, kind)
        assert_accurate(p, x[:CHECKED])
        assert np.allclose(p.logpdf(x[:CHECKED]), peer.score_samples(x[:CHECKED]), rtol=0, atol=1e-8)
        for name, footing in FOOTINGS.items():
            with footing():
                sides = race(lambda p=p, x=x: p.logpdf(x), lambda peer=peer, x=x: peer.score_samples(x))
            work = f"logpdf, 1e6 points, 25 {shape} modes, {kind}, {name}"
            rows.append(row(work, sides[0], "sklearn", sides[1], "4x", "10x"))
    return rows


@contextlib.contextmanager
def one_thread():
    """Both sides on one thread."""
    with threadpool_limits(1), patch.object(gaussians, "THREADS", 1):
        yield


FOOTINGS = {"one thread": one_thread, "all cores": contextlib.nullcontext}


def fitted(p, kind):
    """scikit-learn's mixture with the parameters of p."""
    peer = Peer(len(p), covariance_type=kind)
    peer.weights_, peer.means_ = p.weights, p.means
    if kind == "diag":
        peer.precisions_cholesky_ = 1 / p.stds
    else:
        peer.precisions_cholesky_ = np.linalg.inv(np.linalg.cholesky(p.covs)).transpose(0, 2, 1)
    return peer


def assert_accurate(p, x):
    """ln p is that of 40 digits to 16 ε (1 + largest exponent)."""
    with mp.workdps(40):
        for point, value in zip(x.tolist(), p.logpdf(x), strict=True):
            terms, exponents = [], []
            for w, m, C in zip(p.weights.tolist(), p.means.tolist(), p.covs.tolist(), strict=True):
                a, b, c = mp.mpf(C[0][0]), mp.mpf(C[0][1]), mp.mpf(C[1][1])
                u, v = mp.mpf(point[0]) - m[0], mp.mpf(point[1]) - m[1]
                det = a * c - b * b
                exponents.append((c * u * u - 2 * b * u * v + a * v * v) / (2 * det))
                terms.append(w * mp.exp(-exponents[-1]) / (2 * mp.pi * mp.sqrt(det)))
            error = abs(value - mp.log(mp.fsum(terms)))
            assert error <= 16 * np.finfo(float).eps * (1 + max(exponents)), (point, error)
