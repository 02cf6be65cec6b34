"""A few of the command lines that `make command-lines` tries by the hundred."""

from tests import command_lines


def test_command_lines_made_at_random_end_as_documented() -> None:
    """Documented exit codes, no traceback, and wrong usage before any work."""
    assert [f"{line}: {why}" for line, why in command_lines.failures(seed=15, count=8, jobs=1) if why] == []
