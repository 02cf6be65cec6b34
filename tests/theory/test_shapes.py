"""Shapes: what the signatures of theory promise is enforced while testing, and what is made of numbers has their shape."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from tests.shapes import enforced
from tests.theory.test_bad_input import FUNCTIONS, SPECIAL, VALID, call
from theory import dirac, hilbert, prd
from theory.validation.shapes import Numbers, Values

ROOT = Path(__file__).parent.parent.parent
RETURNS = {name: inspect.signature(function).return_annotation for name, function in FUNCTIONS.items()}
SHAPED = [name for name, hint in RETURNS.items() if re.search(r"jaxtyping\.\w+\[", str(hint))]
ALIKE = [name for name in SHAPED if RETURNS[name] in (Values, tuple[Values, Values])]


def test_a_wrong_shape_is_refused(monkeypatch):
    """Planted where a door computes its result, it raises and says what was promised."""
    door = enforced(inspect.unwrap(dirac.jacobian))
    assert door("r1", 0.3).shape == (2, 2)
    monkeypatch.setattr(dirac, "_linearisation", lambda method, strength: np.zeros((3, 5)))
    with pytest.raises(TypeCheckError, match=r"dirac.jacobian[^$]*2,2,5[^$]*2 2"):
        door("r1", 0.3)


@pytest.mark.parametrize(("module", "name", "asked"), [(hilbert, "vertices", 2), (prd, "slopes", 5)])
def test_a_wrong_number_of_points_is_refused(monkeypatch, module, name, asked):
    """So is one that contradicts an argument: a curve of order n has 4ⁿ vertices, a grid of slopes as many as asked for."""
    door = enforced(inspect.unwrap(getattr(module, name)))
    assert len(door(asked))
    monkeypatch.setattr(module, "integer", lambda name, value, *ends: value + 1)
    with pytest.raises(TypeCheckError, match=name):
        door(asked)


def test_every_shape_is_watched_where_theory_is_tested_by_itself():
    """There every door that returns a shape is marked, and so is a dataclass that holds one."""
    code = """
import sys
from tests.shapes import Finder
sys.meta_path.insert(0, Finder())
from tests.theory.test_shapes import FUNCTIONS, SHAPED
def marked(door):
    return door is not None and (door.__code__.co_name == "outermost" or marked(getattr(door, "__wrapped__", None)))
unmarked = [n for n in SHAPED if not marked(getattr(FUNCTIONS[n], "__func__", FUNCTIONS[n]))]
assert len(SHAPED) > 150 and not unmarked, unmarked
from theory.blahut_arimoto import RatePoint
RatePoint(0.1, 0.2, [0.3], 0.0)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "TypeCheckError" in done.stderr, done.stderr
    assert "n m" in done.stderr


@pytest.mark.parametrize("name", ALIKE)
def test_numbers_come_out_in_the_shape_in_which_they_go_in(name):
    """Arguments of shapes (2, 1) and (3,) make a result of shape (2, 3), and single numbers a single one."""
    good = {p: SPECIAL.get(name, {}).get(p, VALID.get(p)) for p in inspect.signature(FUNCTIONS[name]).parameters}
    wide = [p for p, hint in inspect.signature(FUNCTIONS[name]).parameters.items() if hint is Numbers]
    for shapes in ([(2, 1), (3,)], [(2, 3)], [()]):
        given = {p: np.full(shapes[i % len(shapes)], good[p]) for i, p in enumerate(wide)}
        expected = np.broadcast_shapes(*(value.shape for value in given.values())) if given else ()
        results = call(name, given)
        for result in results if isinstance(results, tuple) else (results,):
            assert np.shape(result) == expected
