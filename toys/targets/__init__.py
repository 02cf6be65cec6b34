"""Targets: laws with exact answers, sampled for training. One file a target; all are functions returning a `Target`.

Rows of a sample are points (n, dim); `target.inputs` leading columns are given where it is a regression problem.
"""

from toys.targets.bishop_inverse import bishop_inverse
from toys.targets.mixtures import grid, ring, symmetric_pair
from toys.targets.power_law_signal import power_law_signal
from toys.targets.target import Target
from toys.targets.two_branch import two_branch

__all__ = ["Target", "bishop_inverse", "grid", "power_law_signal", "ring", "symmetric_pair", "two_branch"]
