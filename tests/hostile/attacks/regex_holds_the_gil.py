"""Holds the interpreter's lock for ever in a regular expression, so that no other thread of the worker runs."""
import re


def compute_saliency_maps(X, y, model):
    re.match(r"(a+)+$", "a" * 64 + "b")
