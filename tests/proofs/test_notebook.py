"""A notebook, run as Jupyter runs it: every cell's last value shows itself."""

import os
from pathlib import Path

import nbclient
import nbformat
import pytest

ROOT = Path(__file__).parent.parent.parent
CELLS = (
    "import blurproof",
    'blurproof.figure("saturation", blur=0.3)',
    "blurproof.theory.ring(8)",
    "blurproof.theory.divergence.kl(blurproof.theory.ring(8), blurproof.theory.ring(8, 1.1))",
    "from proofs.run import discovery\ndiscovery.load([f for f in discovery.find() if f.id == 'dirac_gan'])[0][0]",
    "blurproof.theory.symmetric_pair(3.0, 1.0)",
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The HTML that each cell shows."""
    folder = tmp_path_factory.mktemp("notebook")
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        nbclient.NotebookClient(book, timeout=170, resources={"metadata": {"path": str(folder)}}).execute()
    return ["".join(out.get("data", {}).get("text/html", "") for out in cell.outputs) for cell in book.cells]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (1, ("<img", "image/svg+xml", "prefers-color-scheme", "with blur = 0.3, not what was judged")),
        (2, ("8 Gaussian components in 2 dimensions", "<ellipse")), (3, ("±", "estimated")), (4, ("<h4>", "<math")),
        (5, ("2 Gaussian components on the line", "<polyline")),
    ],
)  # fmt: skip
def test_a_cell_shows_its_value(pages: list[str], cell: int, shown: tuple[str, ...]) -> None:
    """A figure as SVG with its dark form, mixtures as pictures, an estimate with its error, a claim with its formulas."""
    for part in shown:
        assert part in pages[cell]
    assert not pages[0]
