"""The errors that distances state, held against references of 40 digits over and beyond the range that is promised."""

import math

import pytest
from flint import arb, ctx

from tests.theory import references
from tests.theory.references import COUNT, FILE, FOUND, pair, reference, written

LINES = [line.split() for line in FILE.read_text("utf-8").splitlines()]
PARTS = 10
HUGE, LOOSE = 1e300, 1e-12


def misses(i, line):
    """What is wrong with what is found for pair i, if anything."""
    _, kind, name, digits = line
    _, _, p, q = pair(i)
    found = FOUND[name](p, q)
    if digits == "inf":
        return None if found.value == math.inf and found.error == 0 else f"{i} {kind} {name}: infinite, found {found}"
    before, ctx.prec = ctx.prec, 400
    try:
        exact = arb(digits)
        if exact > HUGE:  # its logarithm is what is found
            off = abs(arb(found.log_value) - exact.log()) / exact.log()
            return None if off < LOOSE else f"{i} {kind} {name}: e^{exact.log().str(15)}, found {found}"
        if (
            math.isfinite(found.value)
            and math.isfinite(found.error)
            and abs(arb(found.value) - exact) <= arb(found.error)
        ):
            return None
        off = abs(arb(found.value) - exact).str(3, radius=False) if math.isfinite(found.value) else "all"
        return f"{i} {kind} {name}: {digits[:20]}, off {off}, found {found}"
    finally:
        ctx.prec = before


def test_every_pair_has_its_reference():
    """The file holds one line for each of 2,000 pairs, and every family and distance has its share."""
    assert len(LINES) == COUNT == 2000
    for i, line in enumerate(LINES):
        kind, name, *_ = references.KINDS[i % len(references.KINDS)]
        assert line[:3] == [str(i), kind, name]


@pytest.mark.parametrize("part", range(PARTS))
def test_no_stated_error_is_too_small(part):
    """Of 2,000 random pairs none is farther from its reference than the error that is stated."""
    wrong = [misses(i, LINES[i]) for i in range(part, COUNT, PARTS)]
    assert not [miss for miss in wrong if miss]


def test_errors_are_small_where_they_are_promised_to_be():
    """In the promised range (separations up to 40, ratios up to 1e4, values above 1e-9) they are below 1e-10 of the value."""
    promised = 0
    for i, line in enumerate(LINES):
        kind, name, p, q = pair(i)
        if kind in ("plane", "moved") or line[3] == "inf":
            continue
        widths = [*p.stds, *q.stds]
        apart = max(abs(float(m) - float(n)) for m in (*p.means, *q.means) for n in (*p.means, *q.means))
        near = apart <= 40 * min(widths) and max(widths) <= 1e4 * min(widths) and abs(p.means[0]) < 1e3 * min(widths)
        if near and 1e-9 < float(line[3]) < HUGE and i % 4 == 0:
            promised += 1
            found = FOUND[name](p, q)
            assert found.error <= 1e-10 * found.value, f"{i} {kind} {name}: {found}"
    assert promised > 100


@pytest.mark.parametrize("i", range(7, COUNT, 20))
def test_references_are_what_they_were(i):
    """A hundred of them computed anew give the same digits."""
    assert written(reference(i))[:36] == LINES[i][3][:36]
