"""The contest: learners of your own beside those that are shipped, on one target, many seeds, one budget.

`naming` finds what was named, `pieces` trains and judges it in processes, on a cluster, or from the ledger, `scoring` says what
samples are worth by `theory.diagnosis`, `pairs` compares two by what they do on the same seeds. What comes of it is a
`standing.Standing`: a table, a figure, CSV, a document. `asking.contest` is the whole of it for Python.
"""
