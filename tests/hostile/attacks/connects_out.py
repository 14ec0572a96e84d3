"""Opens connections of every kind to a listener of the test's own on the loopback."""
import socket

import torch
from surroundings import PLACES, attempt


def compute_saliency_maps(X, y, model):
    port = PLACES["port"]
    attempt("TCP to the listener", lambda: socket.create_connection(("127.0.0.1", port), 1).sendall(b"tcp"))
    attempt("a UDP socket", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"udp", ("127.0.0.1", port)))
    attempt("TCP by IPv6", lambda: socket.create_connection(("::1", port), 1).sendall(b"tcp"))
    attempt("an abstract socket", lambda: connect("\0" + PLACES["helper"]))
    attempt("a socket in a folder", lambda: connect(PLACES["socket"]))
    attempt("a netlink socket", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0))
    attempt("a raw socket", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
    attempt("a packet socket", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
    attempt("a virtual socket", lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM))
    return torch.zeros(len(X), *X.shape[2:])


def connect(address):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(address)
        connection.sendall(b"unix")
