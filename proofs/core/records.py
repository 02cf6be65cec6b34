"""Records of arrays: what an experiment returns by one name and a figure reads by the same.

return {"gan": anatomy}                  a frozen dataclass of arrays, saved as "gan.steepest", "gan.between", ...
saved["generators"]["gan"].between       the same again
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np


def flat(data: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Arrays by name, those of a record by the record's name, a dot and their own."""
    arrays: dict[str, np.ndarray] = {}
    for name, value in data.items():
        if is_dataclass(value):
            arrays |= flat({f"{name}.{part.name}": getattr(value, part.name) for part in fields(value)})
        else:
            arrays[str(name)] = np.asarray(value)
    return arrays


class Saved(Mapping[str, Any]):
    """Saved arrays by name; what was a record is one again. Raises KeyError for a name that nothing has."""

    def __init__(self, arrays: Mapping[str, np.ndarray]) -> None:
        self.arrays = arrays

    def __repr__(self) -> str:
        return f"Saved({', '.join(self)})"

    def __getitem__(self, name: str) -> Any:
        if name in self.arrays:
            return self.arrays[name]
        parts = {key[len(name) + 1 :]: array for key, array in self.arrays.items() if key.startswith(f"{name}.")}
        if not parts:
            raise KeyError(f"{name}: expected one of {', '.join(self)}")
        return SimpleNamespace(**parts)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name if "." not in name else name.partition(".")[0] for name in self.arrays))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return name in self.arrays or any(key.startswith(f"{name}.") for key in self.arrays)
