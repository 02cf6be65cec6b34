"""What `blurproof show` says about a target, a learner or a score, and what it lists."""

import subprocess
import sys

import pytest
from rich.console import Console

from proofs.display.show import part_page, parts, target_names, target_page
from proofs.run import installed


@pytest.mark.parametrize("name", target_names())
def test_every_target_has_a_page(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Its name, source, mean and deviation; nothing is left as not a number."""
    target_page(name, Console(width=160))
    page = capsys.readouterr().out
    assert page.startswith(name)
    for word in ("source", "mean", "deviation"):
        assert word in page
    assert "nan" not in page


def test_the_ring_has_the_published_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    """Eight weights of 1/8, a deviation of 0.01, 2 sin(π/8) = 0.7654 between neighbours, entropy ln 8 + ln 2πeσ²."""
    target_page("ring", Console(width=160))
    page = capsys.readouterr().out
    for word in ("8 components", "0.125", "[0.01]", "0.7654", "76.54", "-4.29302 nats", "Srivastava"):
        assert word in page


def test_a_regression_problem_shows_its_risks(capsys: pytest.CaptureFixture[str]) -> None:
    """Bishop's inverse problem: 0.0383 of squared error remain."""
    target_page("bishop_inverse", Console(width=160))
    assert "0.0383045" in capsys.readouterr().out


def test_the_page_of_a_target_needs_no_torch() -> None:
    """A fresh process that shows the ring has loaded neither torch nor matplotlib."""
    code = (
        "import sys; from rich.console import Console; from proofs.display.show import target_page;"
        "target_page('ring', Console()); assert not {'torch', 'matplotlib'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        ("targets", ["ring blurproof Equal isotropic modes on a circle", "two_moons blurproof"]),
        ("learners", ["VAE blurproof The variational autoencoder", "GAN blurproof Generative adversarial networks"]),
        ("scores", ["precision_recall blurproof The shares of fakes"]),
        ("scenes", ["no scenes: no package that is installed has an entry point of the group blurproof.scenes"]),
    ],
)
def test_a_kind_is_listed(kind: str, lines: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Every one with who brings it and its first sentence; where there is none, that."""
    parts(kind, Console(width=200))
    page = " ".join(capsys.readouterr().out.split())
    for line in (*lines, *installed.named(kind)):
        assert line in page


def test_a_learner_is_shown_as_its_file_reads(capsys: pytest.CaptureFixture[str]) -> None:
    """What is minimised, its fields and its defaults."""
    part_page(installed.named("learners")["VAE"], Console(width=200))
    page = capsys.readouterr().out
    for word in ("VAE  ·  learner of blurproof", "x|z ~ N(g(z), σ²)", "latents: int = 2", "Raises ValueError"):
        assert word in page


def test_a_score_is_shown_with_its_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    """Its signature and what it says of itself."""
    part_page(installed.named("scores")["birthday_test"], Console(width=200))
    page = capsys.readouterr().out
    assert "radius: float" in page
    assert "Arora & Zhang 2018" in page
