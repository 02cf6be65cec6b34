"""Arguments checked once, where they come in: numbers (`inputs`), arrays in an interval (`arrays`), mixtures (`laws`)."""
