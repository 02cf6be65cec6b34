"""The two losses of the Dirac-GAN off its centre, differentiated by steps to either side.

For the observed sides of `relativistic_r1_r2_converges`; knows no derivative, no eigenvalue and no conserved quantity.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def places(s: Any) -> Any:
    """c, θ, ψ and both penalties."""
    return s.tuples(s.reals(-2.0, 3.0), s.reals(-2.0, 2.0), s.reals(-1.5, 1.5), s.reals(0.0, 1.0), s.reals(0.0, 1.0))


def centres(s: Any) -> Any:
    """θ and ψ."""
    return s.tuples(s.reals(0.1, 2.0), s.reals(-1.5, 1.5))


def levels(s: Any) -> Any:
    """l, c and both penalties."""
    return s.tuples(s.reals(-2.0, 2.0), s.reals(-2.0, 3.0), s.reals(0.0, 1.0), s.reals(0.0, 1.0))


def _f(m: Any, t: Any) -> Any:
    return -m.log(1 + m.exp(-t))


def _paired(m: Any, c: Any, theta: Any, psi: Any) -> Any:
    return _f(m, psi * c - psi * theta)


def _plain(m: Any, c: Any, theta: Any, psi: Any) -> Any:
    return _f(m, psi * c) + _f(m, -psi * theta)


def _field(m: Any, loss: Any, c: Any, theta: Any, psi: Any, penalty: Any) -> tuple[Any, Any]:
    """θ down the loss, ψ up it and down its penalties."""
    down = -m.slope(lambda y: loss(m, c, y, psi), theta, 1)
    up = m.slope(lambda y: loss(m, c, theta, y) - penalty * y**2 / 2, psi, 1)
    return down, up


def plain_at(m: Any, c: Any, theta: Any, psi: Any) -> Any:
    """θ' and ψ' of the plain loss, data at c."""
    c, theta, psi = map(m.number, (c, theta, psi))
    return np.array(_field(m, _plain, c, theta, psi, 0))


def plain_at_centre(m: Any, theta: Any, psi: Any) -> Any:
    """The same, data at 0."""
    return plain_at(m, 0, theta, psi)


def spun(m: Any, c: Any, theta: Any, psi: Any, first: Any, second: Any) -> Any:
    """How fast (θ-c)²+ψ² changes along the paired field."""
    c, theta, psi, first, second = map(m.number, (c, theta, psi, first, second))
    down, up = _field(m, _paired, c, theta, psi, first + second)
    radius2 = lambda h: (theta + h * down - c) ** 2 + (psi + h * up) ** 2  # noqa: E731
    return m.slope(radius2, m.number(0), 1)


def _characteristic(m: Any, loss: Any, l: Any, c: Any, penalty: Any) -> Any:
    """det(l - v') at (c, 0), v' by slopes of the field."""
    c, l, penalty, zero = m.number(c), m.number(l), m.number(penalty), m.number(0)
    move = lambda theta, psi: _field(m, loss, c, theta, psi, penalty)  # noqa: E731
    jacobian = [
        [m.slope(lambda h: move(c + h, zero)[k], zero, 1), m.slope(lambda h: move(c, h)[k], zero, 1)]  # noqa: B023
        for k in (0, 1)
    ]
    (a, b), (d, e) = jacobian
    return (l - a) * (l - e) - b * d


def paired_polynomial(m: Any, l: Any, c: Any, first: Any, second: Any) -> Any:
    """Of the paired field."""
    return _characteristic(m, _paired, l, c, np.add(m.number(first), m.number(second)))


def plain_polynomial(m: Any, l: Any, c: Any, first: Any, second: Any) -> Any:
    """Of the plain field."""
    return _characteristic(m, _plain, l, c, np.add(m.number(first), m.number(second)))


def penalties(s: Any) -> Any:
    """c and both penalties."""
    return s.tuples(s.reals(-2.0, 3.0), s.reals(0.1, 1.0), s.reals(0.1, 1.0))


def damping(m: Any, c: Any, first: Any, second: Any) -> Any:
    """The divergence of the paired field at (c, 0), by its polynomial: p(-1) - p(1) over 2."""
    return (paired_polynomial(m, -1, c, first, second) - paired_polynomial(m, 1, c, first, second)) / 2


def damping_plain(m: Any, c: Any, first: Any, second: Any) -> Any:
    """The same of the plain field."""
    return (plain_polynomial(m, -1, c, first, second) - plain_polynomial(m, 1, c, first, second)) / 2
