"""What says that it does not change does not, nor do the arrays it holds."""

import copy
import dataclasses
import functools
import importlib
import pickle
import pkgutil
import re

import numpy as np
import pytest

import proofs
import theory
import toys
from theory import GaussianMixture, blahut_arimoto, discrete_latent, quantisation, water_filling
from theory.validation.unchanging import Unchanging
from toys import targets
from toys.optimisers import Adam

GIVING = ("proofs.strategies", "proofs.contest", "proofs.diagnosis")
PAIR = GaussianMixture([0.3, 0.7], [-1.0, 2.0], stds=[0.5, 1.0])


def point():
    return blahut_arimoto.blahut_arimoto([0.5, 0.5], [[0.0, 1.0], [1.0, 0.0]], 0.5)


MADE = {
    "RatePoint": point,
    "UniformFit": lambda: discrete_latent.UniformFit(np.zeros(2), np.ones(2), 0.1),
    "Quantiser": lambda: quantisation.lloyd_max(PAIR, 3),
    "LinearVAE": lambda: water_filling.optimum([[2.0, 0.3], [0.3, 1.0]], 1, 0.5, 0.8),
}


NOISES = np.array([0.1, 0.2])
"""Of two members of one stack."""
MADE_OF_NOISES = {
    "GAN": lambda noises: toys.GAN(targets.ring(), noise=noises),
    "VAE": lambda noises: toys.VAE(targets.ring(), beta=noises),
    "Adam": lambda noises: Adam(noises),
}


def holders():
    """Public frozen dataclasses that have an array among their fields: of theory, toys, and what doors of proofs give back."""
    for package in (theory, toys, proofs):
        for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            inner = info.name.startswith("proofs") and not info.name.startswith(GIVING)
            if inner or info.name.startswith("theory.numerics") or "._" in info.name:
                continue
            module = importlib.import_module(info.name)
            for name, kind in vars(module).items():
                ours = (
                    dataclasses.is_dataclass(kind) and kind.__module__ == module.__name__ and not name.startswith("_")
                )
                if ours and any(
                    re.search(r"ndarray|\bArray\b", str(f.type)) and "Callable" not in str(f.type)
                    for f in dataclasses.fields(kind)
                ):
                    yield kind


def test_whoever_holds_arrays_does_not_let_them_change():
    """Every public frozen dataclass with an array among its fields keeps it read-only."""
    found = list(holders())
    assert len(found) >= 24
    assert not [kind.__name__ for kind in found if not issubclass(kind, Unchanging)]


MADE |= {name: functools.partial(make, NOISES) for name, make in MADE_OF_NOISES.items()}


@pytest.mark.parametrize("name", MADE)
def test_arrays_of_results_are_read_only(name):
    """Also after a copy, a deep copy and a journey by pickle, which keep every number."""
    made = MADE[name]()
    for held in (made, copy.copy(made), copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
        arrays = {k: v for k, v in vars(held).items() if isinstance(v, np.ndarray)}
        assert arrays
        for field, array in arrays.items():
            np.testing.assert_array_equal(array, getattr(made, field))
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0.0


def test_what_was_given_stays_the_givers():
    """An array that an object was made of can still be written to by whoever gave it, and the object does not follow."""
    means = np.zeros(2)
    fit = discrete_latent.UniformFit(means, np.ones(2), 0.1)
    means[0] = 9.0
    assert fit.means[0] == 0.0


@pytest.mark.parametrize("name", MADE_OF_NOISES)
def test_what_trains_does_not_follow_what_it_was_made_of(name):
    """Nor a list: a learner, an optimiser, a target are what they were when they were made."""
    noises = NOISES.copy()
    made = MADE_OF_NOISES[name](noises)
    before = repr(made)
    noises[0] = 9.0
    assert repr(made) == before


def test_a_list_is_kept_as_it_was():
    given = [0.1, 0.2]
    gan = toys.GAN(targets.ring(), noise=given)
    given[0] = 9.0
    assert list(gan.noise) == [0.1, 0.2]
