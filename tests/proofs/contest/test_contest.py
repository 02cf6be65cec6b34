"""A contest end to end: what is named, what fails, what is written, and what the ledger remembers."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from scipy.spatial.distance import mahalanobis

import blurproof
from proofs.contest import asking, beside, document, naming, pairs, table
from proofs.contest.pieces import Seed
from proofs.contest.scoring import FAULTS, Score, scored
from proofs.contest.standing import Standing
from proofs.core.rules import share_interval
from theory import GaussianMixture, ring, scores
from theory.diagnosis import WORDS
from toys.targets import bishop_inverse, two_moons
from toys.targets.mixtures import MixtureTarget

RING = "ring:modes=8,std=0.1"
SMALL = {"target": RING, "seeds": 8, "steps": 8, "batch": 64, "samples": 608}
LINE = ["--target", RING, "--seeds", "4", "--steps", "8", "--batch", "64", "--samples", "608"]


@pytest.fixture(scope="module")
def folder(others: Path) -> Path:
    """Where the contest is held."""
    return others


def command(folder: Path, *words: object, code: int = 0) -> subprocess.CompletedProcess[str]:
    """What `blurproof contest` does in that folder."""
    root = Path(__file__).parents[3]
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run(
        [sys.executable, "-m", "blurproof", "contest", *map(str, words)],
        cwd=folder, env=surroundings, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def learners(folder: Path) -> dict[str, object]:
    """Those of the folder, as objects."""
    sys.path.insert(0, str(folder))
    try:
        import others  # pyright: ignore[reportMissingImports]
    finally:
        sys.path.remove(str(folder))
    return {name: getattr(others, name) for name in ("memory", "half", "sometimes", "raises", "diverges", "nothing")}


@pytest.fixture(scope="module")
def held(learners: dict[str, object], tmp_path_factory: pytest.TempPathFactory) -> Standing:
    """A contest of five that were given as objects."""
    some = {name: learners[name] for name in ("memory", "half", "sometimes", "raises", "diverges")}
    asked = {"compare": ("memory", "half"), "fewer": "dropped", "by": 0.9}
    return blurproof.contest(some, results=tmp_path_factory.mktemp("held"), **SMALL, **asked)


def test_what_is_true_is_said_of_each(held: Standing) -> None:
    """Who knows the law drops on no seed, who knows half of it on all, who does so on odd seeds on those."""
    odd = np.array([seed % 2 == 1 for seed in held.settings.each])
    assert 0 < odd.sum() < len(odd)
    assert not held.flags("memory", "dropped").any()
    assert held.flags("half", "dropped").all()
    assert np.array_equal(held.flags("sometimes", "dropped"), odd)


def test_failed_seeds_are_rows_with_their_reason(held: Standing) -> None:
    """One that raises and one that diverges stay in n, have captured nothing and count as having every fault."""
    by_name = {line.learner: line for line in held.lines}
    assert by_name["raises"].failed == {"RuntimeError: no idea": 8}
    assert by_name["diverges"].failed == {"its samples are not finite": 8}
    for name in ("raises", "diverges"):
        assert all((rate.k, rate.n) == (8, 8) for rate in by_name[name].rates)
        assert by_name[name].modes in (None, 0)
    assert "raises: 8 of 8 seeds failed" in str(held)


def test_rates_have_exact_intervals(held: Standing) -> None:
    """Those of Clopper and Pearson at the confidence asked for."""
    rate = next(line for line in held.lines if line.learner == "sometimes").rate("dropped")
    assert rate is not None
    assert (rate.low, rate.high) == share_interval(rate.k, 8, 0.01)


def test_the_comparison_is_the_rule_on_the_flags(held: Standing) -> None:
    """Eight seeds against none: McNemar's p is 1/2⁸, and so many seeds as the plan says would be enough."""
    (found,) = held.comparisons
    assert (found.decided.outcome, found.n) == ("holds", 8)
    assert "p = 0.0039" in found.decided.detail
    needed, _ = asking.plan(compare=("memory", "half"), fewer="dropped", by=0.9)
    assert found.needed == needed


def test_the_table_fits_and_the_document_is_valid(held: Standing) -> None:
    """No line longer than 80 letters; the document is of its Schema and goes through JSON unchanged."""
    assert max(map(len, str(held).splitlines())) <= table.WIDTH
    jsonschema.validate(held.document, document.schema())
    assert json.loads(json.dumps(held.document, allow_nan=False)) == held.document


def test_every_seed_is_a_row_of_the_csv(held: Standing) -> None:
    """Learner and seed, a word for every fault that was looked for, and nothing that is no number."""
    rows = list(csv.DictReader(io.StringIO(held.csv)))
    assert len(rows) == 5 * 8
    assert {row["dropped"] for row in rows if row["learner"] == "half"} == {"present"}
    assert {row["failed"] for row in rows if row["learner"] == "raises"} == {"RuntimeError: no idea"}
    assert "nan" not in held.csv
    assert {*FAULTS} <= rows[0].keys()


def test_the_figure_shows_every_learner(held: Standing) -> None:
    """A row a learner in each panel, one below the other in a single column."""
    figure = held.figure("single")
    for axes in figure.axes:
        assert [text.get_text() for text in axes.get_yticklabels()] == [*held.names]
    with pytest.raises(ValueError, match="width"):
        held.figure("triple")


def test_samples_are_those_that_were_judged(held: Standing) -> None:
    """(seeds, n, dim), NaN where a seed failed; judging them again says the same."""
    drawn = held.samples
    assert drawn["half"].shape == (8, 608, 2)
    assert np.isnan(drawn["raises"]).all()
    again = scored(drawn["half"][0], held.target)
    assert np.array_equal(again.words, held.seeds["half"][0].score.words)  # type: ignore[union-attr]


def test_scores_are_those_of_diagnose_and_of_the_papers() -> None:
    """Words of `blurproof.diagnose`, modes and good samples of `theory.scores.mode_report`; of a law without modes none."""
    law = GaussianMixture([0.3, 0.7], [[0.0, 0.0], [4.0, 1.0]], covs=[[[1, 0.5], [0.5, 1]], [[0.2, 0], [0, 0.1]]])
    x = law.sample(800, np.random.default_rng(0))
    found, own = scored(x, MixtureTarget("own", law, "here")), blurproof.diagnose(x, mixture=law)
    words = {name: WORDS[w] for name, w in zip(FAULTS, found.words, strict=True) if w >= 0}
    assert words == {name: word for name, word in own.words.items() if name in FAULTS}
    near = [min(mahalanobis(p, m, np.linalg.inv(c)) for m, c in zip(law.means, law.covs, strict=True)) for p in x]
    assert (found.modes, found.of_modes, found.good) == (2, 2, np.mean(np.array(near) <= 3))
    even = naming.target(RING)
    wide = 1.5 * even.sample(608, np.random.default_rng(2))
    round_ones, report = scored(wide, even), scores.mode_report(wide, ring(modes=8, std=0.1))
    assert (round_ones.modes, round_ones.good) == (report.captured, report.high_quality)
    moons = two_moons()
    without = scored(moons.sample(600, np.random.default_rng(1)), moons)
    assert np.isnan([without.modes, without.good]).all()
    assert without.check[0] >= 0


def test_the_command_does_all_of_it(folder: Path, tmp_path: Path) -> None:
    """Names from the working folder and a shipped arm; one ends its process and is a failed row; files are written."""
    out = {"--json": "a.json", "--csv": "a.csv", "--figure": "a.png", "--save-samples": "a.npz"}
    files = [part for option, name in out.items() for part in (option, tmp_path / name)]
    words = ["others:half", "GAN", "others:ends", *LINE, "--results", tmp_path / "results", "--jobs", 2]
    done = command(folder, *words, *files)
    assert "others:ends: 4 of 4 seeds failed" in done.stdout
    assert "none of ours" not in done.stdout
    told = json.loads((tmp_path / "a.json").read_text())
    jsonschema.validate(told, document.schema())
    ways = {one["learner"]: (one["way"], one["parameters"], one["points"]) for one in told["learners"]}
    assert ways["GAN"] == ("c", 2432, 8 * 64)
    assert ways["others:half"] == ("a", None, 8 * 64)
    with np.load(tmp_path / "a.npz") as archive:
        assert archive["GAN"].shape == (4, 608, 2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["Gan"], "did you mean 'GAN'?"),
        (["others:nobody"], "LEARNER: expected one that can be imported"),
        (["others:nothing"], "LEARNER: others:nothing: expected an object with fit"),
        (["GAN", "GAN"], "every learner once"),
        (["GAN", "--target", "rong"], "--target: expected one of"),
        (["GAN", "--seeds", "0"], "--seeds"),
        (["GAN", "--batch", "100"], "--batch: expected a multiple of 16"),
        (["GAN", "--samples", "20"], "--samples"),
        (["GAN", "--confidence", "1"], "--confidence"),
        (["GAN", "--executor", "dask"], "--executor: expected dask and the address"),
        (["GAN", "--csv", "nowhere/a.csv"], "--csv: expected a file in an existing folder"),
        (["GAN", "-o", "a.gif"], "--figure: expected a file that ends in"),
        (["GAN", "--save-samples", "a.npy"], "--save-samples"),
        (["GAN", "--protocol", "ali"], "--protocol: expected one that has the target ring"),
        (["GAN", "--fewer", "dropped"], "--fewer: expected two learners to compare"),
        (["GAN", "--compare", "GAN", "VAE", "--fewer", "dropped", "--by", "0.2"], "--compare: expected one of GAN"),
        (["--compare", "GAN", "VAE", "--by", "0.2"], "--fewer, --smaller: expected one of them"),
        (["--compare", "GAN", "VAE", "--fewer", "dropped"], "--by: expected the effect"),
        (["--compare", "GAN", "VAE", "--fewer", "lost", "--by", "0.2"], "--fewer: expected one of dropped"),
        (["--compare", "GAN", "VAE", "--smaller", "good", "--by", "0.2", "--plan", "--results", "none"], "--spread"),
    ],
)
def test_wrong_usage_is_one_line_before_any_work(
    folder: Path, words: list[str], said: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2, the option by its name, what was expected."""
    from proofs import cli

    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["blurproof", "contest", *words])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    complaint = capfd.readouterr().err.strip().splitlines()
    assert stopped.value.code == 2
    assert said in complaint[-1]
    assert not (folder / "results").exists() or words[-1] == "none"


def test_the_plan_trains_nothing(folder: Path) -> None:
    """The seeds that an effect takes, from what is declared."""
    done = command(folder, "--compare", "others:memory", "GAN", "--fewer", "dropped", "--by", "0.9", "--plan")
    assert done.stdout.startswith("12 seeds decide with a power of 99 %")
    assert not (folder / "results").exists()


def test_help_imports_nothing_heavy() -> None:
    """`contest --help` answers without PyTorch and matplotlib."""
    code = (
        "import sys\nfrom proofs.cli import main\nsys.argv = ['blurproof', 'contest', '--help']\n"
        "try: main()\nexcept SystemExit: pass\nprint([m for m in ('torch', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "--save-samples" in done.stdout


def test_a_changed_learner_is_another_one(learners: dict[str, object], tmp_path: Path) -> None:
    """Its name is nothing, its code is: what it learned before is not served for what it is now."""
    from proofs.contest import pieces
    from proofs.contest.pieces import Settings

    at = naming.target(RING)
    known = [
        pieces.keys(one, at, Settings(seeds=2)) for one in naming.learners(learners_of(learners, "memory", "half"))
    ]
    assert known[0].trained != known[1].trained
    (other,) = naming.learners({"another name": learners["memory"]})
    assert pieces.keys(other, at, Settings(seeds=2)).trained == known[0].trained
    assert pieces.keys(other, naming.target("ring"), Settings(seeds=2)).trained != known[0].trained
    judged = pieces.keys(other, at, Settings(seeds=2, confidence=0.9))
    assert judged.trained == known[0].trained
    assert judged.judged != known[0].judged


def learners_of(learners: dict[str, object], *names: str) -> dict[str, object]:
    return {name: learners[name] for name in names}


def test_a_mixture_of_ones_own_is_a_target(learners: dict[str, object], tmp_path: Path) -> None:
    """As an object and as a file; unequal weights, off centre."""
    law = GaussianMixture([0.2, 0.8], [[3.0, 1.0], [-1.0, 2.0]], stds=[0.3, 0.5])
    path = tmp_path / "law.json"
    path.write_text(json.dumps({"weights": [0.2, 0.8], "means": [[3, 1], [-1, 2]], "stds": [0.3, 0.5]}))
    assert naming.target(str(path)).name == "law"
    held = blurproof.contest(learners["half"], target=law, seeds=2, steps=8, batch=64, samples=608, results=tmp_path)
    assert held.flags(held.names[0], "dropped").all()


class Branches:
    """Knows t given x in Bishop's problem, or only what it is on average."""

    def __init__(self, mean: bool) -> None:
        self.mean = mean

    def fit(self, sample, *, seed, steps, batch):
        target = bishop_inverse()

        def draw(n: int, rng: np.random.Generator, given: np.ndarray) -> np.ndarray:
            if self.mean:
                return target.conditional_mean(given[:, 0])[:, None]
            low, high = target.pieces(given[:, 0])
            size = high - low
            chosen = (rng.random((n, 1)) * size.sum(1, keepdims=True) > np.cumsum(size, axis=1)[:, :-1]).sum(1)
            row = np.arange(n)
            return rng.uniform(low[row, chosen], high[row, chosen])[:, None]

        return draw


def test_conditional_learners_are_judged_by_the_law_at_each_input(tmp_path: Path) -> None:
    """On Bishop's problem who knows t given x has no fault, who gives its mean has collapsed to it, off the branches."""
    two = {"knows": Branches(False), "averages": Branches(True)}
    found = blurproof.contest(two, target="bishop_inverse", seeds=1, steps=1, batch=16, samples=800, results=tmp_path)
    knows, averages = found.lines
    assert not [rate.fault for rate in knows.rates if rate.k]
    assert averages.rate("collapsed").k == 1  # type: ignore[union-attr]
    assert knows.good == (1, 1, 1)
    assert averages.good[1] < 0.9  # type: ignore[index]


def test_published_rows_stand_beside_ours_of_the_same_name() -> None:
    """PacGAN's ring: what was printed for every arm of the paper, our seeds beside the arm of our name; another ring is refused."""
    target = naming.target("ring")
    score = scored(target.sample(608, np.random.default_rng(0)), target)
    seeds = tuple(Seed(k, np.zeros((1, 2)), "", "c", 1.0, 1, 1, score) for k in range(3))
    rows = beside.beside("pacgan", target, {"GAN": seeds})["rows"]
    (modes,) = [row for row in rows if row["arm"] == "GAN" and row["score"] == "modes"]
    assert (modes["n"], modes["mean"], modes["published"]) == (3, 8, 6.3)
    assert {row["arm"]: row["n"] for row in rows if row["score"] == "modes"} | {"GAN": 3} == {
        "GAN": 3, "PacGAN2": 0, "PacGAN3": 0, "PacGAN4": 0, "VAE": 0,
    }  # fmt: skip
    with pytest.raises(ValueError, match="protocol: expected one that has the target ring as it is here"):
        beside.on("pacgan", naming.target(RING))


def test_an_installed_package_brings_its_learners(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry point of the group `blurproof.learners` is a name like those that are shipped."""
    about = tmp_path / "theirs-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[blurproof.learners]\nremembers = others:memory\n")
    for path in (tmp_path, folder):
        monkeypatch.syspath_prepend(str(path))
    (found,) = naming.learners(["remembers"])
    assert (found.name, found.place, found.way) == ("remembers", "others:memory", "a")


def test_a_smaller_score_is_planned_by_what_is_known() -> None:
    """The spread of the difference is that of the seeds in the ledger, or what is declared; fewer than eight are none."""
    asked = pairs.question(("a", "b"), smaller="good", by=0.1)
    assert asked is not None
    g = np.random.default_rng(5)
    empty = np.zeros(0)
    good = {"a": 0.5 + 0.1 * g.normal(size=12), "b": 0.4 + 0.1 * g.normal(size=12)}
    pilot = {
        name: [
            Seed(k, empty, "", "c", 1.0, 1, 1, Score(empty, empty, 8.0, 8, float(x), empty)) for k, x in enumerate(xs)
        ]
        for name, xs in good.items()
    }
    needed, how = pairs.plan(asked, pilot)
    spread = np.std(good["a"] - good["b"], ddof=1)
    declared = pairs.question(("a", "b"), smaller="good", by=0.1, spread=float(spread))
    assert declared is not None
    assert "12 known seeds" in how
    assert needed == pairs.plan(declared, {"a": [], "b": []})[0]
    with pytest.raises(ValueError, match="spread: expected"):
        pairs.plan(asked, {name: seeds[:7] for name, seeds in pilot.items()})
