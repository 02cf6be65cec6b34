"""What a share of seeds says of a probability, from the binomial law; for the observed side of `collapse_on_demand`."""

from __future__ import annotations

from typing import Any


def all_of_them(m: Any, n: int) -> Any:
    """The p at which n of n seeds have probability ε/2 = 1/200, by halvings."""
    return m.root(lambda p: p**n - m.number(1) / 200, 0, 1)
