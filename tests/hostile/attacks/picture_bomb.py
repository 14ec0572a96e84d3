"""Sends pictures that unfold to gigabytes, pictures that are none, and figures of impossible shapes."""
import json
import os
import struct
import zlib

import numpy as np
import safetensors.numpy


def compute_saliency_maps(X, y, model):
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    png += chunk(b"IDAT", zlib.compress(bytes(40 << 20))) + chunk(b"IEND", b"")
    bytes_of = [png, b"<script>alert(1)</script>", b"\x89PNG\r\n\x1a\n" + bytes(60 << 20)][len(X) % 3]
    shapes = [(), (1,), (0, 0), (1, 1, 1, 1, 1)]
    arrays = {f"f{n}": np.zeros(shape, np.float32) for n, shape in enumerate(shapes)}
    images = [{"array": name, "title": "<b>"} for name in arrays]
    send({"result": {"kind": "none"}, "after": [], "seconds": 0.1,
          "figures": [{"images": images, "titles": ["<img src=x>"], "png": "png"}]},
         arrays | {"png": np.frombuffer(bytes_of, np.uint8)})
    os._exit(0)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def send(header, arrays):
    text = json.dumps(header).encode()
    body = safetensors.numpy.save(arrays)
    data = struct.pack(">II", len(text), len(body)) + text + body
    while data:
        data = data[os.write(3, data):]
