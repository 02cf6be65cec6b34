"""Nothing public takes more than 2 GB or half a minute, or it says what to do instead.

Each line runs in a process of its own that may take so much and no more, and prints the seconds it was at work.
"""

import numpy as np
import pytest

from tests.limited import printed
from theory import GaussianMixture, projection, transport
from theory.numerics import plane

GIGABYTES, SECONDS = 2.0, 30.0
START = """
import time
import numpy as np
from theory import GaussianMixture, diagnosis, divergence, grid, projection, translation, transport
rng = np.random.default_rng(0)
many = lambda K, s: GaussianMixture(np.full(K, 1 / K), rng.normal(size=K), stds=np.full(K, s))
def turned(K, ratio):
    angle, mean = rng.uniform(0, np.pi, K), rng.normal(0, 2, (K, 2))
    u = np.stack([np.cos(angle), np.sin(angle)])
    flat = np.einsum("ik,jk->kij", u, u) * (1 - ratio**-2.0) + ratio**-2.0 * np.eye(2)
    return GaussianMixture(np.full(K, 1 / K), mean, covs=flat)
"""
WORK = {
    "a thousand components": "divergence.js(many(1000, 0.1), many(1000, 0.1))",
    "components that do not overlap": "divergence.kl(many(1000, 1e-5), many(300, 1.0))",
    "W1 of a thousand components": "transport.wasserstein(many(1000, 0.1), many(1000, 0.1))",
    "W2 of a thousand components": "transport.wasserstein(many(1000, 0.1), many(1000, 0.1), 2)",
    "energy distance of a thousand components": "transport.energy_distance(many(1000, 0.1), many(1000, 0.1))",
    "entropy of three thousand components": "many(3000, 0.1).entropy()",
    "modes of a thousand components": "many(1000, 0.1).modes()",
    "modes of a grid": "grid(20, 2.0, 0.1).modes()",
    "the best Gaussian of sixty modes": "projection.best_gaussian(many(60, 0.03), 'js')",
    "flat Gaussians, turned": "divergence.tv(turned(1, 1e6), turned(1, 1e6))",
    "far Gaussians": "divergence.jeffrey(GaussianMixture([1.0], [[0.0, 0.0]], stds=[1.0]), GaussianMixture([1.0], [[6e4, 8e4]], stds=[2.0]))",
    "eight flat components": "divergence.js(turned(8, 100.0), turned(8, 100.0))",
    "many round components": "divergence.js(turned(25, 3.0), turned(25, 3.0))",
    "entropy of a grid": "grid(10, 2.0, 0.05).entropy()",
    "a million samples": "diagnosis.diagnose(rng.normal(size=(1_000_000, 2)), grid(5, 2.0, 0.1))",
    "samples on the line": "transport.sample_wasserstein(rng.normal(size=(10**6, 1)), rng.normal(size=(10**6, 1)), 2)",
    "samples in the plane": "transport.sliced_wasserstein(rng.normal(size=(10**5, 2)), rng.normal(size=(10**5, 2)), 2, rng=0)",
    "modes far apart": "translation.share_slope(1.8e5)",
}


@pytest.mark.parametrize("name", WORK)
def test_nothing_takes_more_than_it_may(name):
    """Within 2 GB and 30 seconds at work, whatever is asked for."""
    code = f"{START}\nstart = time.process_time()\nfound = {WORK[name]}\nprint(time.process_time() - start)"
    assert float(printed(code, seconds=300, gigabytes=GIGABYTES)) < SECONDS


REFUSED = {
    "best_gaussian": ("p", lambda: projection.best_gaussian(GaussianMixture(np.full(200, 0.005), np.arange(200), stds=np.ones(200)), "js")),
    "sample_wasserstein": ("x, y", lambda: transport.sample_wasserstein(np.zeros((5000, 2)), np.zeros((5000, 2)))),
    "modes": ("mixture", lambda: GaussianMixture(np.full(200, 0.005), np.zeros((200, 2)), stds=np.ones(200)).modes()),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_take_more_is_refused_by_name(name):
    """ValueError that begins with the argument and says how much may be asked for."""
    argument, call = REFUSED[name]
    with pytest.raises(ValueError, match=f"^{argument}: expected at most"):
        call()


def lines(spread, mean=(0.0, 0.0)):
    """How many panels of lines a Gaussian and the unit one take."""
    p, q = GaussianMixture([1.0], [mean], stds=[spread]), GaussianMixture([1.0], [[0.0, 0.0]], stds=[1.0])
    return len(plane.lines(p, q).panels(0.0).owner)


@pytest.mark.parametrize("mean", [(0.0, 0.0), (1e5, 0.0), (6e4, -8e4)])
@pytest.mark.parametrize("spread", [(1.0, 1e-6), (1e-6, 1.0), (1e6, 1.0), (1.0, 1.0)])
def test_a_plane_costs_what_it_costs_at_ratio_ten(spread, mean):
    """Flat to 1e-6 or 1e5 widths apart, two Gaussians take at most thrice the lines of those of ratio ten."""
    assert lines(spread, mean) <= 3 * lines((1.0, 0.1))
