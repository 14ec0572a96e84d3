"""A grader on another machine: a process with a warm process of its own, which a cluster's worker feeds through pipes.

A cluster's worker has threads, and a process with threads must not fork; this one has none. It reads what to grade
from stdin as frames and answers each with a frame on stdout. Fixtures that came with the job lie in memory, in a folder
that only this user may open, and are gone when the process is. `python -m grader.batch.station`.
"""

from __future__ import annotations

import dataclasses
import os
import sys
import tempfile
from collections.abc import Mapping
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
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that is printed becomes an answer
    job = read_frame(requests)
    if job is None:
        return 0
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
                write_frame(answers, GRADED)
                while (parcel := read_frame(requests)) is not None:
                    with tempfile.TemporaryDirectory(prefix="handed-in-", dir=scratch) as place:
                        task = unpack_task(parcel, Path(place))
                        ended = [one for one in executor.run([task], lambda _task: None) if one is not None]
                    write_frame(answers, GRADED + pack_outcome(ended[0][1]))
        except GraderError as error:
            write_frame(answers, REFUSED + str(error).encode("utf-8", "replace"))
    return 0


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
