"""A module that does not import."""

EXPECTED = "broken"

import a_module_that_is_not_there  # noqa: E402, F401
