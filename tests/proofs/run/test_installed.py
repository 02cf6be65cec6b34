"""What installed packages add is listed without being imported, tried before it is used, and refused in a line."""

import json
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from proofs.run import guests, installed
from toys import learners as shipped_learners
from toys import targets as shipped_targets

LAWS = '''
"""Laws of somebody."""
import sys
from toys import targets

def two_rings(radius: float = 2.0):
    """One ring of that radius."""
    return targets.ring(4, radius, 0.1)

class Constant:
    """Gives back the mean."""
    def fit(self, sample, *, seed, steps, batch):
        return lambda n, rng: sample.mean(0).repeat(n, 0)

def spread(samples):
    """The spread of samples."""
    return float(samples.std())

NUMBER = 3
'''
ENTRIES = """
[blurproof.targets]
two_rings = laws:two_rings
a_number = laws:NUMBER
nowhere = no_such_module:law
[blurproof.learners]
constant = laws:Constant
harmful = harmful:thing
ends = ends:thing
[blurproof.scores]
spread = laws:spread
missing = laws:nobody
[blurproof.scenes]
pond = laws
"""


def install(folder: Path, name: str, entries: str, **modules: str) -> None:
    """What an installed distribution is: its metadata and its modules, in a folder of the path."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(entries)
    for module, text in modules.items():
        (folder / f"{module}.py").write_text(dedent(text))


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with good and bad parts, and the folder that it is in."""
    install(
        tmp_path, "somebody", ENTRIES, laws=LAWS, harmful="import json\njson.dumps = lambda *_: ''\nthing = print",
        ends="import os; os._exit(3)",
    )  # fmt: skip
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_what_is_used_has_been_tried_and_what_is_bad_is_refused_in_a_line(packages: Path) -> None:
    """A target, a learner, a score and a scene come as they are; what raises, harms or ends a process says so and hurts nobody."""
    targets, learners = installed.targets(), installed.learners()
    assert ({*targets}, {*learners}) == ({"two_rings", "a_number", "nowhere"}, {"constant", "harmful", "ends"})
    scores, scenes = installed.scores(), installed.scenes()
    good = [targets["two_rings"], learners["constant"], scores["spread"], scenes["pond"]]
    (rings, constant, spread, pond), failed = guests.load([*good, targets["a_number"], learners["ends"]])
    assert np.hypot(*rings(3.0).mixture.means.T) == pytest.approx(3)
    assert callable(constant().fit)
    assert (spread(np.array([0.0, 2.0])), pond.__name__) == (1, "laws")
    assert (
        "expected a function that makes a target, or an object with `sample`, got an object of the class int"
        in failed[0].reason
    )
    assert "ends its process, with exit code 3" in failed[1].reason
    with pytest.raises(ValueError, match=r"^learners: harmful \(harmful:thing, of somebody\) .* replaces json.dumps$"):
        learners["harmful"].use()
    assert json.dumps([]) == "[]"
    for part, reason in {targets["nowhere"]: "no_such_module", scores["missing"]: "nobody"}.items():
        with pytest.raises((ImportError, AttributeError), match=reason):
            part.load()


def test_a_name_is_taken_once(packages: Path) -> None:
    """Neither two packages nor one of them and this one may call two things alike; the other kinds are as they were."""
    install(
        packages,
        "rival",
        "[blurproof.targets]\ntwo_rings = laws:two_rings\n[blurproof.scores]\nmode_report = laws:spread\n",
    )
    with pytest.raises(
        ValueError, match=r"targets: expected one that is called 'two_rings', got .* of rival.* of somebody"
    ):
        installed.targets()
    with pytest.raises(
        ValueError, match=r"scores: expected one that is called 'mode_report', got .* of blurproof.* of rival"
    ):
        installed.named("scores")
    assert {*installed.learners()} == {"constant", "harmful", "ends"}


def test_ours_are_named_without_being_imported() -> None:
    """Learners as their files read are those that the folder gives when it is imported; so are targets, and all can be had."""
    assert [*installed.named("learners")] == dir(shipped_learners)
    assert {*installed.named("targets")} <= {*dir(shipped_targets)}
    for kind in installed.KINDS:
        assert all(part.shipped and part.path.is_file() for part in installed.named(kind).values())
    assert installed.named("learners")["GAN"].use() is shipped_learners.GAN
    assert installed.named("scores")["precision_recall"].use().__module__ == "theory.scores"
    assert not installed.targets()
    with pytest.raises(ValueError, match="kind: expected one of learners, targets, scores, scenes, got 'losses'"):
        installed.named("losses")
    with pytest.raises(ValueError, match=r"name: expected one of .*VAE"):
        installed.learner_said("WAE")
