"""What a notebook shows of a mixture and of an estimate: HTML with a picture in SVG, in the ink of the page that it stands on."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

WIDE, HIGH, EDGE = 320, 130, 8
"""Pixels of a picture, and between what is drawn and its edge."""
ROWS, SHAPES = 12, 200
"""How many components are told, and drawn; the heaviest."""
REACH = {1: 4.0, 2: 2.0}
"""How many standard deviations about the means are shown, on the line and in a plane."""


def estimate(e: Any) -> str:
    """The number with its error and the kind of that error."""
    return f"<p><b>{e.value:.10g}</b> ± {e.error:.1e} ({escape(e.kind)})</p>"


def mixture(p: Any) -> str:
    """The density on the line, or the components in the first two coordinates as ellipses of 2σ; and a table of the components."""
    where = "on the line" if p.dim == 1 else f"in {p.dim} dimensions"
    picture = _framed(_density(p) if p.dim == 1 else _ellipses(p))
    return f"<p>{len(p)} Gaussian component{'s' * (len(p) > 1)} {where}</p>{picture}{_table(p)}"


def _table(p: Any) -> str:
    order = np.argsort(-p.weights, kind="stable")[:ROWS]
    rows = (
        f"<tr><td>{p.weights[k]:.4g}</td><td>{_numbers(p.means[k])}</td><td>{_numbers(p.stds[k])}</td></tr>"
        for k in order
    )
    more = f"<tr><td>… {len(p) - ROWS} more</td></tr>" if len(p) > ROWS else ""
    return f"<table><tr><th>weight</th><th>mean</th><th>deviation</th></tr>{''.join(rows)}{more}</table>"


def _numbers(values: Any) -> str:
    return ", ".join(f"{value:.4g}" for value in np.atleast_1d(values)[:ROWS]) + (
        ", …" if np.size(values) > ROWS else ""
    )


def _framed(drawn: str) -> str:
    """The picture, which has no background and the ink of its page; nothing where numbers are too large to be drawn."""
    if not drawn:
        return ""
    return f'<svg width="{WIDE}" height="{HIGH}" viewBox="0 0 {WIDE} {HIGH}" fill="none" stroke="currentColor">{drawn}</svg>'


def _density(p: Any) -> str:
    low, high = (np.ravel(p.means) + side * REACH[1] * np.ravel(p.stds) for side in (-1, 1))
    x = np.linspace(low.min(), high.max(), WIDE)
    y = p.pdf(x)
    if not (np.isfinite(x).all() and np.isfinite(y).all() and y.max() > 0):
        return ""
    across = np.linspace(EDGE, WIDE - EDGE, WIDE)
    up = HIGH - EDGE - (HIGH - 2 * EDGE) * y / y.max()
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(across, up, strict=True))
    return f'<polyline points="{points}"/><path d="M{EDGE} {HIGH - EDGE}H{WIDE - EDGE}" stroke-width="0.5"/>'


def _ellipses(p: Any) -> str:
    """Each component by its two first coordinates, in one scale; the heavier, the darker."""
    kept = np.argsort(-p.weights, kind="stable")[:SHAPES]
    centres, covs = p.means[kept, :2], p.covs[kept, :2, :2]
    sides = REACH[2] * np.sqrt(np.diagonal(covs, axis1=1, axis2=2))
    low, high = (centres - sides).min(axis=0), (centres + sides).max(axis=0)
    if not np.isfinite(high - low).all() or not (high > low).all():
        return ""
    scale = min((WIDE - 2 * EDGE) / (high - low)[0], (HIGH - 2 * EDGE) / (high - low)[1])
    middle, drawn = (low + high) / 2, []
    for k, centre, cov in zip(kept, centres, covs, strict=True):
        (small, large), axes = np.linalg.eigh(cov)
        x, y = np.array([WIDE, HIGH]) / 2 + scale * (centre - middle) * [1, -1]
        turn = -np.degrees(np.arctan2(axes[1, 1], axes[0, 1]))
        radii = (scale * REACH[2] * np.sqrt(max(value, 0.0)) for value in (large, small))
        size = 'rx="{:.1f}" ry="{:.1f}"'.format(*radii)
        darkness = 0.2 + 0.8 * p.weights[k] / p.weights[kept[0]]
        drawn.append(
            f'<ellipse {size} transform="translate({x:.1f} {y:.1f}) rotate({turn:.0f})" opacity="{darkness:.2f}"/>'
        )
    return "".join(drawn)
