"""Doors tried with whatever may come in: a right value, a documented infinity, or a refusal that names the argument.

`doors` finds every public function and says what a right call of it is, `hostile` draws what may stand in the place of a
right argument, `judge` says what became of it. `python -m tests.fuzz` tries many thousands, `tests/test_doors.py` a few.
"""
