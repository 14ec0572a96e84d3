"""Recurses as deep as memory lasts."""
import sys


def compute_saliency_maps(X, y, model):
    sys.setrecursionlimit(10**8)

    def deeper(n):
        return deeper(n + 1)

    try:
        return deeper(0)
    except RecursionError:
        return compute_saliency_maps(X, y, model)
