"""Makes one sparse file of ten gigabytes."""
import os

import torch
from surroundings import PLACES, attempt


def compute_saliency_maps(X, y, model):
    for folder in (".", os.environ.get("TMPDIR") or "/tmp", PLACES["writable"]):
        attempt(f"10 GB in {folder}", lambda folder=folder: open(os.path.join(folder, PLACES["token"] + "-huge"), "wb").truncate(10 << 30))
    return torch.zeros(len(X), *X.shape[2:])
