"""What the numerics read of a mixture: its parameters, and nothing that is computed from them.

The modules below `GaussianMixture` ask for this only, so that they need not know the class which uses them.
"""

from typing import Protocol

from theory._inputs import Array


class Law(Protocol):
    """Σ_k w_k N(μ_k, Σ_k), K terms with w_k > 0: `weights` (K,); `means` and `stds` (K,) or (K, D); `covs` (K, D, D)."""

    @property
    def weights(self) -> Array: ...

    @property
    def means(self) -> Array: ...

    @property
    def stds(self) -> Array: ...

    @property
    def covs(self) -> Array: ...

    def __len__(self) -> int: ...
