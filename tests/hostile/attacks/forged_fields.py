"""Forges replies whose fields are missing or of other types, so that the judge stumbles and calls it its own fault."""
import json
import os
import struct

import numpy as np
import safetensors.numpy


def compute_saliency_maps(X, y, model):
    FORGED = [
        {},
        {"result": None, "after": None, "figures": None, "seconds": None},
        {"result": {"kind": "tensor", "array": "nowhere", "dtype": "float32"}, "after": [], "figures": [], "seconds": 0},
        {"result": {"kind": "list", "items": 7, "type": []}, "after": [], "figures": [], "seconds": 0},
        {"result": {"kind": "number", "value": "NaN", "type": "int"}, "after": [], "figures": [], "seconds": 0},
    ]
    send(FORGED[(len(X) + X.shape[2]) % len(FORGED)])
    os._exit(0)


def compute_gradient_score(scores, image, class_idx):
    send({"error": {"type": "NotImplementedError", "message": 3, "frames": [], "own": True}})
    os._exit(0)


def visualize_saliency(image, model):
    send({"error": [1, 2, 3]})
    os._exit(0)


def send(header, arrays=None):
    text = json.dumps(header).encode()
    body = safetensors.numpy.save(arrays) if arrays else b""
    data = struct.pack(">II", len(text), len(body)) + text + body
    while data:
        data = data[os.write(3, data):]
