"""Darts at a square with a quarter of a circle in it; `seeds` holds this engine's seed."""
import random

darts = random.Random(int(seeds[0]))  # noqa: F821 - scattered before
hits = thrown = 0


def throw(count):
    global hits, thrown
    hits += sum(darts.random() ** 2 + darts.random() ** 2 < 1 for _ in range(count))
    thrown += count
