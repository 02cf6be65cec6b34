"""One thin front: what is named here is imported when it is first asked for.

    import blurproof
    blurproof.verify("dirac_gan").verdicts          # {"dirac_gan": "derived"}
    blurproof.diagnose("fakes.npy", target="ring")  # which faults your own samples have, how large, how sure
    blurproof.contest(["GAN", "VAE"], target="ring")  # learners, your own beside them, on the same seeds and budget
    blurproof.figure("dirac_gan", steps=600)        # a claim's figure with parameters of your own, shown in a notebook
    blurproof.theory.symmetric_pair(3.0, 1.0)       # theory, toys, proofs: the packages themselves
    blurproof.strategies, blurproof.laws            # Hypothesis strategies and batteries for your own tests

`python -m blurproof` is the command line.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import proofs
    import theory
    import toys
    from proofs import laws, strategies
    from proofs.contest.asking import contest
    from proofs.diagnosis.asking import diagnose
    from proofs.figure import figure
    from proofs.session import verify

    __version__: str

__all__ = ["__version__", "contest", "diagnose", "figure", "laws", "proofs", "strategies", "theory", "toys", "verify"]

HOMES = {
    "contest": "proofs.contest.asking",
    "diagnose": "proofs.diagnosis.asking",
    "figure": "proofs.figure",
    "verify": "proofs.session",
}
"""Where the functions live that are named here."""


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("blurproof")
    if name in HOMES:
        return getattr(import_module(HOMES[name]), name)
    if name in __all__:
        return import_module(f"proofs.{name}" if name in ("laws", "strategies") else name)
    raise AttributeError(f"module 'blurproof' has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return __all__


if __name__ == "__main__":
    import_module("proofs.cli").main()
