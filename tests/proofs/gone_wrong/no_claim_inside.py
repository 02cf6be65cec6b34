"""A module without a claim."""

EXPECTED = "broken"

nothing = None
