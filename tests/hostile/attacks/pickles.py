"""A6: sends a pickle that runs a program where it is read, as an object, as an array of objects, and on the wire."""
import os
import pickle

import numpy as np
import torch
from surroundings import PLACES


def compute_saliency_maps(X, y, model):
    data = pickle.dumps(Program())
    if len(X) == 1:
        return np.array([Program()], dtype=object)
    if len(X) == 5:
        return Program()
    body = data + bytes(16 - len(data) % 16)
    while body:
        body = body[os.write(3, body):]
    os.write(3, data * 100)
    return torch.zeros(len(X), *X.shape[2:])


class Program:
    def __reduce__(self):
        return os.system, (f"touch {PLACES['writable']}/pickle-was-run",)
