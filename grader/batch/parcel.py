"""Tasks and outcomes as bytes, for pipes and networks: a line of JSON, then files. Nothing in it is run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

from grader.batch.graded import Outcome
from grader.batch.task import Task
from grader.reading.gather import LARGEST_NOTEBOOK, walk

_LENGTH = 8  # bytes that tell how long a frame is


class Stream(Protocol):
    """What frames are written to and read from: a buffered pipe, socket or file."""

    def read(self, size: int, /) -> bytes: ...  # noqa: D102
    def write(self, content: bytes, /) -> object: ...  # noqa: D102
    def flush(self) -> None: ...  # noqa: D102


def pack_outcome(outcome: Outcome) -> bytes:
    """Return an outcome as bytes."""
    head = {
        "result": outcome.result,
        "sources": outcome.sources,
        "seconds": outcome.seconds,
        "problem": outcome.problem,
        "final": outcome.final,
        "evidence": list(outcome.evidence),
    }
    return pack(head, outcome.evidence.values())


def unpack_outcome(parcel: bytes) -> Outcome:
    """Return the outcome that was packed.

    Raises:
        ValueError: if it was cut off.
    """
    head, blobs = unpack(parcel)
    return Outcome(**head | {"evidence": dict(zip(head["evidence"], blobs, strict=True))})


def pack_task(task: Task) -> bytes:
    """Return a task as bytes, with all that was handed in."""
    places: list[dict[str, Any]] = []
    blobs: list[bytes] = []
    for path, name in task.files:
        inside = list(_files(path))
        places.append(
            {"at": path.name, "name": name, "folder": path.is_dir(), "files": [told for told, _ in inside]}
        )
        blobs += [content for _, content in inside]
    return pack({"key": task.key, "name": task.name, "places": places}, blobs)


def unpack_task(parcel: bytes, folder: Path) -> Task:
    """Return the task that was packed, and lay what was handed in into an empty folder.

    Raises:
        ValueError: if it was cut off.
        OSError: if it cannot be written.
    """
    head, blobs = unpack(parcel)
    contents, files = iter(blobs), []
    for number, place in enumerate(head["places"]):
        path = folder / str(number) / place["at"]
        path.parent.mkdir()
        if place["folder"]:
            path.mkdir()
        for inside, size in place["files"]:
            file = path / inside if inside else path
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("wb") as opened:
                opened.write(next(contents))
                opened.truncate(size)
        files.append((path, place["name"]))
    return Task(head["key"], head["name"], tuple(files))


def pack_folder(folder: Path) -> bytes:
    """Return all files of a folder as bytes."""
    inside = sorted(path for path in folder.rglob("*") if path.is_file())
    return pack(
        [path.relative_to(folder).as_posix() for path in inside], [path.read_bytes() for path in inside]
    )


def unpack_folder(parcel: bytes, folder: Path) -> None:
    """Write the files that were packed into an empty folder."""
    names, blobs = unpack(parcel)
    for name, content in zip(names, blobs, strict=True):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def pack(head: Any, blobs: Iterable[bytes]) -> bytes:
    """Return plain data and pieces of bytes as one piece."""
    pieces = list(blobs)
    line = json.dumps([head, [len(piece) for piece in pieces]]).encode()
    return b"".join([line, b"\n", *pieces])


def unpack(parcel: bytes) -> tuple[Any, list[bytes]]:
    """Return what was packed.

    Raises:
        ValueError: if it was cut off.
    """
    line, _, rest = parcel.partition(b"\n")
    head, lengths = json.loads(line)
    if len(rest) != sum(lengths):
        raise ValueError("the parcel was cut off")
    blobs, start = [], 0
    for length in lengths:
        blobs.append(rest[start : start + length])
        start += length
    return head, blobs


def write_frame(stream: Stream, content: bytes) -> None:
    """Write bytes so that their reader knows where they end."""
    stream.write(len(content).to_bytes(_LENGTH, "big") + content)
    stream.flush()


def read_frame(stream: Stream) -> bytes | None:
    """Return the next bytes that were written as one, None where there are no more, or not all of them came."""
    head = stream.read(_LENGTH)
    if len(head) < _LENGTH:
        return None
    length = int.from_bytes(head, "big")
    content = stream.read(length)
    return content if len(content) == length else None


def _files(path: Path) -> Iterator[tuple[tuple[str, int], bytes]]:
    """Yield the name within a place, the size and the content of its files; what no grader reads has no content."""
    inside = [found for found, _ in walk(path)] if path.is_dir() else [Path()] if path.is_file() else []
    for name in inside:
        file = path / name
        try:
            size = file.stat().st_size
            content = file.read_bytes() if size <= LARGEST_NOTEBOOK else b""
        except OSError:
            continue
        yield ("" if name == Path() else name.as_posix(), size), content
