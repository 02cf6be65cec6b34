"""`--protocol`: the published table beside ours on the console, in the document and in the report; clear errors."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from proofs import cli, session
from proofs.run import document, published, runner
from toys import protocols
from toys.protocols import Size, named

CLAIM = '''"""Two statements on one training; the protocol has the arms of the first only."""

from proofs.core import Claim, Share

claim = Claim(topic="mode-dropping", empirical=True)


@claim.states(lambda: 0.25, relation=">=")
def more():
    """P(captured(VAE) ≥ captured(GAN)) ≥ ¼"""


@claim.states(lambda: 0.25, relation=">=")
def other():
    """P(captured(nobody) ≥ 0) ≥ ¼"""


@more.experiment(
    rule=Share(0.25), seeds=4, reason="a test", detects=None,
    protocols=("pacgan",), compares=("VAE", "GAN"),
)
def trained(run):
    from toys import replication as rerun

    return rerun.run(run.protocol, run.level, run.arm, run.seeds)


@trained.measure
def keeps(claimed, data):
    of = lambda arm: data[f"captured_ring_{list(data['arms']).index(arm)}"]
    return {"network": (of("VAE") >= of("GAN")) * 1.0, "control": (of("VAE") < 0) * 1.0}
'''

RIDER = """

@other.experiment(
    rule=Share(0.25), seeds=4, reason="a test", detects=None,
    protocols=("pacgan",), compares=("nobody",),
)
def unheard_of(run):
    return {"arms": ["GAN"], "targets": ["ring"], **{f"{s}_ring_0": [1.0] * 8 for s in ("captured", "quality", "reverse_kl")}}


@unheard_of.measure
def never(claimed, data):
    raise AssertionError("measured an arm that is not there")
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a claim that can run a tiny `pacgan`, in this process."""
    tiny = replace(named("pacgan"), sizes={"quick": Size(8, ("ring",), steps=10_000, widths=16)})
    monkeypatch.setitem(protocols._MAKERS, "pacgan", lambda: tiny)
    monkeypatch.setattr(runner, "_spread", lambda tasks: ((task, runner.work(task)) for task in tasks))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "keeps_more.py").write_text(CLAIM + RIDER)
    return tmp_path / "mine"


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Run the command in this process; its exit code."""

    def run(*arguments: str) -> int:
        monkeypatch.setattr("sys.argv", ["blurproof", *arguments])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        return int(stop.value.code or 0)

    return run


def test_the_published_table_stands_beside_ours(folder: Path, command, capsys) -> None:
    """On the console, in a document that is valid, and in the report; rows that were not run are there as published."""
    assert command("verify", "keeps_more", "--claims", str(folder), "--protocol", "pacgan", "--json", "out.json") == 0
    said = capsys.readouterr().out
    for text in ("PacGAN4", "6.3 ± 0.5", "0.45", "updates 400,000 / 10000 = 40", "disagree", "mean of 10 trials"):
        assert text in said
    told = json.loads(Path("out.json").read_text())
    jsonschema.validate(told, document.schema())
    rows = told["protocol"]["runs"][0]["rows"]
    row = next(r for r in rows if (r["target"], r["arm"], r["score"]) == ("ring", "GAN", "modes"))
    assert (row["n"], row["published"], row["published_spread"]) == (8, 6.3, 0.5)
    assert row["interval"][0] <= row["mean"] <= row["interval"][1]
    grid = [r for r in rows if r["target"] == "grid"]
    assert grid
    assert all(r["n"] == 0 and r["mean"] is None and r["published"] is not None for r in grid)
    assert command("report", "keeps_more", "--claims", str(folder), "--protocol", "pacgan") == 0
    page = Path("report.html").read_text()
    assert "PacGAN4" in page
    assert "6.3 ± 0.5" in page


def test_statements_are_judged_where_their_arms_exist(folder: Path, tmp_path: Path) -> None:
    """The protocol's seeds decide by the declared threshold; without the arms the experiment is not run, and says why."""
    found = session.verify("keeps_more", claims=folder, results=tmp_path / "r", jobs=1, protocol="pacgan")
    evidence = {e["name"]: e for e in found.document["claims"][0]["evidence"]}
    assert evidence["trained"]["n"] == 8
    assert evidence["trained"]["outcome"] in ("holds", "inconclusive")
    assert evidence["unheard_of"]["outcome"] == "not run"
    assert "nobody" in evidence["unheard_of"]["detail"]
    assert found.verdicts["keeps_more"] == "inconclusive"
    steps = found.document["budget"]["seed_steps"]
    assert steps == named("pacgan").seed_steps("quick") == 8 * 5 * 40  # the other trains nothing
    assert found.document["environment"]["protocol"] == "pacgan"
    assert "--protocol pacgan " in evidence["trained"]["rerun"]


def test_only_claims_that_declare_a_protocol_run_under_it(folder: Path) -> None:
    """Without names those that can; a named one that cannot, or nobody who can, is one clear line."""
    chosen = session.declaring(session.select(None, None, folder), None, "pacgan")
    assert {c.id for c in chosen.claims} >= {"keeps_more", "gans_drop_where_vaes_diffuse"}
    assert all("pacgan" in c.protocols for c in chosen.claims)
    with pytest.raises(ValueError, match=r"--protocol.*keeps_more.*got dirac_gan"):
        session.declaring(
            session.select(["dirac_gan", "keeps_more"], None, folder), ["dirac_gan", "keeps_more"], "pacgan"
        )
    with pytest.raises(ValueError, match=r"--protocol.*none of them"):
        session.declaring(session.select(None, "bottleneck", folder), None, "pacgan")


def test_an_unknown_protocol_is_one_line_that_names_the_known(command, capsys) -> None:
    """Exit code 2, nothing on standard output."""
    assert command("verify", "dirac_gan", "--protocol", "nobody2099") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    for name in protocols.NAMES:
        assert name in err


def test_help_and_show_name_the_protocols(command, capsys) -> None:
    """`verify --help` lists them all, `show` those of a claim, and neither needs PyTorch."""
    command("verify", "--help")
    said = "".join(capsys.readouterr().out.split())
    assert all(name in said for name in protocols.NAMES)
    command("show", "gans_drop_where_vaes_diffuse")
    assert "Published protocols: aithal, ali, c2ot, pacgan" in capsys.readouterr().out


def test_few_seeds_have_no_interval() -> None:
    """Below eight seeds order statistics give none; a published row alone has only its number."""
    row = published.measured(np.arange(5.0))
    assert row["interval"] is None
    assert published.ours({**row, "score": "modes"}) == "2.0 ± 1.6"
    alone = {**published.measured(None), **published.printed_as((3.3, None)), "score": "modes"}
    assert published.ours(alone) == "–"
    assert published.theirs(alone) == "3.3"
    assert published.theirs({**published.printed_as(0.13), "score": "high quality, %"}) == "0.13"
