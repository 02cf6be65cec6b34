"""What is asserted and why anyone should believe it.

    claim, domain, rules, sides      how a claim is written
    arithmetic, strategies           what observed sides are computed with, and instances drawn from
    derivation, enclosure, check,    how each kind of evidence is run; `gather` adds controls and near misses
      experiment, gather
    verdict                          the only place that pronounces one
    discovery, ledger, runner        finding claims, keeping results, spreading the work
    document, cli, report, figures   showing them
    session                          the same from Python: `from proofs.session import verify`

To write a claim, import from `proofs.core.claim`, `proofs.core.letters`, `proofs.core.rules` and `proofs.core.comparison`; `blurproof new` gives
a template.
"""
