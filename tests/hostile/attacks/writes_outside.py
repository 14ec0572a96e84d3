"""Writes, renames, truncates, removes and changes modes and times, in its own folder and in everybody's."""
import os

import torch
from surroundings import PLACES, attempt, elsewhere


def compute_saliency_maps(X, y, model):
    own = os.path.dirname(os.path.abspath(__file__))
    everybodys, file = PLACES["writable"], PLACES["file"]
    for folder in filter(elsewhere, (own, everybodys, "/dev/shm", "/tmp", "/var/tmp", os.path.dirname(PLACES["neighbour"]), PLACES["fixtures"])):
        place = os.path.join(folder, PLACES["token"] + "-written")
        attempt(f"a file in {folder}", lambda place=place: open(place, "x").write("x"))
        attempt(f"a folder in {folder}", lambda place=place: os.mkdir(place + "-folder"))
        attempt(f"a pipe in {folder}", lambda place=place: os.mkfifo(place + "-pipe"))
        attempt(f"a link in {folder}", lambda place=place: os.symlink("/etc/passwd", place + "-link"))
    for place in (file, PLACES["neighbour"]):
        attempt(f"writing {place}", lambda place=place: open(place, "a").write("x"))
        attempt(f"truncating {place}", lambda place=place: os.truncate(place, 10**5))
        attempt(f"renaming {place}", lambda place=place: os.rename(place, place + PLACES["token"]))
        attempt(f"the mode of {place}", lambda place=place: os.chmod(place, 0o777))
        attempt(f"the times of {place}", lambda place=place: os.utime(place, (0, 0)))
        attempt(f"attributes of {place}", lambda place=place: os.setxattr(place, "user.x", b"x"))
        attempt(f"removing {place}", lambda place=place: os.unlink(place))
    return torch.zeros(len(X), *X.shape[2:])
