"""`theory.diagnosis` of 100,000 samples against 25 modes, and of ten times as many: time and memory grow as the samples do.

The peer is itself on a tenth of the samples; both find nothing wrong with the truth, and the same with a generator that lacks
a mode.
"""

import resource
import sys
import time

import numpy as np

from theory import grid
from theory.diagnosis import diagnose
from theory.diagnosis.faults import SAMPLERS

LAW = grid(5, 2.0, 0.05)
FEW, MANY = 100_000, 1_000_000


def measure():
    for name, expected in (("truth", ()), ("dropped", ("dropped",))):
        for n in (FEW, MANY):
            assert diagnosed(name, n)[0][:1] == expected, (name, n)  # what follows from it comes after it
    few, many = (min(diagnosed("truth", n)[1] for _ in range(3)) for n in (FEW, MANY))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 if sys.platform == "darwin" else 1024)
    ratio = many / few
    yield (
        "diagnose, 25 modes, 1,000,000 samples", f"{many:.2f} s, {peak:.0f} MB at most", f"100,000: {few:.2f} s",
        f"{ratio:.1f}x the time", "≤ 12x", "-",
    )  # fmt: skip


def diagnosed(name, n):
    """What is present in n samples, and the processor seconds that it took to say so."""
    rng = np.random.default_rng(n)
    x = LAW.sample(n, rng) if name == "truth" else SAMPLERS[name](LAW, n, rng)
    begin = time.process_time()
    found = diagnose(x, LAW)
    return found.present, time.process_time() - begin
