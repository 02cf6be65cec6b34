"""Every public function of theory refuses bad arguments in one form: `NAME: expected WHAT, got THIS`.

`tests.fuzz.theory` finds the functions and says what a good call is; a new one fails here until it is told. Each argument
in turn is then replaced by what can never be right, and by what `WRONG` lists as out of its range.
"""

import inspect
import re
from itertools import combinations

import numpy as np
import pytest

from tests.fuzz.theory import ABSENT, PLANE, SKEW, SPACE, SPECIAL, VALID, P, Q, by_covs, by_stds, found, right
from theory import GaussianMixture, divergence

NEVER = {"NaN": np.nan, "text": "wrong", "object": object()}
WRONG = {
    "divergence.alpha": {"a": [1e9, -1e7]},
    "discriminator.nonsaturating_slope": {"p": [[1.0, 0.0]], "q": [[1.0]], "tangent": [[0.1]]},
    "rate.information": {"source": [[0.5, 0.6]], "channel": [[[1.0]], [[0.5, 0.6], [0.5, 0.5]]]},
    "rate.prior_gap": {"prior": [[1.0], [0.5, 0.6]]},
    "rate.model_gap": {"prior": [[1.0]], "decoder": [[[1.0]], [[0.9, 0.2], [0.3, 0.7]], [[1.5, -0.5], [0.3, 0.7]]]},
    "rate.fano": {"error": [1.1], "modes": [1]},
    "rate.least_error": {"rate": [-0.1], "modes": [1]},
    "binary.entropy": {"w": [-0.1, 1.1]},
    "binary.kl": {"w": [1.1], "v": [-0.1]},
    "binary.inverse_entropy": {"nats": [-0.1, 0.7]},
    "blahut_arimoto.blahut_arimoto": {
        "source": [[0.5, 0.6]],
        "cost": [[1.0], [[1.0]], [[-1.0], [1.0]]],
        "temperature": [0.0],
        "tolerance": [0.0],
        "most": [0, 1.5],
    },
    "collapse.objective": {"t": [0.1, 1.1], "u": [0.0], "weight": [0.0, 1.0]},
    "collapse.separation": {"u": [-1.0]},
    "collapse.separation_beyond": {"excess": [-1.0]},
    "collapse.self_coupled": {"x": [-1.0]},
    "collapse.equidistant_global_threshold": {"modes": [1]},
    "collapse.equidistant_local_threshold": {"modes": [1]},
    "collapse.gaussian_objective": {"minor": [(0.0, 0.0), (1.0,)], "major": [(0.0, -1.0)], "u": [0.0], "weight": [1.0]},
    "dirac.field": {"method": ["gan"], "strength": [-1.0]},
    "dirac.jacobian": {"method": ["wgan_gp"]},
    "dirac.step": {"h": [0.0, 1e75]},
    "dirac.orbit": {"steps": [-1, 1.5], "h": [1e19]},
    "dirac.nonsaturating_radius2": {"start": [0.0], "time": [-1.0]},
    "distillation.pull": {"a": [0.0], "s": [0.0], "std": [-1.0]},
    "distillation.pull_floor": {"mu": [0.0], "a": [0.0], "s": [0.0], "std": [-1.0]},
    "distillation.place": {"a": [0.0], "s": [0.0], "low": [0.0], "high": [0.1, 0.05], "weight": ["even"]},
    "distillation.share_slope": {"v": [-0.1, 1.0], "w": [0.0, 1.0], "r": [0.0, 1e10]},
    "distillation.share_pull": {"gap": [-0.1, 1.1], "r": [0.0, 1e10]},
    "guidance.ode_variance": {"var": [0.0], "ratio": [1e-5, 1e5], "gamma": [-21.0, 21.0]},
    "guidance.sde_variance": {"var": [0.0], "ratio": [1e-5, 1e5], "gamma": [-21.0, 21.0]},
    "guidance.tilted_variance": {"var": [0.0], "ratio": [1e-5], "gamma": [-5.0, 21.0]},
    "guidance.log_error": {"var": [0.0], "good": [0.0], "bad": [0.0]},
    "guidance.exact_strength": {"var": [0.0], "good": [0.0], "bad": [0.0, 1.7]},
    "guidance.slope": {"eta": [-1.0], "a": [0.0], "gamma": [1e5], "weight": [-0.1, 1.0]},
    "guidance.closing": {"eta": [-1.0], "a": [0.0], "gamma": [1e5], "weight": [-0.1, 1.0]},
    "guidance.quantile": {"z": [1e5], "r": [0.0, 1e5], "gamma": [0.9, 1e5], "weight": [1.1], "start_std": [-1.0]},
    "guidance.strong_slope": {"theta": [-1.0], "weight": [-0.1, 1.0]},
    "guidance.at_most": {"z": [0.0], "theta": [-1.0], "weight": [0.0, 1.0]},
    "guidance.strong_shift": {"weight": [0.001, 0.999]},
    "guidance.strong_width": {"weight": [0.001, 0.999]},
    "relativistic.field": {"penalty": [-1.0]},
    "relativistic.plain_field": {"penalty": [-1.0]},
    "relativistic.eigenvalues": {"penalty": [-1.0]},
    "relativistic.plain_eigenvalues": {"penalty": [-1.0]},
    "discriminator.value": {"p": [[0.5, 0.6]], "q": [[1.0]], "d": [[0.1, 1.1], [0.5]]},
    "discriminator.optimal_logit": {"q": [PLANE]},
    "discriminator.optimal_value": {"js": [0.7]},
    "discriminator.best_accuracy": {"tv": [1.1]},
    "discriminator.one_mode_tv": {"ratio": [0.0]},
    "discriminator.kept_modes_tv": {"kept": [0, 5], "modes": [0]},
    "divergence.kl": {"p": [P.means, None], "q": [SPACE]},
    "divergence.kl.many": {"ps": [[PLANE], P, []], "qs": [[Q, Q]]},
    "edges.mean_edge": {"std": [0.0]},
    "edges.rise": {"fraction": [0.5, 1.0], "std": [-1.0]},
    "edges.mean_line": {"width": [0.0]},
    "edges.mean_template": {"template": [[[1.0]]], "shift_weights": [[1.0]]},
    "edges.median_template": {"shift_weights": [[0.5, 0.3, 0.3]]},
    "encoder_noise.decoder": {"a": [0.0], "v": [0.0]},
    "encoder_noise.error": {"gamma": [-1.0]},
    "encoder_noise.best_decoder_slope": {"outputs": [[1.0]], "codes": [[1.0, 2.0, 3.0]], "v": [0.0]},
    "encoder_noise.far_error": {"gamma": [0.0]},
    "flow.velocity": {"t": [-0.1, 1.1], "p": [3.0]},
    "flow.euler": {"steps": [0]},
    "flow.exact_map": {"p": [PLANE]},
    "frechet.squared_distance": {"q": [PLANE]},
    "frechet.cubic_mmd2": {"q": [PLANE]},
    "frechet.pair_cubic_mmd2": {"a": [-1.0, 1e60], "w": [-0.1, 1.1]},
    "frechet.mean_deviation": {"n": [1]},
    "frechet.expected_squared_distance": {"n": [1], "tau": [-0.1]},
    "frechet.favoured_deviation": {"n": [1]},
    "hilbert.vertices": {"order": [-1, 11]},
    "hilbert.curve": {"t": [-0.1, 1.1]},
    "hilbert.lipschitz": {"order": [-1]},
    "hilbert.covering_radius": {"order": [-1]},
    "holes.bridged": {"m": [0.0], "v": [0.0], "fraction": [0.0, 1.0]},
    "isoperimetry.least_outside": {"mass": [0.0, 1.0], "ratio": [-1.0]},
    "isoperimetry.enlarged_mass": {"masses": [[0.0], [[0.5]]]},
    "isoperimetry.least_equal_outside_of_many": {"sets": [1]},
    "isoperimetry.least_lipschitz": {"distance": [0.0]},
    "isoperimetry.monotone_slope": {"p": [PLANE]},
    "isoperimetry.middle_slope": {"std": [0.0]},
    "kernel_discriminator.mean_kernel": {"q": [PLANE], "bandwidth": [0.0]},
    "kernel_discriminator.expected_mmd2": {"n": [0]},
    "kernel_discriminator.sample_mmd2": {"n": [0]},
    "kernel_discriminator.threshold_miss": {"delta": [0.0, 1.0]},
    "kernel_discriminator.threshold_bound": {"delta": [0.0, 1.0]},
    "kernel_discriminator.duplicate_probability": {"draws": [-1], "atoms": [0]},
    "kernel_discriminator.duplicate_limit": {"ratio": [-1.0]},
    "kernel_discriminator.birthday_draws": {"atoms": [0.5], "probability": [1.0]},
    "ladder.jump": {"name": ["tv"], "a": [-0.1, 1.1]},
    "ladder.rivals": {"r": [0.0]},
    "landscapes.separable": {"assignment": [[2], [-2], [0.5], [[0]]]},
    "landscapes.bad_minima": {"n": [0]},
    "landscapes.climb": {"loss": [None], "path": [[], [[3.0]]]},
    "leak.least_kept": {"w": [0.0, 1.0], "epsilon": [-0.1]},
    "location.squared_risk": {"p": [None]},
    "location.conditional_risk": {"conditionals": [[P], [P, None]], "predictions": [[0.1]]},
    "location.lp_risk": {"power": [0.9, 33.0], "p": [PLANE]},
    "location.lp_minimiser": {"power": [0.9, 33.0], "p": [PLANE]},
    "location.two_point_lp_minimiser": {"power": [1.0], "weight": [0.0], "a": [0.0]},
    "location.far_median": {"weight": [0.5, 1.0], "s": [0.0], "a": [0.0]},
    "location.far_median_gap": {"ratio": [0.0], "weight": [0.5]},
    "memorising.kernel_estimate": {"points": [[], [[1.0]]], "std": [0.0]},
    "memorising.denoise": {"points": [[], [[1.0]]], "std": [0.0]},
    "memorising.velocity": {"points": [[], [[1.0]]], "std": [0.0]},
    "memorising.copy_error": {"distances": [[], [-1.0, 1.0], [[1.0]]], "gaps": [[1.0], [-1.0, 1.0]], "std": [0.0]},
    "memorising.held_out_bound": {"p": [PLANE], "points": [[], [[1.0]]], "std": [0.0]},
    "memorising.one_point_divergence": {"std": [0.0]},
    "entropic.least_cost": {
        "weights": [[0.5, 0.6]],
        "points": [[[1.0, 2.0]], [1.0, 2.0]],
        "q_weights": [[0.5, 0.6]],
        "q_points": [[[1.0], [2.0]], [[1.0, 2.0]]],
        "epsilon": [0.0],
    },
    "entropic.gaussian_variance": {"std": [0.0], "epsilon": [-0.1]},
    "entropic.collapse_from": {"a": [0.0], "s": [0.0], "weight": [0.0, 1.0]},
    "entropic.largest_gain": {"a": [0.0], "s": [0.0], "weight": [0.0, 1.0], "epsilon": [0.0], "shift": [np.inf]},
    "entropic.two_points_cost": {"a": [0.0], "weight": [0.0, 1.0], "epsilon": [0.0]},
    "minibatch_transport.least_growth": {"w": [0.0, 1.0], "theta": [-0.1, 1.1], "batch": [0, 1.5], "distance": [0.0]},
    "minibatch_transport.slope_at_zero": {"w": [0.0, 1.0], "batch": [0], "distance": [0.0]},
    "minibatch_transport.slope_at_own_share": {"w": [0.0, 0.5], "batch": [0], "distance": [0.0]},
    "minibatch_transport.dropped_tail": {"batch": [0, 1.5]},
    "minibatch_transport.share": {"w": [0.0, 1.0], "batch": [0, 10**5]},
    "minibatch_transport.least_on_line": {
        "weights": [[0.5, 0.6]],
        "places": [[1.0], [[1.0, 2.0]]],
        "batch": [0, 10**5],
    },
    "minibatch_transport.energy": {"w": [0.0, 1.0], "theta": [-0.1, 1.1], "distance": [0.0]},
    "minibatch_transport.energy_share": {"w": [0.0, 1.0], "batch": [1]},
    "mixture.GaussianMixture": {
        "weights": [[0.5, 0.6], [-0.5, 1.5], [], [0.5, 0.5 + 2e-9]],
        "means": [[1.0], [[[1.0]], [[2.0]]], []],
        "stds": [[0.5, 0.0], [1.0], [-1.0, 1.0], [np.inf, 1.0]],
    },
    "mixture.GaussianMixture with covs": {
        "covs": [[[[1.0]], [[1.0]]], [np.eye(2), np.diag([1.0, 0.0])], [np.eye(2), [[1.0, 0.5], [0.4, 1.0]]]],
    },
    "mixture.sample": {"n": [-1, 1.5], "rng": [-1, None]},
    "mixture.ppf": {"u": [-0.1, 1.1]},
    "mixture.isf": {"u": [-0.1, 1.1]},
    "mixture.smooth": {"std": [-0.1, np.inf]},
    "mixture.denoise": {"std": [-0.1]},
    "mixture.marginal": {"axes": [2, [0, 0], [], -1]},
    "mixture.conditional": {"given": [{}, {0: np.nan}, {2: 0.0}, {0: 1.0, 1: 1.0}]},
    "own_samples.kept_replaced": {"n": [1], "steps": [-1]},
    "own_samples.kept_pooled": {"n": [1], "steps": [-1, 10**8]},
    "own_samples.kept_for_ever": {"n": [1]},
    "own_samples.missed": {"w": [0.0, 1.0], "n": [0]},
    "own_samples.log_variance_drift": {"n": [1]},
    "packing.pack_tv": {"p": [[0.5, 0.6]], "q": [[1.0]], "size": [0]},
    "packing.binary_pack_tv": {"alpha": [0.9], "tau": [-0.1]},
    "packing.least_pack_tv": {"tau": [0.0, 1.0], "size": [0]},
    "packing.largest_pack_tv": {"tau": [0.0, 1.0]},
    "parallel_decoding.cost": {"table": [[0.5, 0.6]], "groups": [[], [[0]], [[0, 1], [1]], [[0.5], [1]], "01", [[]]]},
    "parallel_decoding.copies_cost": {"theta": [-0.1, 1.1], "k": [0]},
    "parallel_decoding.contradiction": {"theta": [-0.1, 1.1], "k": [0]},
    "parallel_decoding.chain_cost": {"count": [0], "error": [-0.1, 1.1]},
    "parallel_decoding.chain_cost_at_once": {"count": [0], "error": [-0.1, 1.1]},
    "pairing.excess": {"joint": [[[0.5, 0.6]], [[1.5, -0.5]]], "outputs": [[1.0], 0.5]},
    "pairing.gaussian_excess": {"std": [0.0], "correlation": [1.1]},
    "pairing.sorted_mean": {"x": [-0.1, 1.1], "batch": [0.5]},
    "pairing.sorted_excess": {"batch": [0.5], "width": [0.0]},
    "perception.marginal": {"conditionals": [[P], [P, PLANE]]},
    "perception.squared_w2_to_atoms": {"atoms": [[[1.0]]], "atom_weights": [[1.0]], "p": [PLANE]},
    "perception.tradeoff": {"perception": [-0.1]},
    "prd.slopes": {"count": [0]},
    "prd.curve": {"slope": [0.0], "q": [[1.0]]},
    "prd.drop": {"w": [0.0, 1.0], "slope": [0.0]},
    "prd.gaussian_blur": {"factor": [1.0]},
    "prd.planar_blur": {"factor": [1.0]},
    "prd.f_scores": {"weight": [0.0], "precision": [[-0.1, 0.5]], "recall": [[0.5], [0.5, 1.1]]},
    "prices.drop": {"divergence": ["W1"], "w": [0.0, 1.0], "distance": [-1.0, None]},
    "prices.invent": {"w": [0.0, 1.0]},
    "prices.log_price": {"w": [1.0, -0.1]},
    "prices.transport_price": {"distance": [-1.0]},
    "prices.far_mode_kl": {"r": [-1.0]},
    "probability_flow.tweedie": {"std": [0.0]},
    "probability_flow.euler": {"stds": [[1.0, 2.0], [1.0, -1.0], [2.0, 1e-300, 0.0]]},
    "probability_flow.exact_map": {"p": [PLANE], "start_std": [-1.0], "end_std": [-1.0]},
    "probability_flow.start_error": {"p": [PLANE], "std": [0.0]},
    "projection.best_gaussian": {
        "name": ["tv"],
        "p": [PLANE],
        "std": [0.0],
        "a": [None],
        "starts": [[], [(0.0, -1.0)]],
    },
    "quantisation.uniform_distortion": {"levels": [0]},
    "quantisation.panter_dite": {"p": [PLANE], "levels": [0]},
    "quantisation.partial_moments": {"edges": [[0.0, 1.0], [1.0, 0.0, 2.0]], "p": [PLANE]},
    "quantisation.quantise": {"levels": [[0.0, 0.0]], "p": [PLANE]},
    "quantisation.lloyd_max": {"levels": [0, 1.5], "p": [PLANE]},
    "rewards.tilted": {"weights": [[0.5, 0.6]], "rewards": [[1.0], [[0.5, 0.2]]], "beta": [0.0]},
    "rewards.best_value": {"rewards": [[1.0]], "beta": [-1.0]},
    "rewards.log_odds": {"w": [0.0, 1.0], "beta": [0.0]},
    "rewards.noisy_log_odds": {"w": [0.0, 1.0], "tau": [-0.1], "beta": [0.0]},
    "rewards.share_left": {"w": [0.0, 1.0], "ratio": [-0.1]},
    "rewards.forward_share_left": {"w": [0.0, 1.0], "ratio": [-0.1]},
    "rewards.forward_pull": {"w": [0.0, 0.5], "fraction": [0.0, 1.0]},
    "rewards.best_of_kl": {"n": [0]},
    "rate_distortion.two_modes": {"rate": [-0.1], "a": [0.0], "weight": [0.0]},
    "rate_distortion.two_modes_slope": {"rate": [0.7]},
    "rate_distortion.favour_rate": {"t": [1.1], "modes": [1]},
    "rate_distortion.equidistant_modes": {"rate": [-0.1], "side": [0.0], "modes": [1]},
    "schedules.velocity": {"t": [0.0, 1.0]},
    "schedules.carried": {"first": [0.0, 1.1], "last": [0.0, 1.1]},
    "schedules.even_times": {"steps": [0, 10**6]},
    "schedules.falling_levels": {"steps": [0, 10**6], "factor": [0.0, 1.0], "top": [0.0]},
    "schedules.kept": {"std": [0.0], "times": [[], [0.5, 0.5], [-0.1, 1.0], [0.0, 1.1]]},
    "schedules.kept_down": {"std": [0.0], "levels": [[], [1.0, 2.0], [1.0, -0.1]]},
    "score_matching.score_difference": {"a": [0.0], "s": [0.0], "w": [0.0, 1.0], "v": [0.0, 1.0]},
    "score_matching.mean_square": {"w": [0.0, 1.0], "v": [0.0, 1.0], "r": [0.0, 1e7]},
    "score_matching.ceiling": {"w": [0.0, 1.0], "v": [0.0, 1.0], "r": [0.0, 1e7]},
    "score_matching.nats_floor": {"w": [0.0, 1.0], "v": [0.0, 1.0], "r": [0.0, 1e7]},
    "score_matching.over_levels": {"top": [0.0]},
    "scores.birthday_test": {"draws": [1, 10], "radius": [0.0]},
    "scores.mode_report": {"samples": [np.zeros((3, 3))], "deviations": [0.0], "p": [SKEW]},
    "scores.precision_recall": {"real": [np.zeros((3, 3, 3))], "fake": [np.zeros((9, 3))], "k": [9, -1]},
    "scores.density_coverage": {"k": [9, 0]},
    "scores.sample_prd": {"clusters": [0], "count": [0], "rng": [None]},
    "saddles.objective": {"spectrum": [[0.0, 1.0]], "coded": [[0.0, 2.0], [1.0]], "noise_var": [0.0], "beta": [0.0]},
    "saddles.escape": {"latents": [0], "coded": [[0.5, 0.0]]},
    "saddles.turning": {"first": [-1.0], "second": [-1.0], "noise_var": [0.0]},
    "standard.symmetric_pair": {"a": [-1.0], "s": [0.0], "weight": [1.1]},
    "standard.ring": {"modes": [0], "radius": [0.0], "std": [0.0]},
    "standard.grid": {"side": [0, 2.5], "spacing": [0.0], "std": [0.0]},
    "translation.slope": {"name": ["tv"], "r": [0.0], "mean": [np.inf]},
    "translation.curvature": {"name": ["tv"], "r": [-1.0]},
    "translation.pitchfork": {"name": ["kl"]},
    "translation.offset": {"r": [0.0, 1.5]},
    "translation.share_slope": {"r": [0.0]},
    "translation.slope_floor": {"r": [0.0]},
    "straightness.reflowed_velocity": {"t": [-0.1, 1.1]},
    "straightness.reflowed_euler": {"steps": [0, 1001]},
    "straightness.asymmetry": {"p": [P], "start": [[1.0], [1.0, 2.0, 3.0]]},
    "straightness.two_mode_map": {
        "w": [0.0, 1.0],
        "first": [[1.0]],
        "second": [[1.0, 0.5], [1.0]],
        "std": [0.0],
        "start": [[1.0]],
    },
    "thin_images.covered_volume": {"latents": [0], "lipschitz": [0.0], "cells": [0]},
    "thin_images.escaping": {"radius": [0.0]},
    "thin_images.boxed_js": {"density": [0.0, 9.0]},
    "thin_images.event_js": {"alpha": [1.1], "tau": [-0.1]},
    "thin_images.curve_on_grid": {"order": [0], "refinement": [2]},
    "total_correlation.total_correlation": {"table": [[0.5, 0.6], [-0.5, 1.5]]},
    "total_correlation.excess": {"prior": [[1.0], [0.5, 0.6]]},
    "total_correlation.least_excess": {"total": [-1.0], "dim": [0], "rate": [-1.0]},
    "total_correlation.off_target_mass": {"dim": [0]},
    "total_correlation.gaussian_excess": {"v": [0.0], "dim": [0]},
    "total_correlation.least_gaussian_excess": {"dim": [1]},
    "total_correlation.gaussian_total_correlation": {"cov": [[[1.0, 2.0], [2.0, 1.0]], [[1.0, 0.5], [0.4, 1.0]]]},
    "transport.wasserstein": {"order": [3, 0], "p": [PLANE]},
    "transport.energy_distance": {"p": [PLANE, None]},
    "transport.sliced_wasserstein": {"slices": [0], "order": [3], "y": [[[0.0]]], "x": [[0.0]]},
    "transport.sample_wasserstein": {"order": [3], "y": [[[0.0]]]},
    "truncation.share": {"v": [-0.4], "c": [0.0]},
    "truncation.central_share": {"mass": [-0.1, 1.1], "c": [0.0]},
    "truncation.central_slope": {"mass": [-0.1, 1.1], "c": [0.0]},
    "water_filling.rate": {"var": [-1.0], "noise_var": [0.0], "beta": [0.0]},
    "water_filling.sample_var": {"noise_var": [0.0]},
    "water_filling.shown_vars": {"var": [-1.0]},
    "water_filling.power_share": {"frequency": [0.0], "beta": [0.0]},
    "water_filling.direction_objective": {"encoder_var": [0.0]},
    "water_filling.objective": {"data_cov": [[[1.0]], [[1.0, 0.0], [0.5, 1.0]]], "vae": [None]},
    "water_filling.best_encoder": {"decoder": [[1.0]], "noise_var": [0.0]},
    "water_filling.optimum": {"latents": [0, 3], "data_cov": [[[-1.0, 0.0], [0.0, 1.0]], [[1.0, 2.0], [2.0, 1.0]]]},
    "water_filling.best_rank_distortion": {"spectrum": [[0.0], [-1.0, 1.0]], "latents": [3]},
    "water_filling.bottleneck_distortion": {"spectrum": [[0.0], [-1.0, 1.0]], "latents": [3]},
    "water_filling.gaussian_rate": {"total_distortion": [0.0, 5.0]},
    "water_filling.gaussian_distortion": {"total_rate": [-1.0]},
}


FUNCTIONS = found()


def call(name, changed=()):
    """The function with good arguments, but for those changed."""
    function, special = FUNCTIONS[name], SPECIAL.get(name, {})
    if "self" in special:
        function = getattr(special["self"], function.__name__)
    arguments = {}
    for parameter in inspect.signature(function).parameters:
        assert parameter in VALID or parameter in special, f"{name}: VALID has no argument named {parameter}"
        arguments[parameter] = special.get(parameter, VALID.get(parameter))
    arguments = {key: value for key, value in (arguments | dict(changed)).items() if value is not ABSENT}
    return function(**arguments)


def parameters(name):
    return inspect.signature(FUNCTIONS[name]).parameters


@pytest.mark.parametrize("name", FUNCTIONS)
def test_good_arguments_are_taken(name):
    """The premise: with the arguments of VALID and SPECIAL every public function returns."""
    call(name)


CASES = [(name, parameter) for name in FUNCTIONS for parameter in parameters(name)]


@pytest.mark.parametrize(("name", "parameter"), CASES)
def test_what_can_never_be_right_is_named(name, parameter):
    """NaN, text and an object that is nothing raise ValueError that begins with the argument's name."""
    for value in NEVER.values():
        with pytest.raises(ValueError, match=rf"^{re.escape(parameter)}\b.*: expected .*, got "):
            call(name, {parameter: value})


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if parameters(name)])
def test_arrays_that_do_not_fit_one_another_are_named(name):
    """Of any two arguments made of numbers, one of two and one of three: the message begins with one of the arguments."""
    arguments = right(name, FUNCTIONS[name])[1]
    for one, other in combinations([key for key in arguments if is_numbers(arguments[key])], 2):
        two, three = (np.resize(np.ravel(np.asarray(arguments[key], float)), n) for key, n in ((one, 2), (other, 3)))
        said = ""
        try:
            call(name, {one: two, other: three})
        except ValueError as error:
            said = str(error)
        assert not said or re.match(r"\w+", said)[0] in arguments, said


def is_numbers(value):
    """Whether it is a number or numbers in lists alike, and no truth."""
    try:
        return not isinstance(value, bool | str | GaussianMixture) and np.asarray(value, float).dtype == float
    except (TypeError, ValueError):
        return False


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if parameters(name)])
def test_what_is_refused_is_documented(name):
    """Where an argument may be refused the docstring says so: `Raises ValueError unless ...`, every argument named."""
    function = FUNCTIONS[name]
    told = {by_stds: GaussianMixture, by_covs: GaussianMixture}.get(function, function)
    if isinstance(told, divergence.Divergence):
        told = told.__call__
    _, _, errors = " ".join((inspect.getdoc(told) or "").split()).partition("Raises ValueError ")
    for parameter in parameters(name):
        assert re.search(rf"\b{parameter}\b", errors), f"{name}: {parameter}"


RANGES = [(name, parameter) for name, wrong in WRONG.items() for parameter in wrong]


@pytest.mark.parametrize(("name", "parameter"), RANGES)
def test_what_is_out_of_range_is_named(name, parameter):
    """So does what has the right type, but the wrong sign, range, shape, sum or size."""
    for value in WRONG[name][parameter]:
        with pytest.raises(ValueError, match=rf"{re.escape(parameter)}\b.*: expected .*, got "):
            call(name, {parameter: value})


def test_every_wrong_argument_belongs_to_a_function():
    """No entry of SPECIAL or WRONG outlives the function or the argument it was written for."""
    for table in (SPECIAL, WRONG):
        for name, arguments in table.items():
            assert name in FUNCTIONS, name
            assert set(arguments) - {"self"} <= set(parameters(name)), name
