"""Closed forms and certified numerics on which every claim stands; nothing is learned here.

One file a topic.  `GaussianMixture` is the common object; `symmetric_pair`, `ring` and `grid` make the
usual ones. Randomness enters by argument only.  Numbers that are not exact carry their error (`Estimate`).
"""

from theory.estimate import Estimate
from theory.mixture import GaussianMixture
from theory.standard import grid, ring, symmetric_pair

__all__ = ["Estimate", "GaussianMixture", "grid", "ring", "symmetric_pair"]
