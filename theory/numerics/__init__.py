"""What the closed forms compute with: quadrature on lines and planes, sums of Gaussians, balls, couplings.

Nothing here knows `GaussianMixture`: a law is what `theory.numerics.law` says of it.
"""
