"""Sends half of a reply, then ends."""
import os
import struct


def compute_saliency_maps(X, y, model):
    os.write(3, struct.pack(">II", 400, 0) + b'{"result": {"kind": "tensor"')
    os._exit(0)
