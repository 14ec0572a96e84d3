"""The loop of --watch: with a stand-in for judging, and once as somebody at a terminal sees it."""

from __future__ import annotations

import contextlib
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from grader.exercises import read_exercises, select_exercises
from grader.language import speaking
from grader.options import parse_options
from grader.result import CheckResult, SubmissionResult
from grader.watching.loop import Loop, Superseded
from tests.command_line import ROOT, SUBMISSIONS, run_grader
from tests.test_grader_ctrl_c import family

PATIENCE = 40  # seconds for what takes one or two on an idle machine
NAMES = ("filters", "saliency")


class StandIn:
    """Grades in no time: an exercise has all its points where its file says "right".

    Args:
        meanwhile: done once while it grades, before it looks whether it should go on.
    """

    def __init__(self):
        self.graded = []
        self.meanwhile = None

    def wait_until_warm(self):
        pass

    def grade(self, found, tell, look, seconds):
        self.graded.append([exercise.name for exercise in found.exercises])
        checks = []
        for number, exercise in enumerate(found.exercises):
            right = b"right" in found.submission.files.get(f"{exercise.module}.py", b"")
            status = "passed" if right else "failed"
            points = exercise.points if right else 0.0
            message = "" if right else "it is wrong"
            check = CheckResult(
                f"{exercise.name}/all",
                exercise.name,
                "It is right.",
                status,
                points,
                exercise.points,
                message,
            )
            tell("announced", check)
            if number and self.meanwhile is not None:
                do, self.meanwhile = self.meanwhile, None
                do()
                look()
            tell("finished", check)
            checks.append(check)
        return SubmissionResult(
            found.name, tuple(checks), 0.1, "none", notices=found.notices, complete=found.complete
        )


@pytest.fixture
def work(tmp_path):
    """A folder with two exercises."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "filters.py").write_text("def plot_filters(weight, title):\n    pass  # right\n")
    (folder / "saliency.py").write_text("def compute_saliency_maps(X, y, model):\n    pass\n")
    return folder


@pytest.fixture
def session():
    return StandIn()


@pytest.fixture
def make_loop(session, tmp_path):
    """Makes loops on a path, closed after the test."""
    with contextlib.ExitStack() as stack:

        def make(path, *arguments):
            given = ["-e", "filters", "-e", "saliency", "--out", str(tmp_path / "out"), *arguments]
            options = parse_options([str(path), *given])
            return Loop(options, select_exercises(read_exercises(), NAMES), session, stack)

        yield make


def save(file, text):
    file.write_text(text)
    return (file.name,)


def test_only_what_changed_is_graded_again_and_the_rest_is_kept(make_loop, work, session, capsys):
    """One total over both; the points of before stand beside those of now."""
    loop = make_loop(work)
    loop.grade((), 0.0)
    names = save(work / "saliency.py", "def compute_saliency_maps(X, y, model):\n    pass  # right\n")
    capsys.readouterr()
    loop.grade(names, time.perf_counter())
    told = capsys.readouterr().out

    assert session.graded == [["filters", "saliency"], ["saliency"]]
    assert "0 → 30 of 30" in told
    assert "total 10 → 40 of 40 " in told
    assert "filters" not in told
    assert (loop.result.score, len(loop.result.checks)) == (40, 2)


def test_it_is_told_in_the_language_spoken(make_loop, work, capsys):
    """All that the loop says of its own; names stay as they are."""
    with speaking("ko"):
        loop = make_loop(work)
        loop.grade((), 0.0)
        loop.grade(save(work / "notes.md", "x"), 0.0)
        loop.grade(save(work / "filters.py", "def plot_filters(weight, title):\n    pass\n"), 0.0)
        loop.grade(save(work / "filters.py", "<<<<<<< HEAD\n"), 0.0)
        loop.grade(save(work / "filters.py", "def plot_filters(weight, title):\n    pass\n"), 0.0)
        shutil.rmtree(work)
        loop.grade(("filters.py",), 0.0)
    told = "".join(capsys.readouterr())
    squeezed = re.sub(r"\s", "", told)  # wherever lines end
    ours = re.sub(
        r"it is wrong|merge conflict|It is right|filters(\.py)?|saliency(\.py)?|notes\.md", "", told
    )

    assert "합계 10 → 0 / 40" in told
    assert "다시채점할문제:filters" in squeezed
    assert "이(가)없어졌습니다.다음저장을" in squeezed
    assert re.findall("[a-z]{3,} [a-z]{3,}", ours.replace(str(work), "")) == []


def test_a_change_of_nothing_that_is_graded_says_so(make_loop, work, session, capsys):
    loop = make_loop(work)
    loop.grade((), 0.0)
    loop.grade(save(work / "notes.md", "x"), 0.0)

    assert capsys.readouterr().out.endswith("nothing that is graded has changed in notes.md\n")
    assert len(session.graded) == 1


def test_half_a_line_is_one_sentence_and_costs_nothing(make_loop, work, session, capsys):
    """The results of before stay, also when the line is taken back."""
    loop = make_loop(work)
    loop.grade((), 0.0)
    before = (work / "filters.py").read_text()
    loop.grade(save(work / "filters.py", before + "def half("), 0.0)
    told = capsys.readouterr().out.replace("\n", " ")
    assert "filters.py cannot be read as Python: '(' was never closed (line 3: def half()" in told
    assert "filters is graded again when this is mended" in told
    assert loop.result.score == 10

    loop.grade(save(work / "filters.py", before), 0.0)
    assert capsys.readouterr().out.endswith("this is what was graded last\n")
    assert len(session.graded) == 1


def test_half_a_line_at_the_beginning_is_graded_like_anything_else(make_loop, work, session):
    """There is nothing to keep."""
    (work / "filters.py").write_text("def half(")
    make_loop(work).grade((), 0.0)

    assert session.graded == [["filters", "saliency"]]


def test_a_save_of_what_is_being_graded_gives_that_up_and_keeps_what_was_done(
    make_loop, work, session, capsys
):
    """The first exercise had ended, the second begins again."""
    loop = make_loop(work)
    session.meanwhile = lambda: save(
        work / "saliency.py", "def compute_saliency_maps(X, y, model):\n    pass  # right\n"
    )
    with pytest.raises(Superseded):
        loop.grade((), 0.0)
    loop.grade(("saliency.py",), 0.0)

    assert session.graded == [["filters", "saliency"], ["saliency"]]
    assert "saved again: starting over" in capsys.readouterr().out
    assert loop.result.score == 40


def test_a_save_of_something_else_does_not_disturb(make_loop, work, session):
    """It waits until the checks have run."""
    loop = make_loop(work)
    session.meanwhile = lambda: save(work / "filters.py", "def plot_filters(weight, title):\n    pass\n")
    loop.grade((), 0.0)  # filters had ended when it was saved
    loop.grade(("filters.py",), 0.0)

    assert session.graded == [["filters", "saliency"], ["filters"]]


def test_what_goes_is_told_and_comes_back(make_loop, work, session, capsys):
    """A file, and the folder as a whole; the loop goes on."""
    loop = make_loop(work)
    loop.grade((), 0.0)
    (work / "filters.py").unlink()
    loop.grade(("filters.py",), 0.0)
    told = capsys.readouterr()
    assert "filters.py is missing" in told.err
    assert "10 → 0 of 10" in told.out

    away = work.rename(work.with_name("away"))
    loop.grade(("saliency.py",), 0.0)
    assert f"{work.name} is gone; waiting for the next save" in capsys.readouterr().out.replace("\n", "")
    away.rename(work)
    loop.grade(("saliency.py",), 0.0)
    assert loop.result.max_score == 40


def test_a_path_that_leads_nowhere_is_refused_at_once():
    ended = run_grader("no_such_folder", "--watch")
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "there is no no_such_folder" in ended.stderr


def test_platforms_do_not_watch():
    ended = run_grader("--watch", "--format", "terminal,gradescope")
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "leave out --format gradescope" in ended.stderr


def test_files_and_the_page_are_written_each_time(make_loop, work, tmp_path, capsys):
    """With everything in them, and the page served under a name that only this user is told."""
    loop = make_loop(work, "--format", "terminal,json,html")
    loop.grade((), 0.0)
    (tmp_path / "out" / "result.json").unlink()
    loop.grade(save(work / "saliency.py", "# right"), 0.0)
    told = capsys.readouterr().err

    assert '"score": 40' in (tmp_path / "out" / "result.json").read_text()
    assert told.count("grader: the page, which reloads itself, is http://127.0.0.1:") == 1


class Terminal:
    """`python -m grader ... --watch` as a process."""

    def __init__(self, process):
        self.process = process
        self._lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self._lines.put(line.rstrip())

    def read_until(self, part):
        """Return the lines up to one that has a part."""
        lines = []
        with contextlib.suppress(queue.Empty):
            while not lines or part not in lines[-1]:
                lines.append(self._lines.get(timeout=PATIENCE))
        assert part in lines[-1], lines
        return "\n".join(lines)


@pytest.fixture
def temporary(tmp_path):
    folder = tmp_path / "tmp"
    folder.mkdir()
    return folder


@pytest.fixture
def terminal(work, temporary):
    """One on a copy of half_done, of which two exercises are watched."""
    shutil.copytree(SUBMISSIONS / "half_done", work, dirs_exist_ok=True)
    command = [sys.executable, "-m", "grader", str(work), "-e", "filters", "-e", "saliency", "--watch"]
    around = {**os.environ, "TMPDIR": str(temporary), "COLUMNS": "60", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=around, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:  # fmt: skip
        yield Terminal(process)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc what the processes do")
def test_a_session_at_the_terminal(terminal, work, temporary):
    """Half done, right, an endless loop that is mended while it runs, Ctrl-C: nothing is left."""
    right = (ROOT / "reference" / "saliency.py").read_text("utf-8")
    first = terminal.read_until("watching work: ")
    assert "total 18 of 40" in first
    assert "\x1b" not in first
    assert max(map(len, first.splitlines())) <= 60

    (work / "saliency.py").write_text(right)
    told = terminal.read_until("total ")
    assert "8 → 30 of 30\n" in told
    assert "total 18 → 40 of 40" in told
    assert "filters" not in told

    began = time.monotonic()
    (work / "saliency.py").write_text(f"{right}\nwhile True: pass\n")
    terminal.read_until(" saliency.py ─")
    time.sleep(1)  # checks have begun
    (work / "saliency.py").write_text(f"{right}\n# mended\n")
    told = terminal.read_until("total ")
    assert "total 40 of 40" in told
    assert time.monotonic() - began < 20 + PATIENCE / 3  # a call may take 20 s, on a slow machine more

    relatives = family(terminal.process.pid)
    os.killpg(terminal.process.pid, signal.SIGINT)
    code = terminal.process.wait(timeout=PATIENCE)
    said = terminal.process.stderr.read()
    assert (code, said.splitlines()[-1]) == (0, "grader: stopped watching")
    deadline = time.monotonic() + PATIENCE
    while any(Path(f"/proc/{pid}").exists() for pid in relatives):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert list(temporary.iterdir()) == []
