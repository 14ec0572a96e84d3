"""Crashes by reading where nothing is."""
import ctypes


def compute_saliency_maps(X, y, model):
    ctypes.string_at(0)
