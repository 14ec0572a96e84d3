"""Requests written to files and read back, so that a benchmark can make the same calls without the grader."""

from __future__ import annotations

from pathlib import Path

from grader.sandbox.wire import Message, pack, unpack


def write_request(folder: Path, exercise: str, number: int, request: Message) -> None:
    """Write one request to a file whose name keeps the order."""
    (folder / f"{exercise}-{number:04d}.frame").write_bytes(pack(request))


def read_requests(folder: Path) -> list[tuple[str, Message]]:
    """Return all requests in the order of exercises and calls, each with the name of its file."""
    return [(file.stem, unpack(file.read_bytes())) for file in sorted(folder.glob("*.frame"))]
