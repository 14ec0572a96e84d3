"""Workers are started, asked and ended, and whatever happens to them is told in the judge's terms."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from fixtures.store import DATA_FOLDER
from grader.errors import Died, GraderFault, TookTooLong, Unusable
from grader.sandbox import sources
from grader.sandbox.launch import WarmProcess
from grader.sandbox.setup import worker_setup
from grader.sandbox.spawn import SpawnedWorkers
from grader.sandbox.wire import Message

WEIGHTS = DATA_FOLDER / "weights"
ORACLE = worker_setup(None)
PROGRAM = """
import os, sys, time

def answer():
    return 42

def leave(code):
    os._exit(code)

def stay():
    print("still here", flush=True)
    time.sleep(1000)

def where():
    return os.getcwd()

def write(size):
    with open("big", "wb") as file:
        file.write(bytes(size))
"""


@pytest.fixture
def worker(warm, tmp_path):
    """A worker with a submission, ready for calls."""
    (tmp_path / "filters.py").write_text(PROGRAM)
    remote = warm.start_worker()
    ready = remote.ask(worker_setup(tmp_path), 60)
    assert "cpu 60 s" in str(ready.header["layers"])
    yield remote
    remote.close()


def call(remote, name, *arguments, seconds=30):
    described = {"function": f"filters.{name}", "arguments": list(arguments), "keywords": {}, "steps": 1}
    request = {"do": "call", "call": described | {"carry": None, "unreturned": None}, "picture": False}
    return remote.ask(Message(request), seconds).header


def observe(remote, model="linear"):
    header = {"do": "observe", "model": model, "layers": [], "weights": None}
    return remote.ask(Message(header, {"images": np.zeros((2, 3, 6, 9), np.float32)}), 60)


def descriptors():
    return len(os.listdir("/proc/self/fd"))


def test_a_worker_answers_calls_of_the_submission(worker, tmp_path):
    """More than one, in a folder called like the submission's own."""
    assert call(worker, "answer")["result"] == {"kind": "number", "value": 42.0, "type": "int"}
    assert Path(call(worker, "where")["result"]["value"]).name == tmp_path.name


def test_a_worker_that_is_asked_nonsense_goes_on(worker):
    """An unknown request and a missing function are replies too."""
    error = worker.ask(Message({"do": "dance"}), 30).header["error"]
    assert (error["type"], "dance" in error["message"]) == ("ValueError", True)
    assert call(worker, "missing")["error"]["type"] == "MissingFunction"
    assert call(worker, "answer")["result"]["value"] == 42.0


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "ended the process before it answered"),
        (7, "ended the process with exit code 7 before it answered"),
    ],
)
def test_a_worker_that_leaves_says_how(worker, code, words):
    """Its exit code is told by the warm process, whose child it is."""
    with pytest.raises(Died, match=words):
        call(worker, "leave", code)
    assert worker.ended.code == code
    assert worker.ended.peak_kb > 1000


def test_a_worker_that_does_not_answer_is_ended(worker):
    """With what it printed until then."""
    began = time.monotonic()
    with pytest.raises(TookTooLong, match=r"^took longer than 0\.5 seconds and was stopped$"):
        call(worker, "stay", seconds=0.5)
    assert time.monotonic() - began < 10
    assert worker.ended.code == -signal.SIGKILL
    assert worker.prints.text == "still here\n"


def test_a_worker_that_has_ended_cannot_be_asked(worker):
    """Again and again the same word."""
    worker.close()
    for _ in range(2):
        with pytest.raises(Died):
            call(worker, "answer")


def test_files_have_a_largest_size(worker):
    """A disk is never filled by one check."""
    assert call(worker, "write", 1 << 20)["result"] == {"kind": "none"}
    with contextlib.suppress(Died):  # the kernel's signal for it ends a process that does not listen
        assert call(worker, "write", 17 << 20)["error"]["type"] == "OSError"


def test_workers_leave_nothing_behind(warm):
    """No descriptor of the judge's, whether they were asked, left alone, or closed twice."""
    before = descriptors()
    for number in range(8):
        remote = warm.start_worker()
        if number % 2:
            remote.ask(ORACLE, 60)
        remote.close()
        remote.close()
    assert descriptors() == before


def test_a_worker_without_a_submission_runs_models(warm):
    """The oracle, in the same program."""
    remote = warm.start_worker()
    remote.ask(ORACLE, 60)
    assert observe(remote).arrays["r0"].shape == (2, 5)
    remote.close()


def test_a_warm_process_that_does_not_start_is_the_graders_fault(tmp_path, capfd):
    """Its own words are on stderr."""
    with WarmProcess(tmp_path / "nowhere") as source:
        with pytest.raises(GraderFault, match="the process that imports torch did not start"):
            source.wait_until_warm()
        with pytest.raises(GraderFault):
            source.start_worker()
    assert "nowhere" in capfd.readouterr().err


def test_workers_end_with_the_warm_process():
    """Nothing is left running when a run is over."""
    with WarmProcess(WEIGHTS) as source:
        source.wait_until_warm()
        remote = source.start_worker()
        remote.ask(ORACLE, 60)
    with pytest.raises(Died):
        observe(remote)
    remote.close()


def test_spawned_workers_do_the_same_without_fork():
    """Where a platform has none; a worker that nobody took ends with the source."""
    before = descriptors()
    with SpawnedWorkers(WEIGHTS, ahead=1) as source:
        source.wait_until_warm()
        remote = source.start_worker()
        remote.ask(ORACLE, 60)
        assert observe(remote).arrays["r0"].shape == (2, 5)
        assert remote.close().code == -signal.SIGKILL
    assert descriptors() == before


def test_the_platform_decides_where_workers_come_from(monkeypatch):
    """Whoever asks for what it has not is told so."""
    made = []
    monkeypatch.setattr(sources, "WarmProcess", lambda folder, compiler, memory, without: made.append("fork"))
    monkeypatch.setattr(
        sources, "SpawnedWorkers", lambda folder, ahead, without: made.append(f"spawn {ahead}")
    )
    for wanted in ("auto", "fork", "spawn"):
        sources.open_source(wanted, WEIGHTS, 3)
    monkeypatch.setattr(sys, "platform", "darwin")
    sources.open_source("auto", WEIGHTS, 2)
    monkeypatch.delattr(os, "fork")
    sources.open_source("auto", WEIGHTS, 2)

    assert made == ["fork", "fork", "spawn 1", "spawn 1", "spawn 2"]
    with pytest.raises(Unusable, match="cannot be forked on this platform; leave out --workers"):
        sources.open_source("fork", WEIGHTS, 1)
