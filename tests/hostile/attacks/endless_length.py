"""Announces a reply of four gigabytes."""
import json
import os
import struct

import torch


def compute_saliency_maps(X, y, model):
    send(struct.pack(">II", 2**32 - 1, 2**32 - 1))
    return torch.zeros(len(X), *X.shape[2:])


def send(data):
    while data:
        data = data[os.write(3, data):]


def tensor(shape, data, end=None):
    said = {"r0": {"dtype": "F32", "shape": shape, "data_offsets": [0, len(data) if end is None else end]}}
    header = json.dumps(said).encode()
    return struct.pack("<Q", len(header)) + header + data


def many():
    said = {f"r{n}": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]} for n in range(10_000)}
    header = json.dumps(said).encode()
    return struct.pack("<Q", len(header)) + header + bytes(16)


def frame(body):
    result = {"kind": "tensor", "array": "r0", "dtype": "float32", "requires_grad": False}
    header = json.dumps({"result": result, "after": [], "figures": [], "seconds": 0.1}).encode()
    return struct.pack(">II", len(header), len(body)) + header + body
