"""Learners: what is learned, its loss, and how it predicts or samples. One file a learner, and the folder is the list of them.

What counts in a module are its concrete classes of `toys.learner.Learner`.
"""

from inspect import isabstract

from toys._folder import index


def _learns(value: object) -> bool:
    from toys.learner import Learner

    return isinstance(value, type) and issubclass(value, Learner) and not isabstract(value)


__getattr__, __dir__ = index(__name__, _learns)
