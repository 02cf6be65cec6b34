"""The folder is the index: what lies in `toys/targets` and `toys/learners` is found there, and nothing is listed twice."""

import shutil
import subprocess
import sys
from inspect import isfunction
from pathlib import Path

import pytest

import toys
import toys.learners
import toys.targets
from toys.learner import Learner
from toys.targets.target import Target

HOUSE = Path(toys.__file__).parent


def say(code, path=None):
    """What a fresh interpreter prints, with `path` before ours."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=path or HOUSE.parent, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.fixture
def copied(tmp_path):
    """A copy of `toys`, and of the `theory` below it, to drop files into."""
    for name in ("toys", "theory"):
        shutil.copytree(HOUSE.parent / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_importing_the_folders_leaves_torch_alone():
    """Nor does looking at the targets, or making one, import it; asking for a learner does."""
    code = "import sys, toys, toys.targets, toys.learners; dir(toys.targets); toys.targets.ring(); toys.targets.two_branch()"
    assert say(f"{code}; print('torch' in sys.modules); toys.GAN; print('torch' in sys.modules)") == ["False", "True"]


def test_only_what_is_asked_for_is_imported():
    """A name that is a module's own comes from this module alone."""
    code = "import sys, toys.targets; toys.targets.pinwheel; print(*sorted(m for m in sys.modules if 'toys.targets.' in m))"
    assert say(code) == ["toys.targets.pinwheel", "toys.targets.target"]


def test_every_name_resolves_to_what_its_folder_is_for():
    """Targets are classes of `Target` or functions returning one, learners are of `Learner`, and `toys` knows these too."""
    for name in dir(toys.targets):
        value = getattr(toys.targets, name)
        assert isfunction(value) or issubclass(value, Target)
    for name in dir(toys.learners):
        assert issubclass(getattr(toys.learners, name), Learner)
        assert getattr(toys, name) is getattr(toys.learners, name)
    assert {"ring", "grid", "symmetric_pair", "two_moons", "bishop_inverse", "MixtureTarget"} <= set(dir(toys.targets))
    assert {"GAN", "VAE", "LinearVAE", "VQVAE", "VectorQuantiser", "DiracGAN"} <= set(dir(toys.learners))
    assert {"VAE", "train", "targets", "learners"} <= set(dir(toys))
    assert toys.train.fit.__name__ == "fit"


def test_helpers_are_no_targets():
    """Laws, branches, constants, and what a module imports from elsewhere, are not listed."""
    assert not {"violations", "branch", "SIDE", "np", "require", "dataclass", "legendre", "laws"} & set(
        dir(toys.targets)
    )
    assert not {"Objective", "OBJECTIVES", "trajectories", "Learner", "MLP"} & set(dir(toys.learners))


@pytest.mark.parametrize("first", ["from toys.targets.two_branch import TwoBranch", "import toys.targets.two_branch"])
def test_a_module_does_not_hide_what_it_is_named_after(first):
    """Whoever imports the module first, the name in the folder is the function."""
    code = f"{first}\nfrom toys import targets\nprint(type(targets.two_branch).__name__, targets.two_branch().name)"
    assert say(code) == ["function", "two_branch"]


def test_a_new_file_is_found(copied):
    """Dropped into a folder a target, with or without annotation, and a learner appear; behind an underscore they hide."""
    body = "from toys.targets.mixtures import MixtureTarget, ring\ndef {0}(){1}:\n    return ring(5)\ndef helper() -> int: ...\n"
    (copied / "toys/targets/mine.py").write_text(body.format("mine", " -> MixtureTarget"))
    (copied / "toys/targets/others.py").write_text(body.format("bare", ""))
    (copied / "toys/targets/_hidden.py").write_text(body.format("hidden", ""))
    (copied / "toys/learners/hinge.py").write_text("from toys.learners.gan import GAN\nclass Hinge(GAN): pass\n")
    listed = "import toys; from toys import targets; print(*{'mine', 'bare', 'hidden', 'helper'} & {*dir(targets)})"
    assert set(say(listed, copied)) == {"mine", "bare"}
    made = (
        "import toys; from toys import targets; t = targets.mine(); print(len(t.mixture), len(targets.bare().mixture))"
    )
    used = "print('Hinge' in dir(toys), toys.Hinge is toys.learners.Hinge, toys.Hinge(t).objective)"
    assert say(f"{made}; {used}", copied) == ["5", "5", "True", "True", "nonsaturating"]


def test_two_modules_may_not_define_one_name(copied):
    """Which would be meant? An ImportError names both."""
    (copied / "toys/targets/again.py").write_text("from toys.targets.target import Target\ndef ring() -> Target: ...\n")
    code = "import toys.targets\ntry:\n    toys.targets.ring\nexcept ImportError as e:\n    print(e)"
    said = " ".join(say(code, copied))
    assert "toys.targets.again" in said
    assert "toys.targets.mixtures" in said


@pytest.mark.parametrize(
    ("package", "name", "near"), [(toys.targets, "rign", "ring"), (toys.learners, "GNA", "GAN"), (toys, "VEA", "VAE"), (toys, "trian", "train")]
)  # fmt: skip
def test_an_unknown_name_is_refused_with_a_hint(package, name, near):
    """AttributeError, as `hasattr` expects, with the names that are like it."""
    with pytest.raises(AttributeError, match=f"{package.__name__}.*{name}.*{near}"):
        getattr(package, name)
    assert not hasattr(package, "_nothing")
    assert not hasattr(package, "__nothing__")


def test_a_star_brings_all():
    """`from toys.targets import *` binds every name of the folder."""
    code = "from toys.targets import *; print(ring().name, two_branch().name, MixtureTarget.__name__)"
    assert say(code) == ["ring", "two_branch", "MixtureTarget"]
