"""The world inside bubblewrap: what is needed is there, nothing else is, and the folders have a size."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from grader.sandbox import bubblewrap, cgroup
from grader.sandbox.bubblewrap import HIDDEN, probe, wrap
from grader.sandbox.cgroup import MemoryGroup
from grader.sandbox.environment import ROOT, clean_environment
from grader.sandbox.layers import Lacking
from grader.sandbox.scratch import FOLDER_BYTES

PROGRAM = """
import json, os, pathlib, socket, sys
scratch, hidden = sys.argv[1:3]
size = 0
try:
    with open(scratch + "/0/file", "wb", 0) as file:
        while True:
            size += file.write(bytes(1 << 20))
except OSError as error:
    full = error.errno
print(json.dumps({
    "hidden": [path for path in sys.argv[2:] if os.path.lexists(path)],
    "network": [name for _, name in socket.if_nameindex()],
    "processes": sum(name.isdigit() for name in os.listdir("/proc")),
    "environment": sorted(os.environ),
    "size": size,
}))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What a program sees inside."""
    scratch = tmp_path_factory.mktemp("scratch")
    environment = clean_environment(scratch)
    try:
        start = wrap(environment, scratch, None)
    except Lacking as lacking:
        pytest.skip(f"no bubblewrap here: {lacking}")
    hidden = [
        HIDDEN,
        ROOT / "reference",
        ROOT / "fixtures" / "data",
        ROOT / "tests",
        ROOT / "README.md",
        "/etc/passwd",
    ]
    command = [*start, sys.executable, "-I", "-c", PROGRAM, str(scratch), *map(str, hidden)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env={"SECRET": "42"})
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout) | {"left": list((scratch).iterdir()), "asked": sorted(environment)}


def test_files_outside_do_not_exist(told):
    """Not even their sizes can be asked for."""
    assert told["hidden"] == []


def test_there_is_no_network_and_nobody_else(told):
    """The loopback is its own; the program is alone."""
    assert (told["network"], told["processes"]) == (["lo"], 1)


def test_the_environment_is_what_was_given(told):
    """Nothing of the one it was started from."""
    assert set(told["environment"]) - {"PWD", "LC_CTYPE"} == set(told["asked"]) - {"LC_CTYPE"}


def test_a_folder_has_a_size_and_is_gone_afterwards(told):
    """The kernel keeps the one, and the end of the last process brings the other."""
    assert 0.9 * FOLDER_BYTES <= told["size"] <= FOLDER_BYTES
    assert told["left"] == []


def test_a_world_that_is_not_one_is_not_said_to_be(tmp_path, monkeypatch):
    """A file that can be seen, a network, or no bubblewrap at all."""
    with pytest.raises(Lacking, match="files outside can still be seen"):
        probe(HIDDEN)
    with pytest.raises(Lacking):
        probe(None)
    monkeypatch.setattr(bubblewrap.socket, "if_nameindex", lambda: [(1, "lo"), (2, "eth0")])
    with pytest.raises(Lacking, match="the network can still be seen"):
        probe(tmp_path / "missing")
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: None)
    with pytest.raises(Lacking, match="not installed"):
        wrap({}, tmp_path, None)


def test_namespaces_that_are_refused_are_told_in_bubblewraps_words(tmp_path, monkeypatch):
    """As in most containers."""
    refusing = tmp_path / "bwrap"
    refusing.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2; exit 1\n")
    refusing.chmod(0o755)
    which = bubblewrap.shutil.which
    monkeypatch.setattr(
        bubblewrap.shutil, "which", lambda name: str(refusing) if name == "bwrap" else which(name)
    )
    with pytest.raises(
        Lacking, match=r"^namespaces are refused here \(No permissions to create new namespace\)$"
    ):
        wrap(clean_environment(tmp_path), tmp_path, None)


def test_a_control_group_bounds_memory_where_one_can_be_made(tmp_path, monkeypatch):
    """In a folder that behaves like the kernel's; one that keeps no bound is not said to be in force."""
    (tmp_path / "own").mkdir()
    monkeypatch.setattr(cgroup, "_own_group", lambda: tmp_path / "own")
    group = MemoryGroup(3 << 30)
    layer = group.enter(77)
    assert (layer.in_force, layer.says) == (True, "memory 3.0 GB for all workers together")
    assert (group.folder / "cgroup.procs").read_text() == "77"

    (group.folder / "memory.max").write_text("max")
    with pytest.raises(Lacking, match="does not keep the bound"):
        group.enter(77)
    monkeypatch.setattr(cgroup, "_own_group", lambda: tmp_path / "missing")
    with pytest.raises(Lacking, match="no group can be made here"):
        MemoryGroup(1)
