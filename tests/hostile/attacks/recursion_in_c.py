"""Overflows the stack of C, where Python's limit on recursion does not count."""
import sys


def compute_saliency_maps(X, y, model):
    thing = []
    for _ in range(10_000_000):
        thing = [thing]
    sys.setrecursionlimit(10**9)
    return repr(thing)
