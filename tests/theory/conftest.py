"""Where the tests of theory are run by themselves, the shapes in its signatures are enforced; see `tests.shapes`.

Not beside other tests: the tracer of checks and the keys of the ledger look at the functions of theory themselves.
"""

import sys
from pathlib import Path

import pytest

from tests.shapes import Finder


def pytest_configure(config: pytest.Config) -> None:
    """Have theory marked before it is imported."""
    asked = [Path(argument.split("::")[0]).resolve() for argument in config.args]
    if all(path.is_relative_to(Path(__file__).parent) for path in asked):
        sys.meta_path.insert(0, Finder())
