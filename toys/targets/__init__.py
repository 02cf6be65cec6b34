"""Targets: laws with exact answers, sampled for training. One file a target; all are functions returning a `Target`.

Rows of a sample are points (n, dim); `target.inputs` leading columns are given where it is a regression problem.
"""

from toys.targets.bishop_inverse import bishop_inverse
from toys.targets.checkerboard import checkerboard
from toys.targets.curves import spiral, two_moons
from toys.targets.line_in_plane import line_in_plane
from toys.targets.mixtures import MixtureTarget, grid, notebook_ring, ring, symmetric_pair
from toys.targets.noisy_code import noisy_code
from toys.targets.pinwheel import pinwheel
from toys.targets.power_law_signal import power_law_signal
from toys.targets.random_edge import random_edge
from toys.targets.target import Target
from toys.targets.two_branch import two_branch
from toys.targets.two_clusters import two_clusters

__all__ = [
    "MixtureTarget",
    "Target",
    "bishop_inverse",
    "checkerboard",
    "grid",
    "line_in_plane",
    "noisy_code",
    "notebook_ring",
    "pinwheel",
    "power_law_signal",
    "random_edge",
    "ring",
    "spiral",
    "symmetric_pair",
    "two_branch",
    "two_clusters",
    "two_moons",
]
