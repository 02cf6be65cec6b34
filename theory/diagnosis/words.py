"""The nine faults: what each says, what its size measures, from where on it counts, what it brings along, what explains it.

A size is called present where it lies surely above `least` and absent where it lies surely below `most`. Between the two
a fault is small: found where n allows, and no longer worth looking for.
"""

from dataclasses import dataclass

KEPT = 0.25
"""A mode is dropped where less than this part of its weight is left: with less it is a mode that is rarely seen, and
to tell a mode of weight w from none takes 4/w times the logarithm of one over the error."""

TAIL = 1e-3
"""The share of right samples outside the radius of their mode."""

OVERLAP = 0.005
"""How much of the law may lie in the ball around a mean for a collapse to it to be told from the law."""


@dataclass(frozen=True)
class Kind:
    """A kind of fault, with its thresholds in `unit`, the kinds that it implies, and ids of claims."""

    says: str
    unit: str
    least: float
    most: float
    implies: tuple[str, ...]
    claims: tuple[str, ...]


FAULTS = {
    "dropped": Kind(
        "Modes in which less than a quarter of their weight is left.",
        "share of the law in such modes",
        0.0,
        0.0,
        ("reweighted",),
        (
            "gans_drop_where_vaes_diffuse",
            "finite_discriminators_miss_modes",
            "dropped_mode_is_stable_for_translation",
            "price_of_dropping_and_inventing",
        ),
    ),
    "reweighted": Kind(  # 0.02: less is moved by what bridges take from their ends
        "Samples of modes come in other shares than the law's.",
        "total variation between the shares of modes and their weights",
        0.02,
        0.1,
        (),
        ("saturation", "collapse_on_demand", "gans_drop_where_vaes_diffuse"),
    ),
    "blurred": Kind(  # 0.03: junk of a few per cent near a mode widens it by as much
        "Modes are wider than the law's.",
        "factor of the spread - 1",
        0.03,
        0.1,
        ("bridged", "invented"),
        ("gaussian_decoder_is_convolution", "learned_variance_sharpens", "edge_blur", "forward_kl_is_moment_matching"),
    ),
    "shrunk": Kind(
        "Modes are narrower than the law's.",
        "1 - factor of the spread",
        0.03,
        0.1,
        ("copied",),
        ("best_response_is_dirac", "collapse_order", "mean_versus_sample"),
    ),
    "shifted": Kind(
        "Modes lie beside their place.",
        "distance of the centres in standard deviations",
        0.05,
        0.25,
        (),
        ("dirac_gan", "l1_optimum_is_median"),
    ),
    "bridged": Kind(  # 0.005: five times the share of right samples outside every mode
        "Samples lie between modes, near the segments that join neighbours.",
        "share of samples",
        0.005,
        0.02,
        ("reweighted", "blurred", "shifted", "dropped"),
        ("continuous_generator_bridges_or_drops", "prior_holes_bridge", "latent_noise_interpolates", "leak_bound"),
    ),
    "invented": Kind(
        "Samples lie neither in a mode nor between two.",
        "share of samples",
        0.005,
        0.02,
        ("dropped", "blurred", "bridged"),
        ("price_of_dropping_and_inventing", "off_manifold_distance", "precision_recall"),
    ),
    "collapsed": Kind(
        "Samples lie at the mean: of all, of two neighbouring modes, of y given x.",
        "share of samples",
        0.005,
        0.02,
        ("dropped", "reweighted", "bridged", "invented", "blurred", "shrunk", "shifted", "copied"),
        ("l2_optimum_is_mean", "mean_falls_in_gap", "mean_is_caught", "one_step_denoiser_is_mean"),
    ),
    "copied": Kind(
        "Samples repeat each other, or points of the training set.",
        "share of samples",
        0.002,
        0.02,
        ("reweighted", "shrunk"),
        ("finite_discriminators_miss_modes", "packing_sees_collapse"),
    ),
}

FAMILY = len(FAULTS) + 1
"""Among how many the error of a diagnosis is shared out: the faults, and the global checks together."""
