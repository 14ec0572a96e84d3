"""Ctrl-C: the terminal interrupts every process at once, whatever each is doing; one word is said, none is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.command_line import ROOT, SUBMISSIONS

PATIENCE = 120  # seconds for what takes one or two on an idle machine

# A shell that starts something in the background lets it ignore Ctrl-C, and so would the grader started here.
AS_AT_A_TERMINAL = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.executable, [sys.executable, "-m", "grader", *sys.argv[1:]])
"""


def family(leader):
    """Return the parent of each process that descends from one, itself included, whatever its session."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:  # it has ended meanwhile
            continue
        if state != "Z":
            parents[int(stat.parent.name)] = int(parent)
    found = {leader: 0} if leader in parents else {}
    while more := {pid: of for pid, of in parents.items() if of in found and pid not in found}:
        found |= more
    return found


def program(pid):
    """Return how a process was started, nothing for one that has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def torch_is_imported(leader):
    """Whether the warm process has been started, the first child of the grader."""
    return leader in family(leader).values()


def checks_run(leader):
    """Whether a worker has been forked from the warm process, so that both were started alike."""
    return any(
        parent not in (0, leader) and b"grader.sandbox" in program(pid) == program(parent)
        for pid, parent in family(leader).items()
        if not program(pid).startswith(b"bwrap") and b"/bwrap\0" not in program(pid)
    )


def wait_until(condition, *arguments):
    """Return when a condition holds."""
    deadline = time.monotonic() + PATIENCE
    while not condition(*arguments):
        assert time.monotonic() < deadline, condition.__name__
        time.sleep(0.01)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc what the processes do")
@pytest.mark.parametrize("moment", [torch_is_imported, checks_run], ids=lambda moment: moment.__name__)
def test_ctrl_c_ends_everything_at_once(moment):
    """While torch is imported and while checks run: exit code 2, one line, no traceback, no process left behind."""
    command = [sys.executable, "-c", AS_AT_A_TERMINAL, str(SUBMISSIONS / "infinite_loop"), "-e", "saliency"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        wait_until(moment, process.pid)
        relatives = family(process.pid)
        os.killpg(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=PATIENCE)

    assert (process.returncode, told) == (2, "grader: stopped\n")
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in relatives))
