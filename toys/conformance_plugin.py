"""`pytest --learner package.module:name`: the laws of `toys.conformance` as tests, one a law, for each learner that is named.

They come after the tests that are there; `-k conformance` leaves them alone. Without the option nothing is added, and nothing
but pytest is imported.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


class Broken(Exception):
    """A law is broken."""


class Conformance(pytest.Item):
    """One law and one learner."""

    def __init__(self, *, learner: str, law: str, **rest: Any) -> None:
        super().__init__(**rest)
        self.learner, self.law = learner, law

    def runtest(self) -> None:
        """Ask the law."""
        from toys import conformance

        for said in conformance.violations(conformance.named(self.learner), laws=[self.law]):
            raise Broken(said)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What it does against the law, or what it raises."""
        return str(excinfo.value) if isinstance(excinfo.value, Broken | ValueError) else super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Any, int | None, str]:
        """Where it stands in reports."""
        return self.path, None, self.name


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option."""
    text = "check a learner, package.module:name or an arm of the contest, by the laws of toys.conformance"
    parser.getgroup("blurproof").addoption("--learner", action="append", default=[], metavar="NAME", help=text)


def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test for each law and learner."""
    items += _laws(session, config.getoption("--learner") or [])


def _laws(session: pytest.Session, learners: list[str]) -> Iterator[pytest.Item]:
    if learners:
        from toys.conformance import LAWS

        for learner in learners:
            for law in LAWS:
                yield Conformance.from_parent(session, name=f"conformance[{learner}-{law}]", learner=learner, law=law)
