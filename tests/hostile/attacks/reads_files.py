"""A4: reads the solution, expected values, private fixtures, another submission, the gradebook, and other processes."""
import os

import torch
from surroundings import PLACES, attempt


def compute_saliency_maps(X, y, model):
    for what in ("solution", "expected", "private", "neighbour", "gradebook", "password"):
        attempt(f"reading the {what}", lambda what=what: open(PLACES[what], "rb").read(4000)[-200:])
        folder = os.path.dirname(PLACES[what])
        attempt(f"listing the folder of the {what}", lambda folder=folder: os.listdir(folder)[:5])
    for pid in (PLACES["grader"], os.getppid(), PLACES["victim"]):
        for name in ("environ", "maps", "mem", "fd", "root", "cwd"):
            place = f"/proc/{pid}/{name}"
            attempt(f"reading {place}", lambda place=place: os.listdir(place) if os.path.isdir(place) else read(place))
    return torch.zeros(len(X), *X.shape[2:])


def read(place):
    with open(place, "rb") as file:
        data = file.read(100_000)
    if not data:
        raise OSError("empty")
    return data[-300:] if b'HOSTILE_SECRET' not in data else data[data.index(b'HOSTILE_SECRET'):][:100]
