"""Samples of known laws, and the command as it is called, without a process of its own."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

import theory
from proofs import cli

RING = theory.ring(modes=5, radius=1.3, std=0.05).affine(1.0, [0.4, -0.2])
"""Off-centre, lest symmetry hide a fault."""


class Said(NamedTuple):
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def right() -> np.ndarray:
    """(600, 2) samples of the ring."""
    return RING.sample(600, 1)


@pytest.fixture
def dropping(right: np.ndarray) -> np.ndarray:
    """The same without the first mode."""
    return right[np.linalg.norm(right - RING.means[0], axis=1) > 0.5]


@pytest.fixture
def blurproof(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Said]:
    """The command line in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["blurproof", *words])
        with pytest.raises(SystemExit) as end:
            cli.main()
        return Said(int(end.value.code or 0), *capsys.readouterr())

    return run
