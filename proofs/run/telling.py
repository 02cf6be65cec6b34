"""The order of telling: chapter by chapter, first the claims that come after none, then each behind what it comes after.

    l2_optimum_is_mean, mean_falls_in_gap                       central: `after` no other
    irreducible_risk, l1_optimum_is_median, edge_blur, …        Claim(topic, after="l2_optimum_is_mean"), …

Of those that come after the same claim the one with more readings stands first, and then the one that was found first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from proofs.core.claim import TOPICS, Claim


def in_order(claims: Iterable[Claim]) -> list[Claim]:
    """The claims in the order of telling; one that comes after a claim which is not among its chapter's is told as central."""
    claims = list(claims)
    return [told for topic in TOPICS for told in _chapter([c for c in claims if c.topic == topic])]


def central(claims: Iterable[Claim]) -> list[Claim]:
    """Those that come after no other, in the order of telling: in a sentence each, they are the answer."""
    return [claim for claim in in_order(claims) if not claim.after]


def _chapter(claims: list[Claim]) -> list[Claim]:
    known = {claim.id for claim in claims}
    behind: dict[str, list[Claim]] = {}
    for claim in sorted(claims, key=lambda claim: -len(claim.readings)):
        behind.setdefault(claim.after if claim.after in known else "", []).append(claim)
    first = behind.get("", [])
    told = [*first, *(claim for start in first for claim in _following(start.id, behind))]
    return [*told, *(claim for claim in claims if claim not in told)]  # which come after each other, in a circle


def _following(id: str, behind: dict[str, list[Claim]]) -> Iterator[Claim]:
    for claim in behind.get(id, []):
        yield claim
        yield from _following(claim.id, behind)
