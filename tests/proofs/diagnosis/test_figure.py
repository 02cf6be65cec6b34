"""The figure of a diagnosis is judged by the laws that every figure of the house obeys (`tests.proofs.display.pictures`)."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import theory
from proofs.diagnosis import figure
from proofs.diagnosis.asking import Diagnosed, diagnose
from proofs.display import rows
from proofs.display.redrawn import redrawn
from proofs.words.drawing import COLOUR, WIDTHS
from tests.proofs.diagnosis.conftest import RING
from tests.proofs.display import pictures, plain
from theory import GaussianMixture
from toys import targets

RNG = np.random.default_rng


def bridging() -> Diagnosed:
    """A ring without its first mode, with samples along a segment and elsewhere."""
    x, t = RING.sample(500, 1), RNG(2).random((25, 1))
    x = x[np.linalg.norm(x - RING.means[0], axis=1) > 0.5]
    between = t * RING.means[2] + (1 - t) * RING.means[3]
    return diagnose(np.concatenate([between, 0.1 * RNG(3).normal(size=(9, 2)), x]), target=RING)


def on_the_line() -> Diagnosed:
    pair = GaussianMixture([0.3, 0.7], [-1.0, 3.0], stds=[0.2, 0.4])
    return diagnose(np.concatenate([np.linspace(0, 1.5, 30), pair.sample(400, 1)]), target=pair)


def in_eight() -> Diagnosed:
    means = 4 * RNG(0).normal(size=(16, 8))
    law = GaussianMixture(np.full(16, 1 / 16), means, stds=np.ones(16))
    return diagnose(np.concatenate([law.sample(400, 1), [[1e6] * 8]]), mixture=law)


def seeds() -> Diagnosed:
    return diagnose([RING.sample(200, k) if k else RING.sample(200, 0)[:150] + 0.2 for k in range(5)], target=RING)


def moons() -> Diagnosed:
    return diagnose(targets.two_moons(0.2).sample(300, RNG(1)), reference=targets.two_moons().sample(600, RNG(2)))


def moons_in_modes() -> Diagnosed:
    return diagnose(RING.sample(400, 1), reference=RING.sample(800, 2), modes=5)


def bishop() -> Diagnosed:
    return diagnose(targets.bishop_inverse().sample(400, RNG(1)), target="bishop_inverse")


MADE: dict[str, Callable[[], Diagnosed]] = {
    made.__name__: made for made in (bridging, on_the_line, in_eight, seeds, moons, moons_in_modes, bishop)
}


@pytest.fixture(scope="module", params=MADE)
def found(request: pytest.FixtureRequest) -> Diagnosed:
    return MADE[request.param]()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_figure_can_be_printed(found: Diagnosed, width: str) -> None:
    """Nothing overlaps or is cut, sizes are right, axes named, series told apart in grey; what is plotted has a name."""
    drawn = found.figure(width)
    assert drawn.get_figwidth() == WIDTHS[width]
    assert pictures.offences(drawn) == []
    assert all(row.series and row.role in COLOUR for row in rows.plotted(drawn))
    assert rows.table(redrawn(rows.table(drawn))) == rows.table(drawn)
    assert plain.alike(redrawn(rows.table(drawn)), drawn)


def series(drawn: Any) -> dict[str, int]:
    """How many points every series of the first two panels has."""
    names = [row.series for row in rows.plotted(drawn) if row.panel in "ab"]
    return {name: names.count(name) for name in names}


def test_what_is_bridged_is_seen() -> None:
    """As many triangles as samples that the diagnosis calls bridged, as many squares as it calls invented."""
    found = bridging()
    shown = series(found.figure())
    assert shown["bridged"] == (found.first.labels == -1).sum() > 15
    assert shown["elsewhere"] == (found.first.labels == -2).sum() > 3
    assert shown["in a mode"] == (found.first.labels >= 0).sum()
    assert shown["law"] == len(RING)


def test_only_the_first_samples_are_drawn_and_that_is_said() -> None:
    """Of 3,000 evenly 2,000."""
    found = diagnose(theory.ring(modes=3, std=0.1).sample(3000, 1), target=theory.ring(modes=3, std=0.1))
    assert sum(count for name, count in series(found.figure()).items() if name in figure.LOOKS) == figure.SHOWN
    assert "2,000 of 3,000 samples" in figure.caption(found)


def test_what_lies_far_out_is_at_the_edge_and_counted() -> None:
    """A sample at a million leaves the rest to be seen."""
    drawn = in_eight().figure()
    low, high = drawn.axes[0].get_xlim()
    assert high - low < 200
    assert "(1 farther out, at the edge)" in drawn.axes[0].get_xlabel()


def test_a_figure_is_the_same_again_and_of_two_widths_alone() -> None:
    """To the last point; another width is refused by the names of both."""
    found = diagnose(RING.sample(60, 1), target=RING)
    assert rows.table(found.figure()) == rows.table(found.figure())
    with pytest.raises(ValueError, match="width: expected one of double, single, got 'triple'"):
        found.figure("triple")
