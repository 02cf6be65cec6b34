"""Shipped learners pass the laws, by every way in; each law catches the one planted against it; scores are asked as well."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.toys import broken, three_ways
from toys import contest
from toys.conformance import LAWS, SCORES, misjudged, named, violations
from toys.targets import bishop_inverse, symmetric_pair

ROOT = Path(__file__).parent.parent.parent
GOOD = {
    "plain": broken.Resampler(), "modules": three_ways.MODULES, "arm": three_ways.arm,
    **{name: contest.ARMS[name] for name in ("GAN", "VAE", "VQ", "denoiser", "flow matching", "mixture network")},
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_good_learners_break_no_law(name: str) -> None:
    """By whichever way they come in."""
    assert violations(GOOD[name]) == []


@pytest.mark.parametrize("name", ["GAN", "VAE", "mixture network"])
def test_conditional_learners_break_no_law(name: str) -> None:
    """On a problem of t given x."""
    assert violations(contest.ARMS[name], bishop_inverse()) == []


@pytest.mark.parametrize("name", broken.BREAKS)
def test_each_law_catches_what_is_planted_against_it(name: str) -> None:
    """That law, and it alone where the others can still be asked."""
    said = violations(named(f"tests.toys.broken:{name}"))
    caught = [words.split(":")[0] for words in said]
    assert broken.BREAKS[name] in caught
    assert set(broken.BREAKS.values()) == set(LAWS)


@pytest.mark.parametrize("score", SCORES)
def test_scores_accept_the_exact_member_and_reject_a_constant(score: str) -> None:
    """On a lopsided pair."""
    assert misjudged(score, symmetric_pair(2.0, 0.3, 0.4)) == ""


def test_a_score_that_is_wrong_is_found_out() -> None:
    """One that likes everything accepts a constant; one that likes nothing rejects the exact member."""
    pair = symmetric_pair(2.0, 0.3)
    assert misjudged(lambda x, target: True, pair) == "accepts a constant"
    assert misjudged(lambda x, target: bool(np.isnan(x).any()), pair) == "rejects the exact member"


def test_unknown_learners_and_laws_are_refused() -> None:
    """By name."""
    for name in ("nothing", "tests.toys.broken:Nobody", "no.such.module:Thing"):
        with pytest.raises(ValueError, match="name"):
            named(name)
    with pytest.raises(ValueError, match="laws"):
        violations(broken.Resampler(), laws=["beauty"])
    with pytest.raises(ValueError, match="learner: expected an object with fit"):
        violations(3, laws=["seeds"])


def test_the_plugin_asks_a_law_a_test(tmp_path: Path) -> None:
    """A good learner passes all, a bad one fails by its law's words; without the option there is nothing to run."""
    plugin = [
        "-p",
        "toys.conformance_plugin",
        "-p",
        "no:cacheprovider",
        "-q",
        "--noconftest",
        "-c",
        "/dev/null",
        str(tmp_path),
    ]
    learners = ["--learner", "tests.toys.broken:Resampler", "--learner", "tests.toys.broken:Short"]
    code = "import sys, pytest; sys.path[:0] = [sys.argv.pop(1)]; sys.exit(pytest.main(sys.argv[1:]))"
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-W", "ignore", "-c", code, str(ROOT), *plugin, *learners]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=alone)
    count = len(LAWS)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{2 * count - 1} passed" in done.stdout
    assert "1 failed" in done.stdout
    assert "shape: has no samples where 1 are asked for" in done.stdout
