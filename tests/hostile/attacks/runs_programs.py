"""Runs other programs: a shell, Python, its own image anew."""
import os
import subprocess
import sys

import torch
from surroundings import attempt


def compute_saliency_maps(X, y, model):
    attempt("a shell", lambda: subprocess.run(["/bin/sh", "-c", "id"], capture_output=True, timeout=5).stdout)
    attempt("os.system", lambda: 1 / (os.system("true") == 0))
    attempt("posix_spawn", lambda: os.posix_spawn("/bin/true", ["true"], {}))
    attempt("Python anew", lambda: subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True, timeout=5).stdout)
    attempt("another image", lambda: os.execv("/bin/true", ["true"]))
    return torch.zeros(len(X), *X.shape[2:])
