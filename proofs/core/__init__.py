"""How a claim is written: claim, letters (domains), readings, rules, comparison (the two sides), outcome, verdict.

Nothing here runs evidence, and declaring a claim imports nothing heavy: listing claims stays fast.
"""

from proofs.core.chain import Root, carried, over
from proofs.core.claim import Claim, Conditional, Fails, Folk, Holds
from proofs.core.letters import (
    Count,
    Letter,
    NonNegative,
    Positive,
    Real,
    Slack,
    Unit,
    above,
    between,
    integers,
)  # fmt: skip
from proofs.core.rules import Agreement, Each, Mean, Share, Trend
from proofs.core.training import Run
from proofs.words.lemmas import given

__all__ = [
    "Agreement", "Claim", "Conditional", "Count", "Each", "Fails", "Folk", "Holds", "Letter", "Mean", "NonNegative",
    "Positive", "Real", "Root", "Run", "Share", "Slack", "Trend", "Unit", "above", "between", "carried", "given",
    "integers", "over",
]  # fmt: skip
