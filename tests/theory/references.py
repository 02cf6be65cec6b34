"""References of 40 digits for 2,000 random pairs, against which the errors that are stated are held: `python -m tests.theory.references`.

Pair i, and which distance of it is asked for, follow from i alone. Where there is a closed form the reference is that; else
Gauss's rule on panels that are halved until nothing moves. All in balls (Arb), as precise as it takes, and nothing of
theory/ but the parameters as they are kept. The file beside this script holds them, a line each.
"""

from itertools import pairwise
from pathlib import Path
from random import Random

from flint import arb, ctx

from theory import GaussianMixture, divergence, transport

FILE = Path(__file__).with_name("references.txt")
COUNT, DIGITS, BITS = 2000, 40, 1200
NODES, GOAL, DEPTH = 24, 1e-34, 60

FOUND = {
    name: getattr(divergence, name)
    for name in ("kl", "reverse_kl", "jeffrey", "hellinger2", "pearson", "neyman", "tv", "js", "nonsaturating")
} | {
    "w1": transport.wasserstein,
    "w2": lambda p, q: transport.wasserstein(p, q, 2),
    "energy": transport.energy_distance,
}  # fmt: skip
KINDS = [
    *[("gaussians", name) for name in FOUND if name not in ("js", "nonsaturating")],
    *[("mixtures", name) for name in ("kl", "js", "hellinger2", "nonsaturating", "energy")],
    *[("moved", name) for name in ("w1", "w2")],
    *[("plane", name) for name in ("kl", "reverse_kl", "jeffrey", "hellinger2", "pearson")],
]
BOUNDED = {"hellinger2", "tv", "js", "w1", "w2", "energy"}


def pair(i):
    """Which family, which distance, and both mixtures."""
    r = Random(f"pair {i}")
    kind, name = KINDS[i % len(KINDS)]
    make = {"gaussians": _gaussians, "mixtures": _mixtures, "moved": _moved, "plane": _plane}[kind]
    return kind, name, *make(r, name)


def _gaussians(r, name):
    """Separations from 1e-13 to 1e120 (1e250 where there is a greatest value, or order one), ratios to 1e8, of any size."""
    s = 10 ** (r.uniform(-4, 4) + r.choice([0, 0, 0, -150, 150]))
    t = s * 10 ** r.choice([0, r.uniform(-8, 8), r.uniform(-0.3, 0.3), r.uniform(-1, 1) * 10 ** r.uniform(-12, -6)])
    top = 120 if s > 1 or name not in BOUNDED else 250
    apart = 10 ** r.choice(
        [r.uniform(-13, 0), r.uniform(0, 1.7), r.uniform(0, 1.7), r.uniform(2, 20), r.uniform(0, top)]
    )
    mean = r.gauss(0, 1) * s * 10 ** r.uniform(-3, 3)
    other = mean + r.choice([-1, 1]) * apart * min(s, t)
    return GaussianMixture([1.0], [mean], stds=[s]), GaussianMixture([1.0], [other], stds=[t])


def _mixtures(r, name):
    """Two or three components up to 1e6 widths apart, ratios to 1e6, weights to 1e-15; a third of the pairs nearly equal."""

    def one():
        K = r.choice([1, 2, 3])
        w = [10 ** -(r.choice([0, 0, r.uniform(0, 15)])) for _ in range(K)]
        spread = 10 ** r.choice([r.uniform(0, 1.6), r.uniform(0, 6)])
        return [
            w,
            [r.gauss(0, 1) * spread for _ in w],
            [10 ** r.choice([r.uniform(-0.5, 0.5), r.uniform(-4, 2)]) for _ in w],
        ]

    p = one()
    little = 10 ** r.uniform(-9, -1)
    q = [[v * (1 + little * r.gauss(0, 1) / 9) for v in column] for column in p] if r.random() < 0.33 else one()
    return tuple(GaussianMixture([v / sum(w) for v in w], m, stds=s) for w, m, s in (p, q))


def _moved(r, name):
    """A mixture and its image under an affine map, exact in floats."""
    K = r.choice([1, 2, 3])
    places = [r.randrange(-(2**20), 2**20) / 2.0**14 for _ in range(K)]
    widths = [r.randrange(1, 2**14) / 2.0**14 for _ in range(K)]
    scale = 1.0 if name == "w1" else r.choice([1.0, 2.0, 0.5, 16.0, 2.0**-10])
    shift = r.choice([-1, 1]) * 2.0 ** r.randrange(-20, 26)
    w = [1 / K] * K
    image = GaussianMixture(w, [scale * m + shift for m in places], stds=[scale * s for s in widths])
    return GaussianMixture(w, places, stds=widths), image


def _plane(r, name):
    """Gaussians up to 1e5 widths apart, flat to 1e6 and turned."""
    from math import cos, sin

    def one():
        angle, a = r.uniform(0, 3.15), 10 ** r.uniform(-1, 1)
        b = a * 10 ** -r.choice([0, r.uniform(0, 1), r.uniform(0, 6)])
        c, s = cos(angle), sin(angle)
        across = (a - b) * (a + b) * c * s
        spread = 10 ** r.choice([r.uniform(-3, 0.5), r.uniform(0, 5)])
        mean = [r.gauss(0, 1) * spread for _ in range(2)]
        return mean, [[(a * c) ** 2 + (b * s) ** 2, across], [across, (a * s) ** 2 + (b * c) ** 2]]

    return tuple(GaussianMixture([1.0], [m], covs=[C]) for m, C in (one(), one()))


def reference(i):
    """The distance of pair i as a ball, or None where it is infinite."""
    kind, name, p, q = pair(i)
    before, ctx.prec = ctx.prec, BITS
    try:
        if kind == "plane":
            return _of_flat(name, p, q)
        a, b = _parts(p), _parts(q)
        if kind == "moved":
            scale = arb(q.stds[0]) / arb(p.stds[0])
            shift = arb(q.means[0]) - scale * arb(p.means[0])
            return (
                abs(shift)
                if name == "w1"
                else sum(w * (((scale - 1) * m + shift) ** 2 + ((scale - 1) * s) ** 2) for w, m, s in a).sqrt()
            )
        if name == "energy":
            return (2 * _apart(a, b) - _apart(a, a) - _apart(b, b)).sqrt()
        if kind == "gaussians":
            return _of_gaussians(name, a[0][1] - b[0][1], a[0][2], b[0][2])
        ctx.prec = 200
        return _integral(INTEGRANDS[name], a, b)
    finally:
        ctx.prec = before


def _parts(p):
    total = sum((arb(w) for w in p.weights.tolist()), arb(0))
    return [
        (arb(w) / total, arb(m), arb(s))
        for w, m, s in zip(p.weights.tolist(), p.means.tolist(), p.stds.tolist(), strict=True)
    ]


def _folded(m, s):
    """E|N(m, s²)|."""
    z = abs(m) / s
    return s * (2 / arb.pi()).sqrt() * (-z * z / 2).exp() + abs(m) * (1 - (z / arb(2).sqrt()).erfc())


def _apart(a, b):
    return sum((w * v * _folded(m - n, (s * s + t * t).sqrt()) for w, m, s in a for v, n, t in b), arb(0))


def _of_gaussians(name, d, s, t):
    kl = lambda s, t: (t / s).log() + ((s - t) * (s + t) + d * d) / (2 * t * t)  # noqa: E731
    wide = s * s + t * t
    if name in ("pearson", "neyman"):
        s, t = (s, t) if name == "pearson" else (t, s)
        v = 2 * t * t - s * s
        return (d * d / v).exp() * t * t / (s * v.sqrt()) - 1 if v > 0 else None
    return {
        "kl": lambda: kl(s, t),
        "reverse_kl": lambda: kl(t, s),
        "jeffrey": lambda: kl(s, t) + kl(t, s),
        "hellinger2": lambda: 1 - (2 * s * t / wide).sqrt() * (-d * d / wide / 4).exp(),
        "w1": lambda: abs(d) if s == t else _folded(d, abs(s - t)),
        "w2": lambda: (d * d + (s - t) ** 2).sqrt(),
        "tv": lambda: _tv(d, s, t),
    }[name]()


def _tv(d, s, t):
    """Between the places where the densities cross, 0 in the middle of the one of width s."""
    mass = lambda low, high: ((low / arb(2).sqrt()).erfc() - (high / arb(2).sqrt()).erfc()) / 2  # noqa: E731
    if s == t:
        return 1 - (abs(d) / s / 2 / arb(2).sqrt()).erfc()
    A, B, C = (
        (t - s) * (t + s),
        2 * d * s * s,
        -s * s * (d * d + 2 * t * t * (t / s).log()),
    )  # A y² - B y + C, y = x - μ
    root = (B * B / 4 - A * C).sqrt()
    y = [(B / 2 + sign * root) / A for sign in (-1, 1)]
    low, high = y if y[0] < y[1] else y[::-1]
    return abs(mass(low / s, high / s) - mass((low + d) / t, (high + d) / t))


def _of_flat(name, p, q):
    (m, S), (n, T) = (
        ([arb(x) for x in g.means[0].tolist()], [[arb(x) for x in row] for row in g.covs[0].tolist()]) for g in (p, q)
    )
    det = lambda C: C[0][0] * C[1][1] - C[0][1] ** 2  # noqa: E731
    d = [x - y for x, y in zip(m, n, strict=True)]
    square = lambda C: (C[1][1] * d[0] ** 2 - 2 * C[0][1] * d[0] * d[1] + C[0][0] * d[1] ** 2) / det(C)  # noqa: E731
    trace = lambda C, D: (D[1][1] * C[0][0] - 2 * D[0][1] * C[0][1] + D[0][0] * C[1][1]) / det(D)  # noqa: E731
    kl = lambda C, D: (trace(C, D) + square(D) - 2 + (det(D) / det(C)).log()) / 2  # noqa: E731
    mixed = lambda a, b: [[a * x + b * y for x, y in zip(*rows, strict=True)] for rows in zip(S, T, strict=True)]  # noqa: E731
    if name == "pearson":  # of 2T - S, which must be positive definite
        V = mixed(-1, 2)
        return det(T) / (det(S) * det(V)).sqrt() * square(V).exp() - 1 if det(V) > 0 and V[0][0] > 0 else None
    if name == "hellinger2":
        M = mixed(arb(1) / 2, arb(1) / 2)
        return 1 - (det(S) * det(T)) ** (arb(1) / 4) / det(M).sqrt() * (-square(M) / 8).exp()
    return {"kl": kl(S, T), "reverse_kl": kl(T, S), "jeffrey": kl(S, T) + kl(T, S)}[name]


INTEGRANDS = {
    "kl": lambda p, q: p * (p / q).log(),
    "js": lambda p, q: (p * (2 * p / (p + q)).log() + q * (2 * q / (p + q)).log()) / 2,
    "hellinger2": lambda p, q: (p.sqrt() - q.sqrt()) ** 2 / 2,
    "nonsaturating": lambda p, q: (p + q) * ((p + q) / (2 * p)).log(),
}


def _integral(f, a, b):
    """∫ f(p, q) by Gauss's rule, panels halved until that changes nothing."""
    rule = [arb.legendre_p_root(NODES, k, weight=True) for k in range(NODES)]
    steps = [-40, -30, -20, -12, -9, -6, -3, 0, 3, 6, 9, 12, 20, 30, 40]
    knots = sorted({float(m) + float(s) * step for _, m, s in a + b for step in steps})

    def density(side, x):
        return sum((w / s * (-(((x - m) / s) ** 2) / 2).exp() for w, m, s in side), arb(0)) / (2 * arb.pi()).sqrt()

    def panel(low, high):
        half, middle = (high - low) / 2, (high + low) / 2
        places = [(middle + half * x, w) for x, w in rule]
        return half * sum((w * f(density(a, x).mid(), density(b, x).mid()).mid() for x, w in places), arb(0)).mid()

    total, left = arb(0), [(arb(low), arb(high), None) for low, high in pairwise(knots)]
    left = [(low, high, panel(low, high)) for low, high, _ in left]
    size = abs(sum((v for _, _, v in left), arb(0)))
    for _ in range(DEPTH):
        more = []
        for low, high, value in left:
            middle = ((low + high) / 2).mid()
            halves = [(low, middle, panel(low, middle)), (middle, high, panel(middle, high))]
            found = halves[0][2] + halves[1][2]
            if abs(found - value) <= size * GOAL:
                total += found
            else:
                more += halves
        left = more
        if not left:
            return total
    raise RuntimeError("panels are still halved")


def written(value):
    """As it stands in the file."""
    return "inf" if value is None else value.str(DIGITS, radius=False)


def main():
    FILE.write_text("".join(f"{i} {' '.join(pair(i)[:2])} {written(reference(i))}\n" for i in range(COUNT)), "utf-8")


if __name__ == "__main__":
    main()
