"""What claims are written with: SymPy and Gaussian masses, arithmetic in two precisions, divergences, codes, MathML, panels."""

from proofs.words.algebra import Phi, Phi_inverse, expectation, gaussian_mass, phi, slope_at, sp

__all__ = ["Phi", "Phi_inverse", "expectation", "gaussian_mass", "phi", "slope_at", "sp"]
