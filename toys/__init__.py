"""Toys: exactly known targets, and small networks trained on them many seeds at once.

`toys.targets` holds the laws to learn (no torch needed), `toys.learners` what learns them, and `toys.train` trains one
network per seed in one stacked loop. Any target goes with any learner it fits. Arrays of samples are (n, dim) outside
and (members, dim, batch) inside a network. Every learner and every module is a name of `toys` too: `toys.VAE`,
`toys.train.fit`. Nothing is imported before it is asked for.
"""

from importlib import import_module
from typing import Any

from toys._folder import modules, unknown


def __getattr__(name: str) -> Any:
    if name == "__all__":
        return __dir__()
    if name in modules(__name__):
        return import_module(f"{__name__}.{name}")
    learners = import_module(f"{__name__}.learners")
    if not name.startswith("_") and name in dir(learners):
        return getattr(learners, name)
    raise unknown(__name__, name, [] if name.startswith("_") else __dir__())


def __dir__() -> list[str]:
    return sorted({*modules(__name__), *dir(import_module(f"{__name__}.learners"))})
