"""What Gaussian codes of equiprobable modes cost, and how well the mode can be guessed from them."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from toys.validation import door, require


@door
def rate_and_error(
    code: Float[np.ndarray, "modes four"], noise: Float[np.ndarray, "draws modes 2"]
) -> tuple[float, float]:
    """R in nats to the prior N(0, I), and P_e of the best guess, of z | c ~ N(m_c, diag s_c²) with two latents.

    Rows of `code` are (m_c, s_c); `noise` is standard normal, by which P_e, the mean of 1 - max P(c|z), is averaged.
    Raises ValueError unless `code` has rows, four columns and positive deviations, `noise` draws of as many modes and two
    latents, and both are finite.
    """
    require(
        np.shape(code)[1:] == (4,) and len(code) > 0, "code", "rows of two means and two deviations", np.shape(code)
    )
    require(
        np.shape(noise)[1:] == (len(code), 2) and len(noise) > 0, "noise", f"draws of {len(code)} modes and 2 latents",
        np.shape(noise),
    )  # fmt: skip
    for name, values in (("code", code), ("noise", noise)):
        require(bool(np.isfinite(values).all()), name, "finite numbers", values)
    mean, std = code[:, :2], code[:, 2:]
    require(bool((std > 0).all()), "code", "deviations above 0", code)
    rate = ((mean**2 + std**2 - 1) / 2 - np.log(std)).sum(1).mean()
    z = mean + std * noise
    log_density = -(((z[:, :, None] - mean) / std) ** 2 / 2 + np.log(std)).sum(-1)
    posterior = np.exp(log_density - log_density.max(-1, keepdims=True))
    return float(rate), float(1 - (posterior.max(-1) / posterior.sum(-1)).mean())
