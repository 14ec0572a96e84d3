"""Folders of the workers' own: bounded in size, and gone when the worker is, whatever it left in them."""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from pathlib import Path

FOLDER_BYTES = 32 << 20  # the submission itself, pictures that it saves, temporary files
FOLDER_ENTRIES = 2000
_ROOM_BYTES = 512 << 20  # containers often have 64 MB there, which one worker could fill for all others
SLOTS = 16  # folders that bubblewrap makes with a size of their own; further workers share one


class Scratch:
    """Hands out folders to workers and empties them afterwards.

    Args:
        root: an empty folder; a file `canary` in it is what workers must not be able to read.
        kept: whether folders of fixed sizes were made ahead, which are emptied and stay.
    """

    def __init__(self, root: Path, *, kept: bool) -> None:
        self.root = root
        self.canary = root / "canary"
        self._kept = kept
        self._taken: set[int] = set()
        self.canary.write_text("a worker that reads this is not locked in\n")
        self.canary.chmod(0o644)
        root.chmod(0o711)  # other users may pass through, to what is theirs

    def take(self) -> int:
        """Return the number of a free folder."""
        slot = next(number for number in range(len(self._taken) + 1) if number not in self._taken)
        self._taken.add(slot)
        self.folder(slot).mkdir(mode=0o700, exist_ok=True)
        return slot

    def folder(self, slot: int) -> Path:
        """Return the folder of a number."""
        return self.root / str(slot)

    def give(self, slot: int, user: int | None) -> None:
        """Let a folder belong to its worker."""
        self.folder(slot).chmod(0o700)
        if user is not None:
            os.chown(self.folder(slot), user, user)

    def give_back(self, slot: int) -> None:
        """Empty the folder of a worker that has ended."""
        empty(self.folder(slot))
        if not self._kept or slot >= SLOTS:
            self.folder(slot).rmdir()
        self._taken.discard(slot)

    def close(self) -> None:
        """Remove what can be removed; mount points go with the last process inside."""
        self.canary.unlink(missing_ok=True)
        if not self._kept:
            self.root.rmdir()


def choose_root() -> Path:
    """Return where a folder for a grader's workers can be made, in memory where there is room; nothing is there yet.

    Inside bubblewrap it is made in a memory of its own, and so nothing has to be removed outside, whatever happens.

    On a busy disk a worker took 50 ms longer to write and remove a submission's files (`make bench`).
    """
    memory = Path("/dev/shm")
    in_memory = os.access(memory, os.W_OK | os.X_OK) and _room(memory) >= _ROOM_BYTES
    base = memory if in_memory else Path(tempfile.gettempdir())
    return Path(os.path.realpath(base)) / f"grader-{secrets.token_hex(8)}"


def is_overfull(folder: Path, pid: int) -> bool:
    """Return whether a worker's files take more room than it has, those that have no name any more included."""
    used = _bytes_without_name(pid)
    waiting, entries = [folder], 0
    try:
        while waiting:
            with os.scandir(waiting.pop()) as found:
                for entry in found:
                    about = entry.stat(follow_symlinks=False)
                    used += about.st_blocks * 512
                    entries += 1
                    if used > FOLDER_BYTES or entries > FOLDER_ENTRIES:
                        return True
                    if stat.S_ISDIR(about.st_mode):
                        waiting.append(Path(entry.path))
    except FileNotFoundError:  # it is being written to: next time
        return False
    except OSError:  # folders in folders until no name is long enough
        return True
    return used > FOLDER_BYTES


def remove(folder: Path) -> None:
    """Remove a folder and everything in it, if it is there."""
    try:
        empty(folder)
        folder.rmdir()
    except FileNotFoundError:
        return


def empty(folder: Path) -> None:
    """Remove everything in a folder, however deep and whatever its modes; no process may be writing to it.

    What lies deeper is lifted up first, so that neither the depth nor the length of a path matters.
    """
    root = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        while names := _names(root):
            for name in names:
                if not _unlinked(name, root):
                    _lift(name, root)
                    os.rmdir(name, dir_fd=root)
    finally:
        os.close(root)


def _lift(name: str, root: int) -> None:
    """Empty a folder in `root`: files are removed, folders moved up."""
    os.chmod(name, 0o700, dir_fd=root)
    inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=root)
    try:
        for child in _names(inner):
            if not _unlinked(child, inner):
                os.chmod(child, 0o700, dir_fd=inner)
                os.rename(child, secrets.token_hex(16), src_dir_fd=inner, dst_dir_fd=root)
    finally:
        os.close(inner)


def _room(folder: Path) -> int:
    """Return the bytes that are free where a folder lies, 0 where that cannot be told."""
    try:
        about = os.statvfs(folder)
    except (AttributeError, OSError):
        return 0
    return about.f_bavail * about.f_frsize


def _names(folder: int) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]


def _unlinked(name: str, folder: int) -> bool:
    """Remove a file; False where it is a folder."""
    try:
        os.unlink(name, dir_fd=folder)
    except (IsADirectoryError, PermissionError):
        return False
    return True


def _bytes_without_name(pid: int) -> int:
    """Return the bytes of files that a process holds open and has removed."""
    used = 0
    try:
        with os.scandir(f"/proc/{pid}/fd") as descriptors:
            for descriptor in descriptors:
                about = descriptor.stat()
                if stat.S_ISREG(about.st_mode) and about.st_nlink == 0:
                    used += about.st_blocks * 512
    except OSError:  # it has ended, or closes files meanwhile
        return used
    return used
