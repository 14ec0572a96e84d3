"""A batch on a cluster: a real scheduler and three workers as processes of their own, on this machine."""

from __future__ import annotations

import importlib.util
import io
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.batch.parcel import pack_folder, pack_task, read_frame, unpack_folder, unpack_task, write_frame
from grader.batch.store import open_grades
from grader.batch.task import Task, digest_of
from tests.command_line import ROOT, run_grader
from tests.local_cluster import PATIENCE, children, open_cluster
from tests.stub_batch import MARKS
from tests.test_batch_real import RIGHT, batch, hand_in, table
from tests.test_grader_ctrl_c import program

needs_dask = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None or not hasattr(os, "fork"),
    reason="needs Dask, and graders are forked",
)


def pretend(folder, address, marks):
    """Return the ended batch of pretended gradings."""
    command = [
        sys.executable,
        "-m",
        "tests.stub_batch",
        str(folder / "in"),
        "--out",
        str(folder / "grades"),
        "--scheduler",
        address,
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), MARKS: str(marks)}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


@needs_dask
@pytest.mark.slow
def test_a_worker_that_dies_is_replaced_and_a_submission_that_kills_two_is_marked(tmp_path):
    """Nothing of the others is lost, and the next run tries what was marked again."""
    texts = {f"s{number}": f"sleep 0.{number}" for number in range(6)} | {
        "once": "dies once",
        "twice": "dies",
    }
    for name, text in texts.items():
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "saliency.py").write_text(f"# {name} {text}\n")
    marks = tmp_path / "marks"
    marks.mkdir()
    with open_cluster(tmp_path, **{MARKS: str(marks)}) as address:
        ended = pretend(tmp_path, address, marks)
        assert ended.returncode == 3, ended.stderr
        with open_grades(tmp_path / "grades") as grades:
            told = {row.student: row.problem for row in grades.rows()}
        shutil.rmtree(tmp_path / "in" / "twice")
        again = pretend(tmp_path, address, marks)
    assert "ended 2 times (and its worker with it)" in told["twice"]
    assert len(list(marks.glob("twice-*"))) == 2
    assert again.returncode == 0, again.stderr
    with open_grades(tmp_path / "grades") as grades:
        assert [row.student for row in grades.rows() if row.problem is not None] == ["twice"]
    assert set(texts) == set(told)


@needs_dask
def test_a_scheduler_that_is_not_there_is_said(tmp_path):
    """And nothing is lost or begun."""
    hand_in(tmp_path / "in", ann=RIGHT)
    ended = run_grader(
        "batch", tmp_path / "in", "--out", tmp_path / "grades", "--scheduler", "tcp://127.0.0.1:9"
    )
    assert ended.returncode == 2
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in ended.stderr
    assert "Traceback" not in ended.stderr


@needs_dask
@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_gives_the_table_of_one_machine(tmp_path):
    """With fixtures that travel, and a worker killed in the middle with all that it had started."""
    from fixtures.store import DATA_FOLDER

    hand_in(tmp_path / "in", **{f"s{number:02}": f"{RIGHT}\n# {number}\n" for number in range(9)})
    assert subprocess.run(batch(tmp_path), cwd=ROOT, check=False).returncode == 0
    (tmp_path / "grades").rename(tmp_path / "local")
    with open_cluster(tmp_path) as address:
        command = batch(tmp_path, "--scheduler", address, "--fixtures", str(DATA_FOLDER))
        with subprocess.Popen(command, cwd=ROOT) as running:
            killed = False
            while running.poll() is None and not killed:
                time.sleep(0.1)
                with open_grades(tmp_path / "grades", create=True) as grades:
                    if len(grades.known()) >= 2:
                        stations = [
                            pid for pid in children(os.getpid()) if b"grader.batch.station" in program(pid)
                        ]
                        os.kill(parent(stations[0]), signal.SIGKILL)
                        killed = True
            assert running.wait() == 0
    assert killed
    assert table(tmp_path / "grades") == table(tmp_path / "local")


def parent(pid):
    """Return the process that started one."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_what_was_handed_in_crosses_as_bytes(tmp_path):
    """Folders, single files, several files under other names; what is too large to be read keeps only its size."""
    folder, file = tmp_path / "ann", tmp_path / "x_1_2_net.py"
    (folder / "inside").mkdir(parents=True)
    (folder / "inside" / "saliency.py").write_bytes(b"x = '\xff'\n")
    with (folder / "large.ipynb").open("wb") as large:
        large.truncate(200 << 20)
    file.write_text("y = 1\n")
    files = ((folder, ""), (file, "net.py"), (tmp_path / "gone", ""))
    parcel = pack_task(Task("key", "ann", files))
    (tmp_path / "there").mkdir()

    task = unpack_task(parcel, tmp_path / "there")

    assert len(parcel) < 1000
    assert (task.key, task.name, [name for _, name in task.files]) == ("key", "ann", ["", "net.py", ""])
    assert [path.name for path, _ in task.files] == ["ann", "x_1_2_net.py", "gone"]
    assert digest_of(task.files) == digest_of(files)
    assert not task.files[2][0].exists()


def test_fixtures_cross_as_bytes(tmp_path):
    """With the folders in them."""
    (tmp_path / "a" / "weights").mkdir(parents=True)
    (tmp_path / "a" / "weights" / "net").write_bytes(b"\n\0")
    (tmp_path / "a" / "manifest.json").write_text("{}")
    (tmp_path / "b").mkdir()
    unpack_folder(pack_folder(tmp_path / "a"), tmp_path / "b")
    assert digest_of(((tmp_path / "a", ""),)) == digest_of(((tmp_path / "b", ""),))


def test_a_frame_that_is_cut_off_is_none():
    """So is the end."""
    stream = io.BytesIO()
    write_frame(stream, b"hello")
    whole = stream.getvalue()
    assert read_frame(io.BytesIO(whole)) == b"hello"
    assert [read_frame(io.BytesIO(whole[:end])) for end in (0, 3, len(whole) - 1)] == [None, None, None]
