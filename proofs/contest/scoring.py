"""What the samples of one seed are worth: the words and sizes of `blurproof diagnose`, and the published scores.

Whatever judges samples in a contest does it here, by `scored`. Of a mixture the modes captured and the share of good samples
are those of VEEGAN and PacGAN (`theory.scores.mode_report`; full covariances in units of their own); of y given x a sample is good where it lies on a branch; of a target
without modes there are neither.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from proofs.diagnosis import asking
from theory import GaussianMixture, scores
from theory.diagnosis import WORDS, Diagnosis
from theory.validation.inputs import Array
from theory.validation.unchanging import Unchanging
from toys.targets.target import Target

FAULTS = ("dropped", "reweighted", "blurred", "shrunk", "shifted", "bridged", "invented", "collapsed", "copied")
"""Every fault that a diagnosis may name, in this order."""
DIFFERS = "differs"
"""Stands for the global check, of which there is one whatever is known of a law: samples are told from right ones."""
WORDED = (*FAULTS, DIFFERS)
DEVIATIONS = 3.0
"""Of a mode, within which a sample is good."""
UNASKED = -1
"""Stands for the word on a fault that was not looked for."""


@dataclass(frozen=True)
class Score(Unchanging):
    """Of the samples of one seed: per fault of `FAULTS` its word (a place in `WORDS`), size and interval; modes captured, of
    how many; the share of good samples; and the word, value and p of the global check. NaN, and -1, where there is none."""

    words: np.ndarray
    sizes: np.ndarray
    modes: float
    of_modes: int
    good: float
    check: np.ndarray

    def arrays(self) -> dict[str, np.ndarray]:
        """As they are kept."""
        facts = np.array([self.modes, self.of_modes, self.good])
        return {"words": self.words, "sizes": self.sizes, "facts": facts, "check": self.check}

    def word(self, fault: str) -> int:
        """Of a fault, or of the global check: a place in `WORDS`, -1 where it was not looked for."""
        return int(self.check[0] if fault == DIFFERS else self.words[FAULTS.index(fault)])

    def size(self, fault: str) -> float:
        """Of a fault, or the value of the global check."""
        return float(self.check[1] if fault == DIFFERS else self.sizes[FAULTS.index(fault), 0])

    @classmethod
    def of(cls, arrays: dict[str, np.ndarray]) -> Score:
        """What `arrays` kept; NaN and -1 stay what they are."""
        modes, of_modes, good = arrays["facts"]
        return cls(arrays["words"], arrays["sizes"], float(modes), int(of_modes), float(good), arrays["check"])


def scored(samples: Array, target: Target, *, confidence: float = 0.99) -> Score:
    """The diagnosis of samples (n, dim) against their target; NaN for what it has no word on.

    Raises ValueError for samples that cannot be diagnosed: too few, not finite, of another dimension.
    """
    found = asking.diagnose(samples, target=target, confidence=confidence).first
    known = {fault.name: fault for fault in found.faults}
    words = np.array([WORDS.index(known[name].word) if name in known else UNASKED for name in FAULTS])
    nothing = (math.nan,) * 3
    sizes = np.array(
        [(known[f].size, known[f].low, known[f].high) if f in known else nothing for f in FAULTS], dtype=float
    )
    first = next(iter(found.checks), None)
    check = np.array(
        [UNASKED, math.nan, math.nan] if first is None else [WORDS.index(first.word), first.value, first.p]
    )
    return Score(words, sizes, *_published(samples, target, found), check=check)


def _published(samples: Array, target: Target, found: Diagnosis) -> tuple[float, int, float]:
    """Modes captured, of how many, and the share of good samples."""
    law = getattr(target, "mixture", None)
    if isinstance(law, GaussianMixture):
        return _captured(samples, law)
    if target.inputs:
        return math.nan, 0, float((found.labels >= 0).mean())
    return math.nan, 0, math.nan


def _captured(samples: Array, law: GaussianMixture) -> tuple[float, int, float]:
    """Of `mode_report`; where components are not isotropic the same in their own units, 3 of which are good."""
    if np.allclose(law.covs, law.covs[:, :1, :1] * np.eye(law.dim), rtol=1e-12, atol=0):
        report = scores.mode_report(samples, law)
        return float(report.captured), len(law), report.high_quality
    offsets = samples[:, None] - law.means.reshape(1, len(law), law.dim)
    distances = np.sqrt(np.einsum("nkd,kde,nke->nk", offsets, np.linalg.inv(law.covs), offsets))
    good = distances.min(axis=1) <= DEVIATIONS
    return float(len(np.unique(distances.argmin(axis=1)[good]))), len(law), float(good.mean())
