"""Claims verified and shown from Python."""

from pathlib import Path

import pytest

from proofs.core.outcome import Outcome
from proofs.run import discovery
from proofs.session import verify


def test_python_finds_what_the_command_finds(claims: Path, tmp_path: Path, verified) -> None:
    """The same verdict and the same evidence, but for times and places."""
    found = verify("square", claims=claims, results=tmp_path / "results", jobs=1)
    assert found.verdicts == {"square": "supported"}
    timeless = lambda items: [{k: v for k, v in e.items() if k not in ("seconds", "rerun")} for e in items]  # noqa: E731
    assert timeless(found.document["claims"][0]["evidence"]) == timeless(verified()["claims"][0]["evidence"])


def test_sessions_claims_and_outcomes_show_themselves(claims: Path, tmp_path: Path) -> None:
    """In a notebook they are HTML, and whatever a claim says is escaped."""
    found = verify("square", claims=claims, results=tmp_path / "results", jobs=1)
    assert "<code>square</code>" in found._repr_html_()
    (square,) = (f.load() for f in discovery.find(claims) if f.id == "square")
    square.title = "a < b"
    assert "a &lt; b" in square._repr_html_()
    assert "<math" in square._repr_html_()
    assert "&lt;script&gt;" in Outcome("<script>", "s", "check", "holds")._repr_html_()


@pytest.mark.parametrize(
    ("names", "options", "named"),
    [(["squared"], {}, "squared"), ([], {"topic": "cooking"}, "cooking"), ([], {"level": "thorough"}, "thorough")],
)
def test_bad_choices_are_named(claims: Path, tmp_path: Path, names: list[str], options: dict, named: str) -> None:
    """A wrong claim, topic or level is a ValueError that says so."""
    with pytest.raises(ValueError, match=named):
        verify(*names, claims=claims, results=tmp_path, **options)


def test_a_claim_without_a_figure_says_so(claims: Path, tmp_path: Path) -> None:
    """Asking for a figure that is not there is a clear error."""
    found = verify("square", claims=claims, results=tmp_path / "results", jobs=1)
    for name in ("square", "circle"):
        with pytest.raises(ValueError, match=name):
            found.figure(name)
