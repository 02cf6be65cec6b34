"""While testing, the shapes in the signatures of theory are enforced; see `tests.shapes`."""

import sys

from tests.shapes import Finder

sys.meta_path.insert(0, Finder())
