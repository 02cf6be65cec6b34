"""The table of power that `make power` writes, and what is asked of it."""

import pytest
from scipy.stats import binom

from tests import power

KEPT = power.read(power.TABLE.read_text(encoding="utf-8"))


def test_the_table_is_its_own_record() -> None:
    """What is read back from it writes it again, so that it goes on where it was cut off."""
    assert power.table(KEPT) == power.TABLE.read_text(encoding="utf-8")


@pytest.mark.parametrize("row", [row for row in KEPT if row[0] == "truth"], ids=str)
def test_the_truth_is_hardly_ever_accused(row: power.Row) -> None:
    """Of draws from the law itself at most one in a hundred, as chance has it: 18 of 1,000."""
    assert KEPT[row]["accused"] <= binom.ppf(0.995, KEPT[row]["draws"], 0.01)


@pytest.mark.parametrize("row", [row for row in KEPT if row[0] != "truth"], ids=str)
def test_a_fault_is_measured_and_not_taken_for_another(row: power.Row) -> None:
    """Its size lies in its interval, and no fault is seen that does not follow from it, with as few exceptions."""
    counts = KEPT[row]
    allowed = binom.ppf(0.995, counts["draws"], 0.01)
    assert counts["draws"] - counts["inside"] <= allowed
    assert counts["other"] <= allowed
