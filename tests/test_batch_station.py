"""The station of a cluster's worker: one warm process, a lane for each thread, and what happens when either ends."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import queue
import signal
import threading
from pathlib import Path

import pytest

from grader.batch.parcel import pack, pack_task, unpack_outcome
from grader.batch.station import GRADED, REFUSED, pack_options
from grader.batch.task import Task, describe
from grader.exercises import exercises_of
from grader.fixtures import open_fixtures
from grader.options import parse_options
from tests.local_cluster import children
from tests.test_batch_cluster import parent
from tests.test_batch_real import RIGHT, hand_in
from tests.test_grader_ctrl_c import PATIENCE, program, wait_until

pytestmark = [
    pytest.mark.skipif(
        importlib.util.find_spec("distributed") is None or not Path("/proc/self/task").exists(),
        reason="needs Dask, and looks at processes",
    ),
    pytest.mark.slow,
]
STATION, WARM = b"grader.batch.station", b"grader.sandbox.zygote"
SLEEPS = "import time\n\n\ndef plot_filters(*_):\n    time.sleep(60)\n"


@contextlib.contextmanager
def open_plugin(**changed):
    """Give the plugin of a worker, set up, and end its station."""
    from grader.batch.cluster_worker import Stations

    options = parse_options(["-e", "filters"])
    about = describe(options, exercises_of(options), open_fixtures(None).fixtures_hash) | changed
    plugin = Stations(pack({"options": pack_options(options), "about": about}, [b""]))
    plugin.setup(None)
    try:
        yield plugin
    finally:
        plugin.teardown(None)


def score(answer):
    """Return the points that an answer tells of."""
    assert answer.startswith(GRADED), answer[:200]
    return unpack_outcome(answer[1:]).result["score"]


def below(pid, words=b""):
    """Return the processes that one has started itself and whose command has some words in it."""
    started = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in started if words in program(int(child))]


def stations():
    """Return the stations that threads of this process have started."""
    return [pid for pid in children(os.getpid()) if parent(pid) == os.getpid() and STATION in program(pid)]


def gone(pid):
    """Return whether a process has ended, waited for or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def in_thread(function, *arguments):
    """Call a function in a thread, and return the queue that its result, or what it raised, is put into."""
    told = queue.SimpleQueue()

    def call():
        try:
            told.put(function(*arguments))
        except Exception as error:
            told.put(error)

    threading.Thread(target=call, daemon=True).start()
    return told


def test_threads_share_one_warm_process_and_each_survives_the_others_lane(tmp_path):
    """Two submissions at once; a lane that is killed costs its own, a station what it had; the next ones are graded."""
    from grader.batch.cluster_worker import StationDied

    hand_in(tmp_path, right=RIGHT, slow=SLEEPS)
    right, slow = (pack_task(Task(name, name, ((tmp_path / name, ""),))) for name in ("right", "slow"))
    with open_plugin() as plugin:
        points = score(plugin.grade(right))
        assert points > 0
        (station,) = stations()
        (lane,) = below(station, STATION)
        stuck = in_thread(plugin.grade, slow)  # takes the lane that is idle
        wait_until(lambda: below(lane))
        assert score(plugin.grade(right)) == points
        lanes = below(station, STATION)
        assert len(lanes) == 2
        assert [len(below(pid, WARM)) for pid in (station, *lanes)] == [1, 0, 0]

        os.kill(lane, signal.SIGKILL)
        assert isinstance(stuck.get(timeout=PATIENCE), StationDied)
        assert score(plugin.grade(right)) == points
        assert stations() == [station]

        stuck = in_thread(plugin.grade, slow)
        wait_until(lambda: any(map(below, below(station, STATION))))
        before = children(station)
        os.kill(station, signal.SIGKILL)
        assert isinstance(stuck.get(timeout=PATIENCE), StationDied)
        wait_until(lambda: all(map(gone, before)))
        assert score(plugin.grade(right)) == points


def test_a_station_of_another_version_refuses(tmp_path):
    """And has ended then."""
    hand_in(tmp_path, right=RIGHT)
    parcel = pack_task(Task("right", "right", ((tmp_path / "right", ""),)))
    with open_plugin(grader="another") as plugin:
        answer = plugin.grade(parcel)
        assert answer.startswith(REFUSED)
        assert b"other versions (grader)" in answer
        assert stations() == []
