"""Shapes in signatures: what a door takes, and what it returns.

A door takes whatever numpy makes an array of the shape it names, lists and numbers too, and refuses the rest by itself.
What it returns is written `Float[Array, "n D"]` or, where single numbers make a single number, `Values`; while testing,
jaxtyping and beartype hold results to that.  Letters: n points or cells, K components, D dimensions.
"""

from typing import Annotated, Any

import numpy as np
from jaxtyping import Bool, Complex, Float
from numpy.typing import ArrayLike, NDArray

from theory.validation.inputs import Array

Numbers = Annotated[ArrayLike, "..."]
"""Numbers of any shape; several of them are broadcast."""

Vector = Annotated[ArrayLike, "n"]
Matrix = Annotated[ArrayLike, "n m"]

Weights = Annotated[ArrayLike, "n"]
"""Not negative, with sum one."""

Points = Annotated[ArrayLike, "... or ... D"]
"""On the line any shape; in D dimensions the last axis is D."""

Samples = Annotated[ArrayLike, "n or n D"]

Values = Float[Array | Any, "..."]
"""As many numbers as went in, in that shape. For single numbers a float64, of which whoever gave an array need not think: Any."""

Truths = Bool[NDArray[np.bool_] | Any, "..."]
Waves = Complex[NDArray[np.complex128] | Any, "..."]
