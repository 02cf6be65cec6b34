"""Observed sides, from the definition: slow, plain, independent of what is claimed.

Of `theory` the parameters, density and sampler of a mixture may be used here, and nothing else.
"""
