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


def members(group):
    """Return the processes of a group and the parent of each."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, its_group = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:  # it has ended meanwhile
            continue
        if int(its_group) == group and state != "Z":
            found[int(stat.parent.name)] = int(parent)
    return found


def torch_is_imported(group):
    """Whether the warm process has been started, the first child of the grader."""
    return group in members(group).values()


def checks_run(group):
    """Whether a worker has been forked from the warm process: a grandchild of the grader."""
    found = members(group)
    return any(found.get(parent) == group for parent in found.values())


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
        os.killpg(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=PATIENCE)

    assert (process.returncode, told) == (2, "grader: stopped\n")
    wait_until(lambda group: not members(group), process.pid)
