"""What a right call is of every public function of proofs: the session, the command line, the language of claims, strategies, laws."""

import importlib
import inspect
import io
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from proofs import cli, core, laws, session, strategies
from proofs.diagnosis import asking, reading
from proofs.diagnosis import targets as written
from tests.fuzz.doors import door
from tests.fuzz.theory import P, Q
from theory import divergence, location, transport

MODULES = (session, strategies, laws)
RECORDS = {
    "session.Selection",
    "session.Session",
    "laws.LawBroken",
    "strategies.Branches",
    "core.Run",
    "core.Letter",
    "core.Root",
}
"""What the session and the harness give back or hand over; an expression is looked at when the chain is followed."""
INNER = {
    "session.declaring",
    "session.in_topic",
    "session.unknown",
    "session.places",
    "session.tasks",
    "session.run",
    "session.path",
}
"""The parts of `session.verify`, between which selections go to and fro."""
MIXTURES = strategies.mixtures()
R = P.affine(1.5, 0.7)
GIVEN = strategies.Branches(np.array([0.3, 0.7]), np.array([1.0, -1.0]), np.array([0.0, 2.0]), np.array([0.1, 0.2]))
VALID = {
    "low": 1, "high": 3, "count": 5, "options": ["a", "b"], "spread": 4.0, "by": 0.3, "rate": 0.6, "least": 0.1, "std": (0.2, 2.0), "inputs": 2, "outputs": 3, "p": P, "q": Q,
    "entry": strategies.reals(0.0, 1.0), "d": divergence.js, "f": location.median, "x": np.linspace(-1, 1, 5), "symmetric": True, "rel": 1e-6,
    "margin": 0.1, "unit": "of it", "threshold": 0.3, "direction": ">=", "range": (0.0, 1.0), "grid": (1.0, 2.0), "factor": 0.5,
    "rule": core.Agreement(0.1), "topic": "mode-dropping", "after": "", "references": ("borell1975",), "empirical": False, "lower": 0, "upper": 2,
    "r": R, "degree": 0.5, "widths": 6.0, "dim": 2, "score": lambda x, p: float(np.mean(np.abs(np.mean(p.cdf(x)) - 0.5))), "better": "lower", "sees": (),
    "n": 1000, "reference": None, "seed": 0, "draw": lambda n, rng: P.sample(n, rng),
    "path": lambda w: 1 - w, "key": "positive_integrand", "reason": "for it is", "source": "anybody", "contact": None, "detects": 1e-7, "why": "",
}  # fmt: skip
SPECIAL = {
    "strategies.inside": {"low": 0.0, "high": 1.0}, "strategies.reals": {"low": 0.0, "high": 1.0}, "strategies.scales": {"low": 0.5, "high": 2.0},
    "laws.metric": {"d": transport.energy_distance}, "laws.sample_score": {"degree": 0.0}, "laws.conditional_sampler": {"draw": lambda x, rng: GIVEN.sample(x, rng), "p": GIVEN, "x": np.linspace(-1, 1, 1000)},
    "core.Trend": {"direction": "falls"}, "core.Carried": {"low": 0, "high": 1}, "core.carried": {"low": 0, "high": 1}, "core.over": {"factor": None},
}  # fmt: skip
LEFT = {"statements", "drawn", "message", "where", "plotted", "film", "own_readings", "id", "title", "essay", "folder"}
"""Fields of a claim that discovery and its decorators fill."""


def found():
    """Public functions and classes by name."""
    for module in MODULES:
        for key, value in vars(module).items():
            name = f"{module.__name__.removeprefix('proofs.')}.{key}"
            own = getattr(value, "__module__", None) == module.__name__ and not key.startswith("_")
            if own and callable(value) and name not in RECORDS | INNER:
                yield name, value
    for key in core.__all__:
        value = getattr(core, key)
        if (inspect.isclass(value) or inspect.isfunction(value)) and f"core.{key}" not in RECORDS:
            yield f"core.{key}", value


def doors():
    """Each with a right call of it, then the commands."""
    for name, function in found():
        if name in OWN:
            continue
        special, arguments = SPECIAL.get(name, {}), {}
        for key, parameter in inspect.signature(function).parameters.items():
            if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL) or key in LEFT:
                continue
            assert key in VALID or key in special, f"{name}: VALID has no argument named {key}"
            arguments[key] = special.get(key, VALID.get(key))
        yield door(f"proofs.{name}", function, arguments, importlib.import_module(function.__module__))
    for name, (function, arguments) in OWN.items():
        yield door(f"proofs.{name}", function, arguments)
    for command in ("list", "show", "new", "diff", "verify"):
        yield door(f"proofs.cli.{command}", getattr(COMMANDS, command), LINES[command])


@cache
def room():
    """A folder with a small claim of one's own, what it once found, and two documents."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz"))
    said("new", "mine", "--claims", folder / "claims")
    for name in ("a.json", "b.json"):
        said(
            "verify",
            "mine",
            "--claims",
            folder / "claims",
            "--results",
            folder / "results",
            "--jobs",
            1,
            "--json",
            folder / name,
        )
    return folder


def said(*words):
    """What the command line prints; wrong usage raises ValueError."""
    before, sys.argv = sys.argv, ["blurproof", *map(str, words)]
    out, complaint = io.StringIO(), io.StringIO()
    try:
        with redirect_stdout(out), redirect_stderr(complaint):
            cli.main()
    except SystemExit as end:
        if end.code == 2:
            raise ValueError(complaint.getvalue().removeprefix("blurproof: ")) from None
        if end.code not in (None, 0, 1, 3):
            raise RuntimeError(f"exit {end.code}: {complaint.getvalue()[-200:]}") from None
    finally:
        sys.argv = before
    return out.getvalue()


def placed(value):
    """A text that stands for a place in the room, or for one that is new each time."""
    if not isinstance(value, str):
        return short(value)
    if value == "elsewhere":
        return tempfile.mkdtemp(dir=room())
    return str(room() / value) if value in ("claims", "results", "a.json", "b.json") else short(value)


def short(value):
    """What a person types for it: not more than 1,000 letters."""
    return str(value) if not isinstance(value, int) or abs(value) < 10**1000 else "1" * 1000


def line(command):
    """A command as a function of its arguments and options, each the text that stands for it."""

    def run(NAME=None, B=None, **options):
        texts = [placed(text) for text in (NAME, B) if text is not None]
        if command == "verify" and not texts:
            texts = ["mine"]  # no name asks for the whole catalogue, minutes of work
        chosen: list[str] = []
        for key, value in options.items():
            if value is not None:
                chosen.append(f"--{key}={placed(value)}")
        try:
            return said(command, *chosen, "--", *texts)
        except ValueError as error:
            text = str(error)
            said_of = {"A.json": "NAME", "B.json": "B", "names": "NAME", **{key: key for key in ("NAME", *options)}}
            named = [argument for word, argument in said_of.items() if word in text]
            raise ValueError(f"{' '.join(named)}: expected otherwise, {text}") from None

    return run


COMMANDS = SimpleNamespace(**{name: line(name) for name in ("list", "show", "new", "diff", "verify")})
LINES = {
    "list": {"topic": "mode-dropping", "claims": None},
    "show": {"NAME": "mine", "claims": "claims", "results": "results"},
    "new": {"NAME": "another", "claims": "elsewhere", "kind": "derivation"},
    "diff": {"NAME": "a.json", "B": "b.json"},
    "verify": {"NAME": "mine", "claims": "claims", "results": "results", "level": "quick", "seed": "0", "jobs": "1"},
}


def verified(names, claims, results, **options):
    places = {"claims": claims, "results": results}
    return session.verify(
        names, **{key: room() / at if at == key else at for key, at in places.items()}, **options
    ).verdicts


def selected(names, topic, claims, seconds):
    return len(session.select(names, topic, room() / "claims" if claims == "claims" else claims, seconds).claims)


def by_argument(function):
    """The function, whose refusals of a file begin with the file's name, with the argument's before it."""

    def call(**arguments):
        try:
            return function(**arguments)
        except ValueError as error:
            texts = {name: value if isinstance(value, list | tuple) else [value] for name, value in arguments.items()}
            named = [
                name
                for name, parts in texts.items()
                if any(isinstance(p, str) and str(error).startswith(p) for p in parts)
            ]
            raise ValueError(": ".join([*named[:1], str(error)])) from None

    return call


def diagnosed(samples, target, mixture, reference, law, given, train, modes, confidence, seed):
    held = {"target": target, "mixture": mixture, "reference": reference, "law": law}
    return asking.diagnose(
        samples, **held, given=given, train=train, modes=modes, confidence=confidence, seed=seed
    ).words


either = strategies.either
FAKES = P.sample(40, 0)
OWN = {
    "session.verify": (verified, {"names": "mine", "claims": "claims", "results": "results", "level": "quick", "seed": 0, "jobs": 1, "topic": None, "fresh": False, "protocol": None, "timeout": None}),
    "session.select": (selected, {"names": ["mine"], "topic": None, "claims": "claims", "seconds": None}),
    "strategies.tuples": (lambda parts: strategies.tuples(parts), {"parts": MIXTURES}),
    "strategies.either": (lambda strategies: either(strategies), {"strategies": MIXTURES}),
    "strategies.together": (lambda parts: strategies.together(a=parts), {"parts": MIXTURES}),
    "diagnosis.diagnose": (by_argument(diagnosed), {"samples": FAKES, "target": P, "mixture": None, "reference": None, "law": None, "given": None, "train": None, "modes": None, "confidence": 0.99, "seed": 0}),
    "diagnosis.samples": (by_argument(lambda samples: [one.rows for one in reading.samples("samples", samples)]), {"samples": FAKES}),
    "diagnosis.target": (lambda target: written.target("target", short(target)).name, {"target": "ring:modes=3"}),
    "diagnosis.mixture": (by_argument(lambda mixture: len(written.mixture("mixture", mixture))), {"mixture": {"means": [0.0, 1.0], "stds": [0.5, 0.5]}}),
    "core.one_of": (lambda values: core.one_of("L1", values), {"values": "L2"}),
}  # fmt: skip
