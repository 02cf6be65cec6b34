"""What a right call of every public function, target, learner and optimiser of toys is.

`VALID` says it by the argument's name, `SPECIAL` where one means another thing by it. `RECORDS` are what functions give
back: nobody builds them. `INNER` is called at every step of training, by what has checked before: it has no door.
"""

import importlib
import inspect
import pkgutil
from dataclasses import fields, is_dataclass
from functools import partial

import numpy as np
import torch

import toys
from tests.fuzz.doors import door
from tests.fuzz.theory import P
from toys import conformance, contest, entrants, exact, one_latent, piecewise, protocols, targets, torch_modules, train
from toys.learners import GAN, DiracGAN, FlowMatching, LinearVAE, Regressor
from toys.networks import MLP
from toys.optimisers import Adam

RECORDS = {
    "contest.Arm", "contest.Scores", "entrants.Entrant", "learner.Move", "learners.gan.Objective", "learners.gan.Slopes", "networks.Activation",
    "learners.vae.Residual", "one_latent.Anatomy", "one_latent.Draws", "sampled.Sampled", "train.Fitted", "train.Interrupted",
}  # fmt: skip
INNER = {
    "learner.shared_gradients", "learner.hyper_table", "learner.columns", "learner.supervised", "learner.members_in_cache",
    "learners.admits", "ode.euler", "ode.heun", "networks.Stack", "networks.twice", "normalised_layers.spectral_norm", "targets.admits", "layout.Layout",
    "train.TrainingData", "train.stream", "sampled.completed", "plain.is_plain", "plain.Stream", "plain.Plain", "arms.is_maker",
    "stacked_modules.stacked", "torch_modules.is_modules", "torch_modules.movable_in", "torch_modules.Still", "torch_modules.TorchOptimiser",
    "conformance.Poisoned", "conformance.Exact", "conformance.Constant", "conformance.seeds_decide", "conformance.splits_change_nothing",
    "conformance.divergence_is_reported", "conformance.shapes_are_right", "conformance.what_is_kept_is_the_same",
    "conformance_plugin.pytest_addoption", "conformance_plugin.pytest_collection_modifyitems",
}  # fmt: skip
TRUSTED = [
    "initialise",
    "draw",
    "loss",
    "moves",
    "gradients",
    "descent",
    "start",
    "step",
    "factor",
    "unpack",
    "plain",
    "latent",
    "mean_loss",
    "fed",
    "shown",
]
"""Methods of learners, networks and optimisers that are called at every step."""
PAIR, RING = targets.symmetric_pair(1.0, 0.5), targets.ring()
CURVED = targets.two_moons()
RNG = np.random.default_rng
FITTED = train.fit(
    GAN(PAIR, latents=1, generator_hidden=(4,), discriminator_hidden=(4,)), seeds=[0, 1], steps=2, batch=16
)
LINE = piecewise.through([-1.0, 0.5, 2.0], [0.0, 1.0, 0.5])
LAYERS = piecewise.two_units(0.5, 1.5, 1.0, -2.0)
SEEN = one_latent.Anatomy(*np.random.default_rng(0).random((5, 3)))


def brief(learner, optimiser=None, **options):
    """Two seeds that are hardly trained at all, however long was asked for."""
    return train.fit(learner, **{**options, "seeds": [0, 1], "optimiser": optimiser, "steps": 1, "batch": 16})


SMALL = partial(MLP, activation="tanh")
PROTOCOL = protocols.named(min(protocols.NAMES, key=lambda name: len(protocols.named(name).arms)))
ARM = next(iter(PROTOCOL.arms.values()))
GAN_ARM = protocols.Arm("GAN", {"generator": protocols.Net((4,)), "discriminator": protocols.Net((4,))}, {"generator": protocols.Rule("Adam", 1e-3), "discriminator": protocols.Rule("Adam", 1e-3)}, {"latents": 1})  # fmt: skip
MODULES = torch_modules.Modules(lambda target: torch.nn.Linear(1, target.dim), lambda net, x, noise: net(x[:, :1]).square().mean(), lambda net, n, rng: net(torch.randn(n, 1, generator=rng)))  # fmt: skip
STACKED = torch_modules.train(MODULES, PAIR, seeds=[0, 1], steps=1, batch=16)
ROWS = np.random.default_rng(1).random((6, 2))
VALID = {
    "a": 1.0, "activation": "tanh", "alternating": True, "angle": 0.5, "arm": "GAN", "arms": ["GAN"], "at": 0.3, "batch": 16, "beta": 0.5,
    "beta1": 0.5, "beta2": 0.9, "bias": 0.2, "bound": lambda side, ratio: side * 0.1, "by": "distance", "centre": 0.4, "clip": 0.0, "code": np.full((3, 4), 0.5),
    "codewords": 2, "coin": False, "commitment": 0.25, "components": 2, "coupling": "independent", "curves": np.ones((2, 3)), "decay": "cosine",
    "descent_of": "nonsaturating", "deviations": 3.0, "device": "cpu", "dim": 3, "discriminator_form": SMALL, "discriminator_hidden": (4,),
    "discriminator_steps": 1, "distance": 1.5, "draws": 16, "dtype": "float32", "edges": (0.0, 0.5, 1.0), "encoder_form": SMALL,
    "encoder_hidden": (4,), "epsilon": 1e-8, "executor": None, "exponent": 2.0, "fake": RING, "fit": brief, "fitted": FITTED, "full": False, "gain": 1.0, "given": None, "initialise": None, "laws": ["shape"], "loss": MODULES.loss, "modules": MODULES, "networks": MODULES.networks,
    "residual": None, "sample": MODULES.sample, "schedule": None, "score": "captured",
    "generator_form": SMALL, "generator_hidden": (4,), "generator_steps": 1, "h": 0.1, "hidden": (4,), "high": 1.0, "highest": 3.0, "init": "uniform",
    "inner": 1.5, "jitter": 0.1, "jobs": 1, "knot": 0.3, "knots": [-1.0, 0.5, 2.0], "latents": 2, "layers": LAYERS, "leak": 0.1, "learned_std": False,
    "learner": GAN(PAIR, generator_hidden=(4,), discriminator_hidden=(4,)), "learning_rate": 0.1, "length": 1.0, "level": 1.0, "levels": [2.0, 1.0], "line": LINE,
    "lipschitz": 2.0, "log_stds": [[0.1, 0.2]], "logits": [0.3], "low": -1.0, "lowest": 0.1, "m": 0.8, "mass": 0.3, "masses": (0.5, 0.5),
    "means": [[0.3, 0.2]], "method": "r1", "mixture": P, "modes": 8, "momentum": 0.5, "n": 5, "name": "ring", "names": ["ring"],
    "net": MLP((1, 4, 1)), "noise": 0.3, "noise_var": 0.5, "normalise": "none", "objective": "nonsaturating", "off": [[0.3, -0.4], [0.1, 0.2]],
    "optimiser": Adam(0.1), "options": {}, "outer": 0.5, "p": 0.5, "pack": 2, "pairing": "fixed", "pairs": ROWS, "penalty": 0.0, "pieces": 5,
    "place": 1.5, "places": ((0.0,), (1.0,)), "points": 32, "population": True, "power": 2.0, "powers": {"l2": 2.0}, "problem": "two_branch", "progress": None, "q": 1.5,
    "r1": 0.3, "r2": 0.1, "radius": 1.0, "rate": 0.1, "ratio": 1.0, "real": PAIR, "record": [1], "rng": RNG(0), "rounds": 2, "row": np.ones(MLP((1, 4, 1)).length),
    "rows": ROWS, "s": 0.5, "sampled": True, "samples": ROWS[None], "scale": 1.0, "seed": 0, "seeds": [0, 1], "seen": SEEN, "share": 0.3, "shift": 0.5,
    "side": 3, "simultaneous": False, "sizes": (2, 4, 1), "slopes": [1.5], "smoothing": 0.9, "source": "blurproof", "spacing": 2.0, "spread": 1.5,
    "start": (1.0, 0.5), "start_share": 0.1, "std": 0.5, "steps": 2, "strength": 0.3, "t": [0.3], "target": PAIR, "theta": None, "times": [0.0, 0.5, 1.0],
    "u": [0.4], "uniform": 0.0, "unroll": 0, "unroll_betas": None, "unroll_rate": 1e-3, "v": 0.36, "values": [0.0, 1.0, 0.5], "w": -1.0,
    "weight": 0.7, "weights": np.full((2, 2), 0.3), "width": 0.3, "x": [0.4], "x0": [0.1], "x1": [0.2], "y": np.linspace(-1, 1, 5), "z": [[0.3], [0.1]],
}  # fmt: skip
COUNTING = protocols.Counting()
ENTRANT = entrants.entrant("mine", "GAN, latent 1")
SPECIAL = {
    "arms.made": {"learner": contest.gan()},
    "arms.sampled": {"learner": contest.gan()},
    "conformance.misjudged": {"n": 64},
    "conformance.named": {"name": "GAN"},
    "conformance.violations": {"learner": conformance.Constant(RING), "target": RING},
    "plain.sampled": {"learner": conformance.Constant(RING), "target": RING},
    "sampled.places": {"n": 5},
    "sampled.sampled": {"learner": conformance.Constant(RING), "target": RING},
    "torch_modules.Modules": {"noise": 0, "steps": None, "optimiser": torch.optim.SGD},
    "torch_modules.drawn": {"fitted": STACKED, "given": np.empty((5, 0))},
    "torch_modules.sampled": {"learner": MODULES},
    "contest.gan": {"options": {}},
    "contest.run": {"steps": 2, "target": RING},
    "contest.sample": {"steps": 2, "target": RING},
    "contest.compare": {"fit": lambda target, arm: brief, "steps": 2, "kept": ()},
    "contest.modes": {"target": RING},
    "contest.scored": {"target": RING, "x": ROWS},
    "contest.summaries": {"target": RING, "x": np.random.default_rng(1).random((40, 2))},
    "entrants.entrant": {"name": "mine", "thing": "GAN"},
    "entrants.minibatches": {"entrant": ENTRANT, "target": RING},
    "entrants.enter": {"entrant": ENTRANT, "target": RING, "n": 32},
    "exact.ExactRegressor": {"target": targets.two_branch()},
    "exact.linear_vae": {"learner": LinearVAE(targets.power_law_signal(3), 2, full=True)},
    "learners.batch_share.BatchShare": {"target": targets.TwoPoints(), "loss_of": "wasserstein", "size": 4},
    "learners.dirac_gan.DiracGAN": {"target": targets.Point()},
    "learners.dirac_gan.trajectories": {"learner": DiracGAN(), "record": [0, 1]},
    "learners.dirac_gan.at_their_rates": {"paths": [np.ones((2, 3, 2))], "rates": [0.5], "within": 0.1},
    "learners.denoiser.Denoiser": {},
    "learners.flow_matching.FlowMatching": {"source": None},
    "learners.distilled.Distilled": {"free": "shares", "weight": "none", "start": 0.5},
    "learners.discriminator.Discriminator": {"fake": targets.symmetric_pair(2.0, 0.3)},
    "learners.joint_gan.JointGAN": {"objective": "ali"},
    "learners.gan.GAN": {"penalty": 0.1},
    "learners.own_samples.OwnSamples": {"target": PAIR, "model": "vae", "pooled": True, "points": 3, "generations": 2, "lineages": 2, "generation": 1.0},
    "learners.paired_points.PairedPoints": {"target": targets.Atoms(((0.0,), (1.0,)))},
    "learners.policy_gradient.PolicyGradient": {"rewards": (0.0, 1.0), "direction": "forward"},
    "learners.vae.VAE": {"noise": "fixed"},
    "mode_codes.rate_and_error": {"noise": np.random.default_rng(0).normal(size=(5, 3, 2))},


    "one_latent.law_distance": {"draws": np.linspace(-1.0, 1.0, 30)},
    "one_pass.denoiser": {"noise": [0.2], "x": [0.4]},
    "one_pass.flow_matching": {"times": [0.0, 1.0]},
    "one_pass.vae": {"x": 0.3},
    "one_pass.linear_vae": {"W": np.ones((2, 1)), "M": np.ones((1, 2)), "L": np.ones((1, 1))},
    "piecewise.BrokenLine": {"slopes": np.ones((4, 1)), "offsets": np.ones((4, 1))},
    "piecewise.two_units": {"u": 1.0},
    "piecewise.layers_of": {"net": MLP((1, 4, 1)), "row": np.ones(MLP((1, 4, 1)).length)},
    "protocols.Net": {},
    "protocols.Rule": {"kind": "Adam", "options": {"beta1": 0.5}, "scaled": True},
    "protocols.Arm": {"learner": "GAN", "nets": {"generator": protocols.Net((4,))}, "rules": {"generator": protocols.Rule("Adam", 0.1)}, "drawn": None},
    "protocols.Counting": {"samples": 100, "strict": True, "aside": ""},
    "protocols.Size": {"trials": 2, "targets": ("ring",), "steps": 1, "widths": 1, "batch": 1, "rates": 1.0},
    "protocols.Protocol": {f.name: getattr(PROTOCOL, f.name) for f in fields(PROTOCOL)},
    "protocols.named": {"name": PROTOCOL.name},
    "regressions.shown": {"fitted": train.fit(Regressor(targets.two_branch(), (4,)), seeds=[0], steps=1, batch=16)},
    "regressions.outputs": {"fitted": train.fit(Regressor(targets.two_branch(), (4,)), seeds=[0], steps=1, batch=16), "x": np.full((1, 3, 1), 0.5)},
    "regressions.best_constants": {"fit": lambda learner, rule, arm: train.fit(learner, seeds=[0], steps=1, batch=16, optimiser=rule)},
    "regressions.population_risk": {"problem": targets.two_branch(), "x": np.array([0.1, 0.5, 0.9])},
    "replication.run": {"name": PROTOCOL.name, "level": "quick", "fit": lambda arm: brief},
    "replication.run_arm": {"protocol": PROTOCOL, "name": next(iter(PROTOCOL.arms)), "target": PROTOCOL.size("quick").targets[0], "level": "quick"},
    "replication.learner": {"arm": GAN_ARM},
    "replication.form": {"net": protocols.Net((4,))},
    "replication.rule": {"declared": protocols.Rule("Adam", 0.1), "arm": GAN_ARM},
    "replication.draw": {"arm": GAN_ARM},
    "replication.score": {"x": ROWS, "target": RING, "rule": COUNTING},
    "replication.counts": {"x": ROWS, "target": RING, "rule": COUNTING},
    "replication.steepest": {"arm": GAN_ARM},
    "replication.distances": {"fitted": train.fit(FlowMatching(RING, (4,)), seeds=[0], steps=1, batch=16)},
    "replication.interpolated": {"x": ROWS, "target": RING, "rule": COUNTING},
    "replication.neighbours": {"points": ROWS},
    "replication.near_curve": {"x": ROWS, "target": CURVED, "rule": COUNTING},
    "targets.curves.CurveTarget": {"curve": CURVED.curve, "arcs": 2, "name": "moons"},
    "targets.line_in_plane.LineInPlane": {"centre": (0.3, -0.2)},
    "targets.line_in_plane.line_in_plane": {"centre": (0.3, -0.2)},
    "targets.mixtures.notebook_ring": {"points": 8},
    "targets.pairs.Pairs": {"data": P},
    "targets.two_clusters.TwoClusters": {"start": 4.0},
    "targets.two_clusters.two_clusters": {"start": 4.0},
}  # fmt: skip


def found():
    """Public functions and classes that are built, by name, and the public methods of what they build."""
    for info in pkgutil.walk_packages(toys.__path__, "toys."):
        if info.name == "toys.validation" or any(part.startswith("_") for part in info.name.split(".")):
            continue
        module = importlib.import_module(info.name)
        for key, value in vars(module).items():
            name = f"{info.name}.{key}".removeprefix("toys.")
            own = getattr(value, "__module__", None) == info.name and not key.startswith("_")
            if own and name not in RECORDS | INNER and (inspect.isfunction(value) or built(value)):
                yield name, value, module


def built(value):
    return inspect.isclass(value) and not inspect.isabstract(value) and is_dataclass(value)


def right(name, function):
    """Right arguments of a function by that name; a class may do without those that have defaults."""
    special, arguments = SPECIAL.get(name, {}), {}
    for key, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            continue
        assert key in VALID or key in special, f"{name}: VALID has no argument named {key}"
        arguments[key] = special.get(key, VALID.get(key))
    return arguments


MADE = [exact.ExactRegressor(targets.two_branch()), LINE, FITTED, PROTOCOL, protocols.Net((4, 4)), DiracGAN()]
METHODS = {
    "evaluate": {"fn": lambda players, hyper: torch.zeros(16, 1), "own": (), "at": -1}, "distance": {"x": [[0.3], [1.5]]}, "mass_up_to": {"y": 0.3}, "mass_from": {"y": 0.3},
    "sample": {}, "logpdf": {}, "branches": {"x": 0.4}, "pieces": {}, "on_support": {"x": [0.4], "t": [0.3]}, "size": {"level": "quick"},
    "steps_at": {"level": "quick"}, "batch_at": {"level": "quick"}, "seed_steps": {"level": "quick"}, "scaling": {"level": "quick"},
    "arm": {"name": next(iter(PROTOCOL.arms)), "target": PROTOCOL.size("quick").targets[0]},
    "arm_at": {"name": next(iter(PROTOCOL.arms)), "target": PROTOCOL.size("quick").targets[0], "level": "quick"},
    "narrowed": {"divisor": 2}, "generators": {"purpose": 0}, "descend": {"h": 0.1, "steps": 2, "fake": [0.3], "real": [0.1]},
}  # fmt: skip
LEFT = {"save", "load", "point", "predict"}
"""Methods that write, and those that `evaluate` calls with tensors of its own."""


def has_density(law):
    """Whether it says what its density is: the others refuse."""
    return type(law).logpdf is not targets.target.Target.logpdf


def doors():
    """Every public function, class and method of toys with a right call of it."""
    instances = list(MADE)
    for name, function, module in found():
        yield (made := door(f"toys.{name}", function, right(name, function), module))
        if inspect.isclass(function) and issubclass(function, targets.target.Target):
            instances.append(made(made.right()))
    for owner in instances:
        kind = type(owner)
        for key, method in inspect.getmembers(owner, inspect.ismethod):
            if key.startswith("_") or key in TRUSTED or key in LEFT or (key == "logpdf" and not has_density(owner)):
                continue
            arguments = {"x": np.full((2, getattr(owner, "dim", 1)), 0.4)} if key == "logpdf" else {}
            for parameter in inspect.signature(method).parameters.values():
                if parameter.kind is parameter.VAR_POSITIONAL:
                    continue
                wanted = METHODS.get(key, {})
                if parameter.name not in arguments:
                    assert parameter.name in wanted or parameter.name in VALID, (
                        f"{kind.__name__}.{key}: no argument named {parameter.name}"
                    )
                    arguments[parameter.name] = wanted.get(parameter.name, VALID.get(parameter.name))
            yield door(
                f"toys.{kind.__module__.removeprefix('toys.')}.{kind.__name__}.{key}",
                method,
                arguments,
                kind,
                inspect.getmodule(kind),
            )
