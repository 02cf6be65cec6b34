"""How each kind of evidence is run: one file a kind, its class behind the interface of `proofs.evidence.kind`.

A kind is found by its name: evidence declared as "check" is run by `proofs.evidence.check.Check`. `gather` runs a piece
of evidence with everything that belongs to it; `near_misses` are those of the harness.
"""
