"""What people say, one sentence a file, found by its name: id, words, source, and what it ranges over.

Answers are those of the question "Why are VAEs blurry and GANs sharp?": A1 to A5 in the order in which they appear, with
the comments under them. A claim imports a sentence by its id and adds readings to it (proofs.core.readings).
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from proofs.core.readings import Sentence

NAMES = sorted(module.name for module in iter_modules(__path__))


def __getattr__(name: str) -> Any:
    if name not in NAMES:
        raise AttributeError(f"sentence: expected one of {', '.join(NAMES)}, got {name!r}")
    found = getattr(import_module(f"{__name__}.{name}"), name)
    globals()[name] = found  # the import has put the module there
    return found


def every() -> "list[Sentence]":
    """All sentences, by id."""
    return [getattr(import_module(f"{__name__}.{name}"), name) for name in NAMES]
