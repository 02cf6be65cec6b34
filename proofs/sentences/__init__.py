"""What people say, one sentence a file, found by its name: id, words, source, and what it ranges over.

Answers are those of the question "Why are VAEs blurry and GANs sharp?": A1 to A5 in the order in which they appear, with
the comments under them. A claim imports a sentence by its id and adds readings to it (proofs.core.readings).
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # which would take a name for the file that bears it
    from proofs.core.readings import Sentence

    averaging_causes_blur: Sentence
    bandwidth_gives_quality: Sentence
    better_training_is_a_better_model: Sentence
    blur_is_not_tolerated: Sentence
    bottleneck_makes_the_mean: Sentence
    encoder_noise_blurs: Sentence
    entropic_transport_is_smoother: Sentence
    flow_matching_is_another_thing: Sentence
    gans_learn_a_dirac: Sentence
    gans_need_a_small_latent_too: Sentence
    generators_drop_modes: Sentence
    guidance_sharpens: Sentence
    implicit_cannot_be_sampled: Sentence
    independence_diffuses_mass: Sentence
    kl_mixes_the_classes: Sentence
    kl_penalty_drops_modes: Sentence
    low_frechet_drops_nothing: Sentence
    many_tokens_at_once_are_free: Sentence
    no_noise_is_a_simpler_problem: Sentence
    noise_makes_the_latent_interpolable: Sentence
    one_step_models_must_blur: Sentence
    own_samples_collapse: Sentence
    pairing_cures_dropping: Sentence
    reconstruction_and_kl_are_antagonistic: Sentence
    reconstruction_loss_blurs: Sentence
    rectified_flow_is_straight: Sentence
    relativistic_loss_converges: Sentence
    reverse_kl_distillation_drops: Sentence
    scores_learn_the_weights: Sentence
    sharp_images_are_unlikely: Sentence
    successful_training_is_sharp: Sentence
    transport_losses_drop_nothing: Sentence
    truncation_trades_recall_for_precision: Sentence
    vaes_blur_gans_drop: Sentence
    vq_adds_noise: Sentence
    worse_version_repairs: Sentence

NAMES = sorted(module.name for module in iter_modules(__path__))


def __getattr__(name: str) -> Any:
    if name not in NAMES:
        raise AttributeError(f"sentence: expected one of {', '.join(NAMES)}, got {name!r}")
    found = getattr(import_module(f"{__name__}.{name}"), name)
    globals()[name] = found  # the import has put the module there
    return found


def every() -> "list[Sentence]":
    """All sentences, by id."""
    return [getattr(import_module(f"{__name__}.{name}"), name) for name in NAMES]
