"""What a right call of every public function of theory is: `VALID` by the argument's name, `SPECIAL` where one means another thing.

Functions are found, not listed: a new one whose arguments have other names fails until it is told here.
"""

import importlib
import inspect
import pkgutil

import numpy as np

import theory
from tests.fuzz.doors import door
from theory import GaussianMixture, diagnosis, divergence, landscapes, water_filling
from theory.diagnosis import faults

P = GaussianMixture([0.3, 0.7], [-1.0, 2.0], stds=[0.5, 1.0])
Q = GaussianMixture([0.6, 0.4], [0.0, 1.0], stds=[1.2, 1.1])
PLANE = GaussianMixture([0.3, 0.7], [[-1.0, 0.0], [2.0, 1.0]], stds=[0.5, 1.0])
SPACE = GaussianMixture([1.0], [[0.0, 1.0, 2.0]], stds=[1.0])
SKEW = GaussianMixture([1.0], [[0.0, 1.0]], stds=[[1.0, 2.0]])
VAE = water_filling.optimum([[2.0, 0.3], [0.3, 1.0]], 1, 0.5, 0.8)
ABSENT = object()
TABLE = [[0.3, 0.2], [0.1, 0.4]]
POINTS = np.random.default_rng(0).normal(size=(9, 2))
FAR = GaussianMixture([0.3, 0.7], [[-9.0, 0.0], [9.0, 1.0]], stds=[0.5, 1.0])
DRAWN = FAR.sample(60, 0)


def by_stds(weights, means, stds):
    return GaussianMixture(weights, means, stds=stds)


def by_covs(weights, means, covs):
    return GaussianMixture(weights, means, covs=covs)


def found():
    """Public functions, divergences and methods of mixtures and divergences, by name."""
    every = {}
    for info in pkgutil.iter_modules(theory.__path__):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"theory.{info.name}")
        for name, value in vars(module).items():
            if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
                continue
            if callable(value) and not inspect.isclass(value):
                every[f"{info.name}.{name}"] = value
            if isinstance(value, divergence.Divergence):
                every[f"{info.name}.{name}.many"] = value.many
    for name in diagnosis.__all__:
        if inspect.isfunction(value := getattr(diagnosis, name)):
            every[f"diagnosis.{name}"] = value
    every |= {f"diagnosis.faults.{name}": sampler for name, sampler in faults.SAMPLERS.items()}
    every["diagnosis.Pieces"] = diagnosis.Pieces
    every["mixture.GaussianMixture"] = by_stds
    every["mixture.GaussianMixture with covs"] = by_covs
    for name, method in inspect.getmembers(P, inspect.ismethod):
        if not name.startswith("_"):
            every[f"mixture.{name}"] = method
    return every


LAWS, SHARES = [P, Q], [0.25, 0.75]
VALID = {
    "a": 0.7, "alpha": 0.3, "alternating": True, "angle": 0.4, "assignment": [0, 0, -1], "atom_weights": SHARES,
    "atoms": 40, "axes": 0, "bad": 2.5, "bandwidth": 0.5, "beta": 0.8, "c": 0.4, "cells": 5,
    "channel": [[0.8, 0.2], [0.3, 0.7]], "clusters": 3, "coded": [1.0, 0.0], "codimension": 3, "conditionals": LAWS, "confidence": 0.99,
    "cost": TABLE, "count": 5, "cross": 0.4, "cov": [[2.0, 0.3], [0.3, 1.0]], "covs": [[[2.0, 0.3], [0.3, 1.0]]] * 2, "d": [0.4, 0.6],
    "data_cov": [[2.0, 0.3], [0.3, 1.0]], "decoder": [[1.0], [0.5]], "delta": 0.05, "density": 0.3, "deviations": 3.0, "diagonal": 1.0, "dim": 3,
    "distance": 1.5, "distances": [0.5, 1.2], "divergence": "wasserstein", "draws": 5, "edges": [-1.0, 0.0, 2.0], "encoder_var": 0.4,
    "end_std": 0.1, "epsilon": 0.3, "error": 0.2, "eta": 0.6, "exponent": 1.5, "factor": 2.0, "fake": POINTS + 0.1, "first": 3.0, "folds": 2.0, "fraction": 0.7, "frequency": 2.0, "gain": 0.3,
    "gamma": 1.3, "gap": 0.5, "gaps": [0.3, 0.0], "given": {0: 0.5}, "good": 1.7, "groups": [[0], [1]], "h": 0.1, "js": 0.3, "k": 2, "kept": 2, "latents": 1, "laws": LAWS, "levels": 3,
    "lipschitz": 2.0, "log_slope": 0.2, "log_u": 3.0, "logit": 0.3, "logits": [0.3, -0.2], "loss": None, "m": 0.8, "major": (-0.5, 0.6), "mass": 0.3, "mass_a": 0.3,
    "mass_b": 0.4, "mean": 0.3, "masses": [0.2, 0.3], "matrix": 0.7, "means": [[-1.0, 0.0], [2.0, 1.0]], "method": "r1", "minor": (1.0, 0.5),
    "modes": 4, "most": 1000, "mu": 0.6, "n": 5, "name": "js", "nats": 0.3, "noise": 0.4, "noise_var": 0.5, "omega": [0.3, 0.4], "order": 2,
    "p": P, "path": [[0, 0], [0, 1]], "penalty": 0.4, "perception": 0.2, "points": [0.2, 1.5, -0.7], "position": 0.3, "power": 1.5, "precision": [0.5, 0.6],
    "predictions": [0.1, 0.2], "prior": [0.4, 0.6], "probability": 0.4, "ps": [P], "psi": 0.3, "q": Q, "qs": [Q],
    "r": 2.0, "radius": 1.0, "rate": 0.3, "ratio": 1.5, "real": POINTS, "recall": [0.4, 0.3], "refinement": 3, "rewards": [0.5, -0.2], "rigorous": False,
    "rng": 0, "s": 0.5, "samples": POINTS, "second": 1.0, "seed": 0, "sets": 3, "shift": 0.5, "shift_weights": [0.5, 0.3, 0.2], "side": 3, "size": 3,
    "slices": 4, "slope": 0.7, "source": SHARES, "spacing": 2.0, "spectrum": [3.0, 1.0], "squared_error": 0.7,
    "start": 0.4, "start_std": 1.0, "starts": [(0.0, 1.0)], "std": 0.7, "stds": [0.5, 1.0], "steps": 3,
    "strength": 0.3, "t": 0.5, "table": TABLE, "tau": 0.2, "temperature": 0.5, "template": [1.0, 2.0, 4.0],
    "theta": 0.4, "time": 3.0, "tolerance": 1e-6, "top": 80.0, "total": 1.0, "total_distortion": 1.5, "total_rate": 0.5, "tv": 0.4,
    "u": 0.8, "v": 0.4, "vae": None, "var": 1.3, "w": 0.3, "weight": 0.7, "weights": [0.3, 0.7], "width": 0.5,
    "x": 0.4, "x_weights": SHARES, "xi": 0.2, "y": POINTS + 1, "z": 0.3,
}  # fmt: skip
SPECIAL = {
    "thin_images.folded_density": {"y": 0.4},
    "diagnosis.Pieces": {"low": [0.0, 2.0], "high": [1.0, 3.0]},
    "diagnosis.diagnose": {"samples": DRAWN, "law": FAR, "train": DRAWN + 0.1},
    "diagnosis.diagnose_given": {"samples": DRAWN, "given": DRAWN[:, 0], "law": lambda x: FAR},
    "diagnosis.diagnose_reference": {"samples": DRAWN, "reference": DRAWN + 0.1, "train": DRAWN + 0.1, "modes": 1},
    "diagnosis.several": {"diagnoses": [diagnosis.diagnose(DRAWN, FAR)]},
    **{f"diagnosis.faults.{name}": {"p": FAR, "size": 0.2} for name in faults.SAMPLERS},
    "diagnosis.faults.dropped": {"p": FAR, "modes": 1},
    "discrete_latent.diffusing": {"w": 0.8, "r": 4.0},
    "discrete_latent.separate": {"w": 0.8, "r": 5.0},
    "discriminator.nonsaturating_slope": {"p": SHARES, "q": [0.5, 0.5], "tangent": [0.1, -0.1]},
    "edges.median_shift": {"template": np.tanh},
    "separate_codes.largest_coupling": {"gamma": 2.0},
    "encoder_noise.best_decoder_slope": {"outputs": [-1.0, 0.5], "codes": [0.2, -0.4]},
    "rate.model_gap": {"decoder": [[0.8, 0.2], [0.3, 0.7]]},
    "collapse.objective": {"weight": 0.6},
    "collapse.onset": {"excess": 0.1},
    "collapse.separation_beyond": {"excess": 0.1},
    "distillation.place": {"low": 0.1, "high": 5.0, "weight": "none"},
    "discriminator.value": {"p": SHARES, "q": [0.5, 0.5]},
    "kernel_discriminator.birthday_draws": {"probability": 0.5},
    "landscapes.climb": {"loss": landscapes.separable},
    "entropic.collapse_from": {"a": 0.7},
    "entropic.largest_gain": {"shift": 0.5},
    "entropic.least_cost": {
        "points": [[0.0, 1.0], [2.0, -1.0]],
        "q_points": [[0.5, 1.0], [1.0, 0.0]],
        "q_weights": [0.4, 0.6],
    },
    "minibatch_transport.dropped_tail": {"batch": 4},
    "minibatch_transport.energy_share": {"batch": 4},
    "minibatch_transport.least_growth": {"batch": 4},
    "minibatch_transport.least_on_line": {"batch": 4, "places": [0.5, -1.0]},
    "minibatch_transport.share": {"batch": 4},
    "minibatch_transport.slope_at_own_share": {"batch": 4},
    "minibatch_transport.slope_at_zero": {"batch": 4},
    "mixture.characteristic": {"omega": 0.3},
    "mixture.conditional": {"self": PLANE},
    "mixture.marginal": {"self": PLANE},
    "packing.pack_tv": {"p": SHARES, "q": [0.5, 0.5]},
    "pairing.excess": {"joint": TABLE / np.sum(TABLE), "outputs": np.arange(np.shape(TABLE)[1])},
    "pairing.gaussian_excess": {"correlation": 0.3},
    "pairing.sorted_excess": {"batch": 4.0},
    "pairing.sorted_mean": {"batch": 4.0},
    "perception.squared_w2_to_atoms": {"atoms": [-1.0, 1.0]},
    "prd.curve": {"p": SHARES, "q": [0.5, 0.5]},
    "probability_flow.euler": {"stds": [2.0, 1.0, 0.0]},
    "ladder.rivals": {"a": ABSENT},
    "ladder.jump": {"name": "alpha"},
    "projection.best_gaussian": {"name": "alpha"},
    "quantisation.partial_moments": {"c": [0.0, 1.0]},
    "quantisation.quantise": {"levels": [-1.0, 0.5, 2.0]},
    "schedules.carried": {"first": 0.3, "last": 0.8},
    "schedules.falling_levels": {"factor": 0.5},
    "schedules.kept": {"times": [0.0, 0.4, 1.0]},
    "schedules.kept_down": {"levels": [2.0, 1.0, 0.0]},
    "scores.birthday_test": {"draws": 3},
    "scores.mode_report": {"p": PLANE},
    "straightness.asymmetry": {"p": PLANE, "start": [0.3, 0.7]},
    "straightness.two_mode_map": {"first": [1.0, 0.5], "second": [-1.0, 0.0], "start": [0.3, 0.7]},
    "transport.sample_wasserstein": {"x": POINTS},
    "transport.sliced_wasserstein": {"x": POINTS},
    "truncation.share": {"u": -0.3},
    "water_filling.objective": {"vae": VAE},
}


def right(name, function):
    """Right arguments of a function by that name, and the function, which may be another mixture's."""
    special = SPECIAL.get(name, {})
    if "self" in special:
        function = getattr(special["self"], function.__name__)
    arguments = {}
    for parameter in inspect.signature(function).parameters:
        assert parameter in VALID or parameter in special, f"{name}: VALID has no argument named {parameter}"
        arguments[parameter] = special.get(parameter, VALID.get(parameter))
    return function, {key: value for key, value in arguments.items() if value is not ABSENT}


def doors():
    """Every public function of theory with a right call of it."""
    for name, function in found().items():
        call, arguments = right(name, function)
        told = [divergence.Divergence.__call__] if isinstance(function, divergence.Divergence) else []
        module = importlib.import_module(f"theory.{name.split('.')[0]}")
        yield door(f"theory.{name}", call, arguments, module, GaussianMixture if "ixture" in name else None, *told)
