"""The one module that pronounces verdicts; nowhere else is one typed.

First match from the top:

    broken        evidence raised, gave NaN or a forbidden infinity, a control passed, or an outcome has no word we know
    refuted       a step is different, a domain refuted at a point, a counterexample confirmed, an experiment against it
    vacuous       a statement without evidence, an empty or unanchored derivation, no admissible instance,
                  a reading without its points, a near miss that no evidence meets
    inconclusive  something declared was not run or stayed undecided, a part of the domain was not looked at, or a control
                  was not rejected for lack of power
    supported     everything decided for it, but no complete derivation or enclosure
    derived       the same, with a derivation or enclosure, and a check with a rejected control

A claim's verdict is the worst of its statements' and of its readings'. Each verdict but the best says what is missing for
the next better one: of a statement by its evidence, of a claim by its statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from proofs.core import strata
from proofs.core.claim import Claim
from proofs.core.outcome import Outcome
from proofs.core.readings import OPEN, Ruling, rule
from proofs.core.statement import Statement

WORST_FIRST = ("broken", "refuted", "vacuous", "inconclusive", "supported", "derived")
DECIDED = ("supported", "derived")
BAD = ("broken", "refuted")
UNDECIDED = ("vacuous", "inconclusive")


EMPIRICAL = "nothing: it is declared to be empirical, and networks alone derive nothing"
FORMULA = "a formula: what is only seen is at most supported"
PROOF = "a complete derivation, or an enclosure of the whole domain"
CHECK = "a check"
REJECTED = "a near miss that a check rejects"
MUST = {
    "broken": "to be mended",
    "refuted": "to hold",
    "vacuous": "something to look at",
    "inconclusive": "to be decided",
}
"""What is missing of the evidence that keeps a statement at that word."""


@dataclass(frozen=True)
class Verdict:
    """A verdict; the one sentence that says why (empty where nothing is amiss), and what is missing for the next better one."""

    word: str
    reason: str = ""
    missing: str = ""


def lacking(word: str) -> str:
    """What stands before that which a verdict of that word is short of."""
    return "missing for derived" if word == "supported" else "missing"


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The first of the worst."""
    return min(verdicts, key=lambda v: WORST_FIRST.index(v.word))


def of_statement(statement: Statement, outcomes: list[Outcome]) -> Verdict:
    """The verdict on one statement from all outcomes that bear on it."""
    if not statement.evidence:
        return Verdict(
            "vacuous",
            f"{statement.id}: no evidence is declared",
            "a derivation, an enclosure, a check or an experiment",
        )
    for wrong in statement.wrongs:
        if not any(wrong.against(evidence) for evidence in statement.evidence):
            why = f"the near miss “{wrong.why}” is put through nothing"
            return Verdict(
                "vacuous", f"{statement.id}: {why}", f"evidence that the near miss “{wrong.why}” can be put through"
            )
    against = [(forced(outcome), outcome) for outcome in outcomes]
    for word in WORST_FIRST[:4]:
        for outcome in (outcome for found, outcome in against if found == word):
            those = dict.fromkeys(o.name for found, o in against if found == word)
            return Verdict(
                word,
                f"{statement.id}, {outcome.name}: {outcome.detail or outcome.outcome}",
                f"{MUST[word]}: {', '.join(those)}",
            )
    missing = {e.name for e in statement.evidence} - {o.name for o in outcomes if o.kind != "control"}
    if missing:
        names = ", ".join(sorted(missing))
        return Verdict("inconclusive", f"{statement.id}: not run: {names}", f"to be run: {names}")
    if left := left_out(statement, outcomes):
        parts = "; ".join(left)
        return Verdict("inconclusive", f"{statement.id}: not looked at: {parts}", f"to be looked at: {parts}")
    short = _short_of_derived(statement, outcomes)
    return Verdict("supported" if short else "derived", missing=", and ".join(short))


def forced(outcome: Outcome) -> str:
    """The verdict that an outcome forces by itself; the empty word where it is as it must be. What is unknown is broken."""
    if outcome.outcome == ("rejected" if outcome.kind == "control" else "holds"):
        return ""
    forced = {"refuted": "refuted", "vacuous": "vacuous", "inconclusive": "inconclusive", "not run": "inconclusive"}
    return forced.get(outcome.outcome, "broken")


def left_out(statement: Statement, outcomes: list[Outcome]) -> list[str]:
    """The parts of each letter's range at which no evidence has looked; experiments speak for what they train alone."""
    if not {"derivation", "enclosure", "check"} & {e.kind for e in statement.evidence}:
        return []
    said: list[str] = []
    for name in statement.domain.stated:
        parts = [str(part) for part in strata.strata(statement.domain[name])]
        for covered in (o.covered for o in outcomes if o.kind != "control" and name in o.covered):
            parts = [part for part in parts if part in covered[name]["left_out"]]
        if parts:
            said.append(f"{name} {', '.join(parts)}")
    return said


def _short_of_derived(statement: Statement, outcomes: list[Outcome]) -> list[str]:
    """What a statement for which all is decided lacks to be derived; nothing where it is."""
    proved = any(o.proves == "everywhere" and o.outcome == "holds" for o in outcomes)
    checks = {o.name for o in outcomes if o.proves == "at instances" and o.outcome == "holds"}
    controlled = {o.name.split(": ")[0] for o in outcomes if o.kind == "control" and o.outcome == "rejected"}
    if not proved and statement.empirical:
        return [FORMULA]
    known = {PROOF: proved, CHECK: bool(checks), REJECTED: bool(checks & controlled)}
    return [what for what, there in known.items() if not there]


def of_claim(claim: Claim, outcomes: list[Outcome]) -> tuple[Verdict, dict[str, Verdict]]:
    """The verdict on a claim, and on each of its statements."""
    by_statement = {s.id: of_statement(s, [o for o in outcomes if o.statement == s.id]) for s in claim.statements}
    if not by_statement:
        return Verdict("vacuous", "the claim states nothing", "a statement"), {}
    names = [reading.name for reading in claim.readings]
    if twice := next((name for name in names if names.count(name) > 1), None):
        return Verdict("broken", f"two readings have the name {twice}", "names of readings that differ"), by_statement
    asked = {f"reading {n}": _of_reading(n, *found) for n, found in _readings(claim, outcomes, by_statement).items()}
    total = worst([*by_statement.values(), *asked.values()])
    if claim.empirical and total.word in DECIDED:
        return Verdict("supported", missing=EMPIRICAL), by_statement
    return replace(total, missing=_together(total.word, {**by_statement, **asked})), by_statement


def _together(word: str, verdicts: Mapping[str, Verdict]) -> str:
    """What is missing of everything that has the word of the whole; what is missing of several is said once."""
    lacking: dict[str, list[str]] = {}
    for name, verdict in verdicts.items():
        if verdict.word == word and verdict.missing:
            lacking.setdefault(verdict.missing, []).append(name)
    return "; ".join(f"{', '.join(names)}: {missing}" for missing, names in lacking.items())


def of_readings(claim: Claim, outcomes: list[Outcome]) -> dict[str, Ruling]:
    """The ruling on each reading of a claim, by name."""
    by_statement = {s.id: of_statement(s, [o for o in outcomes if o.statement == s.id]) for s in claim.statements}
    return {name: ruling for name, (_, ruling) in _readings(claim, outcomes, by_statement).items()}


def _readings(
    claim: Claim, outcomes: list[Outcome], statements: Mapping[str, Verdict]
) -> dict[str, tuple[Outcome | None, Ruling]]:
    """Of every reading what was seen, and the ruling."""
    words = {name: verdict.word for name, verdict in statements.items()}
    seen = {o.name: o for o in outcomes if o.kind == "reading"}
    found = {}
    for reading in claim.readings:
        outcome = seen.get(reading.name)
        known = outcome.reading if outcome else None
        nothing = outcome.detail if outcome else "not run"
        found[reading.name] = (outcome, rule(known, words) if known else Ruling(OPEN, nothing))
    return found


def _of_reading(name: str, outcome: Outcome | None, ruling: Ruling) -> Verdict:
    """A reading that raises is broken, one without points vacuous, one that stays open undecided."""
    if outcome is not None and outcome.outcome in ("broken", "vacuous"):
        return Verdict(outcome.outcome, f"reading {name}: {outcome.detail}", MUST[outcome.outcome])
    if outcome is not None and outcome.outcome == "not run":
        return Verdict("derived")
    return (
        Verdict(
            "inconclusive", f"reading {name} stays open: {ruling.reason}", "a proof, or confirmed points of both kinds"
        )
        if ruling.word == OPEN
        else Verdict("derived")
    )


def exit_code(words: Iterable[str], *, strict: bool) -> int:
    """0: nothing refuted or broken; 1: something is; 3: with `strict`, something inconclusive or vacuous."""
    words = list(words)
    if any(word in BAD or word not in WORST_FIRST for word in words):
        return 1
    return 3 if strict and any(word in UNDECIDED for word in words) else 0
