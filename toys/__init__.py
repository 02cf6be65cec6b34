"""Toys: exactly known targets, and small networks trained on them many seeds at once.

`toys.targets` holds the laws to learn (no torch needed), `toys.train` trains one network per seed in one stacked
loop, and every other module is one learner: what is learned, its loss, and how it predicts or samples. Any target
goes with any learner it fits. Arrays of samples are (n, dim) outside and (members, dim, batch) inside a network.
"""
