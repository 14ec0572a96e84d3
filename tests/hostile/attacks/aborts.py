"""Crashes by abort."""
import os


def compute_saliency_maps(X, y, model):
    os.abort()
