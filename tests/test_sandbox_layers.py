"""Each layer of the wall, by itself: it holds for root and for ordinary users, and without it nothing else does."""

from __future__ import annotations

import functools
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from grader.sandbox.layers import LANDLOCK, LIMITS, PRIVILEGES, SECCOMP, USER

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the layers are Linux's")

PROGRAM = Path(__file__).with_name("locked_in.py")
LAYERS = (LIMITS, USER, PRIVILEGES, LANDLOCK, SECCOMP)
NOBODY = 65534
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
MODES = [
    pytest.param("root", marks=pytest.mark.skipif(not IS_ROOT, reason="the tests do not run as root")),
    "user",
]

# What each layer stops when it stands alone, and with which word.
STOPS = {
    LANDLOCK: {
        "read a file outside": "EACCES",
        "read it by a link": "EACCES",
        "list a folder outside": "EACCES",
        "write to a file outside": "EACCES",
        "link a file outside to here": "EXDEV",
        "bind a TCP port": "EACCES",
        "find an abstract socket outside": "EPERM",
        "signal its parent": "EPERM",
    },
    SECCOMP: {
        "start a process": "EPERM",
        "bind a TCP port": "EPERM",
        "make a UDP socket": "EPERM",
        "make a pair of sockets": "EPERM",
        "signal its parent": "EPERM",
        "signal everybody": "EPERM",
        "signal its parent by pidfd": "EPERM",
        "change a mode": "EPERM",
        "change a time": "EPERM",
        "change an attribute": "EPERM",
        "make memory with a descriptor": "EPERM",
        "share memory": "EPERM",
        "set a limit": "EPERM",
        "trace a process": "EPERM",
        "ask for a signal": "EPERM",
        "be of another priority": "EPERM",
        "clone by its newer name": "ENOSYS",
    },
    LIMITS: {"write a large file": "EFBIG", "open many files": "EMFILE", "take much memory": "ENOMEM"},
    PRIVILEGES: {"change its root": "EPERM"},
    USER: {"be root again": "EPERM", "read a private file": "EACCES", "signal its parent": "EPERM"},
}
OF_ROOT = (USER, PRIVILEGES)  # layers that take something that only root has
HONEST = (
    "write in its own folder",
    "make a folder in its own folder",
    "rename in its own folder",
    "signal itself",
)


@functools.cache
def locked_in(mode, without=()):
    """What a process told that locked itself in without some layers."""
    name = secrets.token_hex(8)
    plan = {"without": without, "as_user": NOBODY if IS_ROOT and mode == "user" else 0}
    with (
        tempfile.TemporaryDirectory(prefix="locked-in-") as folder,
        socket.socket(socket.AF_UNIX) as listener,
    ):
        listener.bind(f"\0inside-cnns-{name}")
        listener.listen()
        ended = subprocess.run(
            [sys.executable, str(PROGRAM), json.dumps(plan | {"folder": folder}), name],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def only(layer):
    return tuple(name for name in LAYERS if name != layer)


def stopped(mode):
    """Each attempt that a layer stops in a mode, as (layer, attempt, word)."""
    return [
        (layer, attempt, word)
        for layer, attempts in STOPS.items()
        for attempt, word in attempts.items()
        if mode == "root" or layer not in OF_ROOT
    ]


@pytest.mark.parametrize("mode", MODES)
def test_every_layer_is_proven_here(mode):
    """By its own probe, all of them together; a layer that this kernel lacks is skipped with its reason."""
    told = {layer["name"]: layer for layer in locked_in(mode)["layers"]}
    missing = {
        name: told[name]["says"]
        for name in LAYERS
        if not told[name]["in_force"] and (mode == "root" or name != USER)
    }
    if set(missing) & {LANDLOCK, SECCOMP}:
        pytest.skip(f"this machine lacks {missing}")
    assert missing == {}


@pytest.mark.parametrize("mode", MODES)
def test_a_layer_that_stands_alone_stops_what_it_is_for(mode):
    """With none beside it to do its work."""
    _need_both(mode)
    found = {
        (layer, attempt): locked_in(mode, only(layer))["attempts"][attempt]
        for layer, attempt, _ in stopped(mode)
    }
    assert found == {(layer, attempt): word for layer, attempt, word in stopped(mode)}


@pytest.mark.parametrize("mode", MODES)
def test_without_any_layer_all_of_it_succeeds(mode):
    """So that what stops it is the layer and nothing else about the machine."""
    attempts = locked_in(mode, LAYERS)["attempts"]
    expected = dict.fromkeys((attempt for _, attempt, _ in stopped(mode)), "done")
    expected["clone by its newer name"] = "EINVAL"  # the kernel knows it, and it was called without arguments
    expected["trace a process"] = "ESRCH"
    found = {attempt: attempts[attempt] for attempt in expected}

    assert found == expected


@pytest.mark.parametrize("mode", MODES)
def test_a_layer_that_is_left_out_is_not_said_to_be_in_force(mode):
    """The report is what the probes say, so it changes with the machine."""
    for layer in LAYERS:
        told = {one["name"]: one for one in locked_in(mode, (layer,))["layers"]}
        assert (told[layer]["in_force"], told[layer]["says"]) == (
            False,
            "switched off by whoever runs the grader",
        )


@pytest.mark.parametrize("mode", MODES)
def test_honest_code_can_write_where_it_lives(mode):
    """Behind all layers together."""
    attempts = locked_in(mode)["attempts"]
    assert {attempt: attempts[attempt] for attempt in HONEST} == dict.fromkeys(HONEST, "done")


@pytest.mark.parametrize("mode", MODES)
def test_behind_all_layers_nothing_is_left(mode):
    """Whatever was tried, some layer stops it."""
    _need_both(mode)
    attempts = locked_in(mode)["attempts"]
    assert [name for name, word in attempts.items() if word == "done" and name not in HONEST] == []


def _need_both(mode):
    for layer in locked_in(mode)["layers"]:
        if layer["name"] in (LANDLOCK, SECCOMP) and not layer["in_force"]:
            pytest.skip(f"this machine lacks {layer['name']}: {layer['says']}")
