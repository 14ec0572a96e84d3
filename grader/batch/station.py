"""The grader of a cluster's worker: one warm process, and a lane for each thread of the worker.

A cluster's worker has threads, and a process with threads must not fork; this one has none. Its stdin is a socket. It
reads the job from there as a frame and answers with one; then each socket that is passed to it gets a lane, a forked
process that reads what to grade from its socket and answers there, one submission after the other. Fixtures that came
with the job lie in memory, in a folder that only this user may open, and are gone when the process is.
`python -m grader.batch.station`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Mapping
from io import BufferedRWPair
from pathlib import Path
from typing import Any

from grader.batch.local import LocalExecutor
from grader.batch.parcel import pack_outcome, read_frame, unpack, unpack_folder, unpack_task, write_frame
from grader.batch.task import describe
from grader.errors import GraderError
from grader.exercises import exercises_of
from grader.fixtures import open_fixtures
from grader.options import Options, parse_options
from grader.sandbox.environment import ONE_THREAD
from grader.sandbox.kernel import die_with_parent

REFUSED, GRADED = b"!", b"="  # the first byte of an answer: a sentence follows, or an outcome

_PLAIN = (
    "course",
    "exercises",
    "all_exercises",
    "formats",
    "seconds",
    "require_isolation",
    "audience",
    "verbosity",
)


def pack_options(options: Options) -> dict[str, Any]:
    """Return what another machine must know of how to grade."""
    return {name: getattr(options, name) for name in _PLAIN}


def unpack_options(told: Mapping[str, Any], fixtures: Path | None) -> Options:
    """Return the options that were packed, for one submission after the other."""
    lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
    return dataclasses.replace(parse_options([]), **{**told, **lists}, fixtures=fixtures, jobs=1)


def main() -> int:
    """Serve until stdin ends."""
    os.environ.update(ONE_THREAD)
    with socket.socket(fileno=os.dup(0)) as control, control.makefile("rwb") as stream:
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)  # nothing that is printed becomes an answer
        with contextlib.suppress(ConnectionError):  # the worker has gone, and with it whoever wants an answer
            if (job := read_frame(stream)) is not None:
                _do(job, control, stream)
    return 0


def _do(job: bytes, control: socket.socket, stream: BufferedRWPair) -> None:
    """Open what grades as the job says, and keep lanes; where that cannot be, refuse."""
    about, (fixtures,) = unpack(job)
    in_memory = "/dev/shm" if os.access("/dev/shm", os.W_OK | os.X_OK) else None
    with tempfile.TemporaryDirectory(prefix="station-", dir=in_memory) as private:
        scratch = Path(private) / "scratch"
        scratch.mkdir()
        folder = Path(private) / "fixtures" if fixtures else None
        if folder is not None:
            unpack_folder(fixtures, folder)
        try:
            options = unpack_options(about["options"], folder)
            _compare(about["about"], options)
            with LocalExecutor(options, scratch, 2) as executor:
                executor.wait_until_warm()
                write_frame(stream, GRADED)
                _keep_lanes(control, executor, scratch)
        except GraderError as error:
            write_frame(stream, _refuse(error))


def _keep_lanes(control: socket.socket, executor: LocalExecutor, scratch: Path) -> None:
    """Start a lane for each socket that comes, until no more can come; end those that are left."""
    lanes: list[int] = []
    try:
        while True:
            _, passed, _, _ = socket.recv_fds(control, 1, 1)
            if not passed:
                return
            lanes = [pid for pid in lanes if os.waitpid(pid, os.WNOHANG)[0] == 0]
            lanes.append(_start_lane(passed[0], control, executor, scratch))
            os.close(passed[0])
    finally:
        for pid in lanes:
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)


def _start_lane(passed: int, control: socket.socket, executor: LocalExecutor, scratch: Path) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.close(control.detach())
        die_with_parent(parent)
        with socket.socket(fileno=passed) as near, near.makefile("rwb") as stream:
            _serve(stream, executor, scratch)
        code = 0
    except ConnectionError:  # the worker has gone
        pass
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _serve(stream: BufferedRWPair, executor: LocalExecutor, scratch: Path) -> None:
    """Grade what comes, one submission after the other."""
    while (parcel := read_frame(stream)) is not None:
        write_frame(stream, _grade(parcel, executor, scratch))


def _grade(parcel: bytes, executor: LocalExecutor, scratch: Path) -> bytes:
    """Return the answer to a parcel."""
    try:
        with tempfile.TemporaryDirectory(prefix="handed-in-", dir=scratch) as place:
            task = unpack_task(parcel, Path(place))
            ended = [one for one in executor.run([task], lambda _task: None) if one is not None]
    except GraderError as error:
        return _refuse(error)
    return GRADED + pack_outcome(ended[0][1])


def _refuse(error: GraderError) -> bytes:
    return REFUSED + str(error).encode("utf-8", "replace")


def _compare(wanted: Mapping[str, str], options: Options) -> None:
    """Refuse to grade where results would differ from those of the machine that asks.

    Raises:
        GraderError: if something here is of another version.
    """
    here = describe(options, exercises_of(options), open_fixtures(options.fixtures).fixtures_hash)
    other = [name for name in here if here[name] != wanted.get(name)]
    if other:
        raise GraderError(
            f"a worker on {os.uname().nodename} has other versions ({', '.join(other)}) than this machine; "
            "let all of them run from one checkout and one Python"
        )


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)
