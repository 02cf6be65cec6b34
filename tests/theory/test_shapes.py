"""Shapes: what the signatures of theory promise is enforced while testing, and what is made of numbers has their shape."""

import inspect
import re

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from tests.theory.test_bad_input import FUNCTIONS, SPECIAL, VALID, call
from theory import blahut_arimoto, dirac, hilbert, prd
from theory.validation.shapes import Numbers, Values

RETURNS = {name: inspect.signature(function).return_annotation for name, function in FUNCTIONS.items()}
SHAPED = [name for name, hint in RETURNS.items() if re.search(r"jaxtyping\.\w+\[", str(hint))]
ALIKE = [name for name in SHAPED if RETURNS[name] in (Values, tuple[Values, Values])]


def test_a_wrong_shape_is_refused(monkeypatch):
    """Planted where a door computes its result, or in what a dataclass holds, it raises and says what was promised."""
    assert dirac.jacobian("r1", 0.3).shape == (2, 2)
    monkeypatch.setattr(dirac, "_linearisation", lambda method, strength: np.zeros((3, 5)))
    with pytest.raises(TypeCheckError, match=r"dirac.jacobian.*\n.*2,2,5.*\n.*2 2"):
        dirac.jacobian("r1", 0.3)
    with pytest.raises(TypeCheckError, match=r"n m"):
        blahut_arimoto.RatePoint(0.1, 0.2, np.zeros(3), 0.0)


def test_a_wrong_number_of_points_is_refused(monkeypatch):
    """So is one that contradicts an argument: a curve of order n has 4ⁿ vertices, a grid of slopes as many as asked for."""
    monkeypatch.setattr(hilbert, "integer", lambda name, value, least: value + 1)
    with pytest.raises(TypeCheckError, match=r"hilbert.vertices"):
        hilbert.vertices(2)
    monkeypatch.setattr(prd, "integer", lambda name, value, least: value + 1)
    with pytest.raises(TypeCheckError, match=r"prd.slopes"):
        prd.slopes(5)


def test_every_shape_is_watched():
    """The premise of all tests of theory: every door that returns a shape was marked when theory was imported."""
    assert len(SHAPED) > 150
    for name in SHAPED:
        function = FUNCTIONS[name]
        assert getattr(function, "__func__", function).__wrapped__.__module__.startswith("theory."), name


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
