"""Objects that do not change once they are made, arrays included: not after copying, nor after a journey by pickle."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


def read_only(value: NDArray[Any]) -> NDArray[Any]:
    """The same numbers in an array that cannot be written to; copied where the one given can be."""
    if not value.flags.writeable and value.base is None:
        return value
    own = value.copy()
    own.flags.writeable = False
    return own


class Unchanging:
    """Beside ``@dataclass(frozen=True)``: arrays among the fields, and in dictionaries of them, are read-only, in copies too."""

    def __post_init__(self) -> None:
        self.__setstate__(dict(vars(self)))

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        vars(self).update({name: _kept(value) for name, value in state.items()})


def _kept(value: object) -> object:
    if isinstance(value, dict):
        return {name: _kept(each) for name, each in value.items()}
    return read_only(value) if isinstance(value, np.ndarray) else value
