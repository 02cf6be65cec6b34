"""What may stand in the place of a right argument: by its kind, and from every kind now and then.

A draw is a pair (words, value). Words that begin with "=" mean the right value in another dress: it may be refused, but
what it gives must be what the plain one gives.
"""

import copy
import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np

from theory import GaussianMixture

Drawn = tuple[str, Any]
REFUSAL = "f: expected nothing, got this"
NOTHING: list[Any] = [
    None,
    object(),
    "1",
    "",
    b"1",
    [],
    {},
    (),
    set(),
    range(3),
    "wrong",
    ...,
    NotImplemented,
    slice(3),
]
NUMBERS: list[Any] = [
    0, -1, 1, 2, 0.0, -0.0, 0.5, 1.0, math.nan, math.inf, -math.inf, 1e308, -1e308, 1.7976931348623157e308, 2.3e-308, 1e-308,
    5e-324, 1e170, -1e170, 1e-170, 1e100, 1e16, 1e-16, 40.0, 800.0, 10**400, -(10**400), 10**5000, True, False, 1j, 0.5 + 0j,
    Decimal("0.5"), Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("1e999"), Fraction(1, 3), Fraction(10**400, 3),
    np.float16(0.5), np.float32(0.5), np.longdouble(0.5), np.longdouble("1e400"), np.float64(0.5), np.int8(1), np.uint64(2**64 - 1),
    np.bool_(True), np.complex64(1), np.complex128(1j), np.str_("1"), np.datetime64("2020-01-01"), np.timedelta64(3, "s"),
]  # fmt: skip
ARRAYS: list[Any] = [
    np.array(0.5), np.array(math.nan), np.array([]), np.zeros((0, 3)), np.array([0.5]), np.array([[0.5]]), [[1.0], [2.0, 3.0]],
    np.array([0.5, None], dtype=object), np.array(["a", "b"]), np.array([1j, 2.0]), np.array([True, False]), np.full(3, math.inf),
    np.ma.masked_array([0.3, 0.7], [True, False]), np.ma.masked, np.array([(1, 2.0)], dtype="i4,f8"),
    np.array(["2020-01-01"], dtype="M8[D]"), [0.5, math.nan], [10**400, 1.0], [None, 1.0], ["0.3", "0.7"], np.ones((2, 2, 2, 2)),
]  # fmt: skip
INTEGERS: list[Any] = [
    0, -1, 1, 2, 3, 7, 10**3, 10**6, 10**9, 2**31, 2**63, 2**64, 10**30, -(10**30), 1.0, 3.0, 1.5, True, False, math.nan, math.inf,
    np.int8(3), np.uint8(3), np.int64(3), np.uint64(3), np.float64(3), np.bool_(True), np.array(3), np.array([3]), "3", None,
]  # fmt: skip
NAMES: list[Any] = [
    "",
    "wrong",
    "KL",
    "kl ",
    "é",
    "\0",
    "a" * 10_000,
    b"kl",
    3,
    True,
    None,
    ["kl"],
    np.str_("kl"),
    ("kl",),
    math.nan,
]
MIXTURES: list[GaussianMixture] = [
    GaussianMixture([1.0], [0.0], stds=[1.0]),
    GaussianMixture([1.0, 0.0], [0.0, 5.0], stds=[1.0, 2.0]),
    GaussianMixture([1.0], [1e100], stds=[1e80]),
    GaussianMixture([1.0], [0.0], stds=[1e-150]),
    GaussianMixture([1.0], [0.0], stds=[1e150]),
    GaussianMixture([1e-300, 1 - 1e-300], [0.0, 40.0], stds=[1.0, 1.0]),
    GaussianMixture([1.0], [[0.0]], stds=[1.0]),
    GaussianMixture([0.5, 0.5], [[0.0, 0.0], [3.0, 0.0]], stds=[1.0, 0.5]),
    GaussianMixture([1.0], [[0.0, 0.0, 0.0]], stds=[1.0]),
    GaussianMixture(np.full(60, 1 / 60), np.arange(60.0), stds=np.full(60, 0.1)),
]


def tensors() -> list[Drawn]:
    """What PyTorch has for a number or an array."""
    import torch

    return [
        ("a tensor", torch.tensor(0.5)),
        ("a tensor that requires grad", torch.tensor(0.5, requires_grad=True)),
        ("a bfloat16 tensor", torch.tensor([0.25, 0.75], dtype=torch.bfloat16)),
        ("a float32 tensor", torch.tensor([0.3, 0.7])),
        ("a tensor of three that requires grad", torch.tensor([0.3, 0.3, 0.4], requires_grad=True)),
        ("a sparse tensor", torch.eye(2).to_sparse()),
        ("a complex tensor", torch.tensor([1j])),
    ]


def drawn(right: Any, draw: Random) -> Drawn:
    """What to try where `right` is right: mostly of its kind, one time in six of any."""
    kinds = [of_number, of_integer, of_array, of_name, of_function, of_mixture, of_nothing]
    kind = draw.choice(kinds) if draw.random() < 1 / 6 else kind_of(right)
    return kind(right, draw)


def kind_of(right: Any) -> Callable[[Any, Random], Drawn]:
    """How to be hostile to a right value."""
    if isinstance(right, bool | int | np.integer):
        return of_integer
    if isinstance(right, float):
        return of_number
    if isinstance(right, str):
        return of_name
    if isinstance(right, GaussianMixture):
        return of_mixture
    if isinstance(right, list | tuple) and right and not numeric(right):
        return of_parts
    if isinstance(right, list | tuple | np.ndarray):
        return of_array
    return of_function if callable(right) else of_nothing


def numeric(right: Any) -> bool:
    """Whether it is an array of numbers, however it is written."""
    try:
        return np.asarray(right).dtype.kind in "fiub"
    except ValueError:
        return False


def said(value: Any) -> str:
    """A value in a few letters."""
    try:
        text = " ".join(repr(value).split())
    except ValueError:  # an integer of thousands of digits
        text = f"a huge {type(value).__name__}"
    return f"{type(value).__name__} {text if len(text) < 100 else text[:100] + '…'}"


def one(options: list[Any], draw: Random) -> Drawn:
    value = draw.choice(options)
    return said(value), copy.copy(value) if isinstance(value, list | np.ndarray) else value


def of_nothing(right: Any, draw: Random) -> Drawn:
    return one(NOTHING + NUMBERS + ARRAYS, draw)


def of_number(right: Any, draw: Random) -> Drawn:
    if isinstance(right, float) and draw.random() < 0.3:
        dress = draw.choice([np.float64, np.longdouble, Fraction, Decimal, np.array, lambda x: np.array(x, object)])
        return f"= {said(dress(right))}", dress(right)
    return draw.choice(tensors()) if draw.random() < 0.1 else one(NUMBERS + ARRAYS + NOTHING[:5], draw)


def of_integer(right: Any, draw: Random) -> Drawn:
    return one(INTEGERS, draw)


def of_name(right: Any, draw: Random) -> Drawn:
    return one(NAMES, draw)


def of_mixture(right: Any, draw: Random) -> Drawn:
    return one([*MIXTURES, *MIXTURES, [MIXTURES[0]], "kl", None, 1.0, np.zeros(2), GaussianMixture, object()], draw)


def of_parts(right: Any, draw: Random) -> Drawn:
    """A sequence of things: one of them hostile, one too many or too few, none, or in another dress."""
    kind, parts = type(right), list(right)
    k = draw.randrange(len(parts))
    words, bad = drawn(parts[k], draw)
    options: list[Drawn] = [
        (f"[{k}]: {words.removeprefix('= ')}", kind([*parts[:k], bad, *parts[k + 1 :]])),
        ("one less", kind(parts[:-1])),
        ("one more", kind([*parts, parts[-1]])),
        ("none", kind([])),
        ("only the first", parts[0]),
        ("an iterator", iter(parts)),
        ("= a tuple", tuple(parts)),
        ("a set of names", {str(part) for part in parts}),
    ]
    return options[draw.choice([0, 0, 0, *range(len(options))])]


def of_array(right: Any, draw: Random) -> Drawn:
    """An array: an entry hostile, scaled, of another shape, type or home; or something else altogether."""
    if not numeric(right) or not np.size(right):
        return of_nothing(right, draw)
    a = np.array(right, dtype=float)
    return draw.choice([entry, entry, scaled, shaped, dressed, dressed, other])(a, draw)


def entry(a: np.ndarray, draw: Random) -> Drawn:
    """One entry replaced."""
    bad = draw.choice(NUMBERS)
    b = a.astype(object)
    b.flat[draw.randrange(b.size)] = bad
    words = f"an entry {said(bad)}"
    try:
        return words, np.array(b.tolist(), dtype=float)
    except Exception:
        return words, b.tolist()


def scaled(a: np.ndarray, draw: Random) -> Drawn:
    """All of it in another unit."""
    with np.errstate(all="ignore"):
        exponent = draw.choice([-320, -300, -170, -160, -20, -8, 8, 16, 150, 160, 170, 300, 307])
        return f"times 1e{exponent}", a * float(f"1e{exponent}")


def shaped(a: np.ndarray, draw: Random) -> Drawn:
    """The numbers in another shape."""
    a = np.atleast_1d(a)
    shape, value = draw.choice([
        ("one axis more", a[None]), ("one axis more, last", a[..., None]), ("flat", a.ravel()), ("turned", a.T), ("none of them", a[:0]),
        ("the first", a[0] if a.ndim else a), ("all but the last", a[:-1] if a.ndim else a[None]), ("a single number", float(a.flat[0])),
        ("twice", np.concatenate([np.atleast_1d(a)] * 2)), ("the same number everywhere", np.full_like(a, a.flat[0])), ("ordered", np.sort(a, axis=None)),
    ])  # fmt: skip
    return shape, value


def dressed(a: np.ndarray, draw: Random) -> Drawn:
    """The same numbers as another thing."""
    import torch

    dress: list[tuple[str, Callable[[], Any]]] = [
        ("= a list", a.tolist),
        (
            "= nested tuples",
            lambda: tuple(map(tuple, a.tolist())) if a.ndim == 2 else tuple(a) if a.ndim == 1 else a.tolist(),
        ),
        ("= a float64 tensor", lambda: torch.tensor(a)),
        ("= an array of objects", lambda: a.astype(object)),
        ("= longdouble", lambda: a.astype(np.longdouble)),
        ("= in Fortran's order", lambda: a.copy(order="F")),
        ("= read-only", lambda: np.frombuffer(a.tobytes()).reshape(a.shape)),
        ("= every second of twice as many", lambda: np.repeat(np.atleast_1d(a), 2, axis=0)[::2].reshape(a.shape)),
        ("= big-endian", lambda: a.astype(">f8")),
        ("float32", lambda: a.astype(np.float32)),
        ("float16", lambda: a.astype(np.float16)),
        ("a float32 tensor", lambda: torch.tensor(a, dtype=torch.float32)),
        ("a tensor that requires grad", lambda: torch.tensor(a, requires_grad=True)),
        ("a bfloat16 tensor", lambda: torch.tensor(a, dtype=torch.bfloat16)),
        ("a masked array", lambda: np.ma.masked_array(a, np.arange(a.size).reshape(a.shape) == 0)),
        ("complex", lambda: a.astype(complex)),
        ("texts", lambda: a.astype(str)),
        ("integers", lambda: a.astype(int)),
        ("a matrix", lambda: np.asmatrix(a) if a.ndim < 3 else a),
    ]
    words, made = draw.choice(dress)
    return words, made()


def other(a: np.ndarray, draw: Random) -> Drawn:
    """Something else altogether."""
    return draw.choice(tensors()) if draw.random() < 0.15 else one(ARRAYS + NUMBERS + NOTHING, draw)


def of_function(right: Any, draw: Random) -> Drawn:
    """No function, or one that gives back another shape, NaN, nothing, a text, or raises."""

    def complains(*args: Any, **options: Any) -> Any:
        raise ValueError(REFUSAL)

    return draw.choice([
        one(NOTHING + NUMBERS, draw),
        ("a function without arguments", lambda: 0.0),
        ("a function that gives back None", lambda *args, **options: None),
        ("a function that gives back NaN", lambda *args, **options: math.nan),
        ("a function that gives back a text", lambda *args, **options: "wrong"),
        ("a function that gives back five rows", lambda *args, **options: np.zeros((5, 3))),
        ("a function that refuses", complains),
    ])  # fmt: skip
