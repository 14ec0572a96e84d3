"""A worker behind the wall, with bubblewrap and without: its folder, its neighbours, its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fixtures.store import DATA_FOLDER
from grader.errors import Died, StudentFault
from grader.sandbox.environment import ROOT
from grader.sandbox.launch import WarmProcess
from grader.sandbox.layers import BUBBLEWRAP, from_plain
from grader.sandbox.setup import worker_setup
from grader.sandbox.wire import Message
from tests.test_grader_ctrl_c import family, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")

PROGRAM = """
import os, pathlib, tempfile, time

def write(name, text):
    pathlib.Path(name).write_text(text)
    with tempfile.NamedTemporaryFile() as file:
        return file.name

def read(name):
    return pathlib.Path(name).read_text()

def look(folder):
    return sorted(os.listdir(folder))

def fill(megabytes):
    for number in range(megabytes):
        with open(f"{number}.bin", "wb") as file:
            file.write(bytes(1 << 20))
    time.sleep(60)

def spin():
    while True:
        pass

"""


@pytest.fixture(scope="module", params=["wrapped", "plain"])
def warm(request):
    """A warm process in bubblewrap, and one without; workers of the latter are watched."""
    without = frozenset() if request.param == "wrapped" else frozenset({BUBBLEWRAP})
    with WarmProcess(DATA_FOLDER / "weights", without=without) as source:
        source.wait_until_warm()
        yield source


@pytest.fixture
def start(warm, tmp_path, request):
    """Starts workers of one submission; ends them after the test."""
    folder = tmp_path / "saved"
    folder.mkdir()
    (folder / "filters.py").write_text(PROGRAM)
    (folder / "data.txt").write_text("beside it")
    started = []

    def begin():
        remote = warm.start_worker()
        started.append(remote)
        told = {
            layer.name: layer for layer in from_plain(remote.ask(worker_setup(folder), 60).header["layers"])
        }
        if "wrapped" in request.node.callspec.id and not told[BUBBLEWRAP].in_force:
            pytest.skip(f"no bubblewrap here: {told[BUBBLEWRAP].says}")
        return remote

    yield begin
    for remote in started:
        remote.close()


def call(remote, name, *arguments, seconds=30):
    described = {"function": f"filters.{name}", "arguments": list(arguments), "keywords": {}, "steps": 1}
    request = {"do": "call", "call": described | {"carry": None, "unreturned": None}, "picture": False}
    header = remote.ask(Message(request), seconds).header
    return header.get("error", {}).get("type") or header["result"].get("value") or header["result"]


def test_what_is_written_can_be_read_again_by_this_worker_only(start, warm, tmp_path):
    """The student's own folder stays as it was, and the next worker starts from what was handed in."""
    first, second = start(), start()
    assert call(first, "read", "data.txt") == "beside it"
    temporary = call(first, "write", "data.txt", "changed")
    assert str(warm.scratch) in temporary
    assert call(first, "read", "data.txt") == "changed"
    assert call(second, "read", "data.txt") == "beside it"
    assert (tmp_path / "saved" / "data.txt").read_text() == "beside it"


def test_a_worker_cannot_look_at_its_neighbours(start, warm):
    """Neither into their folders nor whether there are any."""
    first, second = start(), start()
    own = Path(call(first, "write", "mine.txt", "mine")).parents[1]
    assert call(first, "look", str(own / "saved"))["items"] != []
    for path in (own, own / "saved"):
        assert call(second, "look", str(path)) == "PermissionError"
    assert call(second, "read", str(own / "saved" / "mine.txt")) == "PermissionError"
    assert call(second, "look", str(warm.scratch)) == "PermissionError"


def test_a_worker_that_fills_its_folder_is_stopped(start, request):
    """By the size that the kernel keeps, or by the warm process, which looks now and then."""
    worker = start()
    if request.node.callspec.id == "wrapped":
        assert call(worker, "fill", 200) == "OSError"
    else:
        with pytest.raises(Died, match="filled its folder"):
            call(worker, "fill", 200)
        assert worker.ended.overfull
    assert call(start(), "read", "data.txt") == "beside it"


def test_a_folder_is_empty_when_the_next_worker_gets_it(start):
    """Whatever the one before left there when it was stopped."""
    worker = start()
    with pytest.raises(StudentFault):
        call(worker, "fill", 20, seconds=1)
    for _ in range(3):
        worker = start()
        assert "0.bin" not in str(call(worker, "look", "."))
        worker.close()


def test_a_worker_is_ended_when_its_judge_is_gone(warm, tmp_path):
    """The warm process notices: nobody else would stop an endless loop, and --watch keeps that process for hours."""
    (tmp_path / "filters.py").write_text(PROGRAM)
    before = set(family(warm._process.pid))
    judge = os.fork()
    if judge == 0:
        remote = warm.start_worker()
        remote.ask(worker_setup(tmp_path), 60)
        call(remote, "spin", seconds=600)
        os._exit(0)
    wait_until(lambda: set(family(warm._process.pid)) - before)
    time.sleep(0.5)
    assert set(family(warm._process.pid)) - before
    os.kill(judge, signal.SIGKILL)
    os.waitpid(judge, 0)
    wait_until(lambda: not set(family(warm._process.pid)) - before)


@pytest.mark.parametrize("without", [frozenset(), frozenset({BUBBLEWRAP})], ids=["wrapped", "plain"])
def test_nothing_is_left_when_the_warm_process_has_ended(without):
    """Its folder goes with it, running workers included."""
    with WarmProcess(DATA_FOLDER / "weights", without=without) as source:
        source.wait_until_warm()
        remote = source.start_worker()
    assert not source.scratch.exists()
    remote.close()


@pytest.mark.parametrize("without", ["", "bubblewrap"], ids=["wrapped", "plain"])
def test_nothing_is_left_when_the_grading_process_is_killed(without):
    """The warm process notices, ends its workers and removes their folders; bubblewrap's are gone by themselves."""
    program = (
        "import time; from pathlib import Path; from grader.sandbox.sources import open_source\n"
        f"with open_source('fork', Path({str(DATA_FOLDER / 'weights')!r}), 1) as source:\n"
        "    source.wait_until_warm(); remote = source.start_worker()\n"
        "    print(source.scratch, flush=True); time.sleep(100)"
    )
    command = [sys.executable, "-c", program]
    environment = os.environ | {"GRADER_WITHOUT": without}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        scratch = Path(process.stdout.readline().strip())
        process.kill()
    deadline = time.monotonic() + 20
    while scratch.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert scratch.name.startswith("grader-")
    assert not scratch.exists()
