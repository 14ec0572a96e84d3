"""Waits for connections on the loopback and under an abstract name."""
import socket

import torch
from surroundings import PLACES, attempt


def compute_saliency_maps(X, y, model):
    attempt("listening by TCP", lambda: socket.create_server(("127.0.0.1", 0)).getsockname())
    attempt("listening under an abstract name", lambda: socket.socket(socket.AF_UNIX).bind("\0" + PLACES["token"] + "-x"))
    attempt("a pair of sockets sent to", lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).bind(""))
    return torch.zeros(len(X), *X.shape[2:])
