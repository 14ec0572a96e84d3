"""One batch at a time writes to a folder of grades; the system lets go when the process ends, however it ends."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from grader.errors import Unusable


@contextlib.contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Keep other batches from a folder as long as the context lasts.

    Raises:
        Unusable: if another one has it, or it cannot be made.
    """
    file = folder / "batch.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise Unusable(f"{folder} cannot be written to ({error.strerror}); give another --out") from None
    try:
        try:
            _lock(descriptor)
        except OSError:
            whose = (
                os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() if hasattr(os, "pread") else ""
            )
            raise Unusable(
                f"another batch{f' (process {whose})' if whose else ''} is writing to {folder}; "
                "wait until it has ended, or give another --out"
            ) from None
        with contextlib.suppress(OSError):  # a full disk is told of where it matters
            os.truncate(descriptor, 0)
            os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    """Lock a file for this process alone: children that are forked from it do not hold it.

    Raises:
        OSError: if another process has it.
    """
    try:
        import fcntl
    except ImportError:
        import msvcrt

        os.lseek(descriptor, 64, os.SEEK_SET)  # beyond what is written there, which others may read
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        os.lseek(descriptor, 0, os.SEEK_SET)
    else:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
