"""A process that locks itself in and then tries what it must not: `python tests/locked_in.py PLAN`, prints JSON.

PLAN is JSON: "without", the layers that are left out; "as_user", the user to be from the start; "folder", which that
user may write to. For each attempt it prints "done", or the name of the error that the kernel gave.
"""

from __future__ import annotations

import ctypes
import errno
import json
import mmap
import os
import resource
import socket
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from grader.sandbox import layers, user
from grader.sandbox.confine import confine
from grader.sandbox.readable import readable_by_workers


def main(plan):
    """Lock this process in, try everything, and print what came of it."""
    os.umask(0o022)
    readable = readable_by_workers()  # where Python is, only its owner may be able to see
    folder = Path(plan["folder"])
    folder.chmod(0o755)
    own, canary, private = folder / "0", folder / "canary", folder / "private"
    if plan["as_user"]:
        os.chown(folder, plan["as_user"], plan["as_user"])
        os.setgroups([])
        os.setresgid(*[plan["as_user"]] * 3)
        os.setresuid(*[plan["as_user"]] * 3)
    pid = os.fork()
    if pid:  # the parent that it may not signal is of the same user
        _, status = os.waitpid(pid, 0)
        os._exit(os.waitstatus_to_exitcode(status))
    canary.write_text("here")
    private.write_text("mine")
    private.chmod(0o600)
    own.mkdir()
    number = user.spare_user(0) if os.geteuid() == 0 else None
    if number is not None and "user" not in plan["without"]:
        os.chown(own, number, number)
    reasons = {layers.BUBBLEWRAP: "elsewhere"} | ({} if number else {layers.USER: "no root"})
    place = layers.Place(own, canary, None, number, readable, frozenset(plan["without"]), reasons)
    told = confine(place, 60)
    found = {name: outcome(attempt) for name, attempt in attempts(own, canary, private).items()}
    print(json.dumps({"layers": [layer.to_plain() for layer in told], "attempts": found}), flush=True)
    os._exit(0)


def attempts(own, canary, private):
    """Return what is tried, in an order in which what succeeds spoils nothing that follows."""
    libc = ctypes.CDLL(None, use_errno=True)

    def calls(name, *arguments):
        ctypes.set_errno(0)
        if getattr(libc, name)(*arguments) == -1:
            raise OSError(ctypes.get_errno(), name)

    def link():
        (own / "link").symlink_to(canary)
        (own / "link").read_text()

    return {
        "write in its own folder": lambda: (own / "x").write_text("x"),
        "make a folder in its own folder": lambda: (own / "d" / "e").mkdir(parents=True),
        "rename in its own folder": lambda: (own / "x").rename(own / "d" / "x"),
        "read a file outside": canary.read_text,
        "read it by a link": link,
        "read a private file": private.read_text,
        "list a folder outside": lambda: os.listdir(canary.parent),
        "write to a file outside": lambda: canary.write_text("here"),
        "link a file outside to here": lambda: os.link(canary, own / "hard"),
        "bind a TCP port": bind_tcp,
        "find an abstract socket outside": find_abstract,
        "make a UDP socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close(),
        "signal everybody": lambda: os.kill(0, 0),
        "make a pair of sockets": lambda: [end.close() for end in socket.socketpair()],
        "start a process": fork,
        "signal its parent": lambda: os.kill(os.getppid(), 0),
        "signal its parent by pidfd": lambda: os.close(os.pidfd_open(os.getppid())),
        "signal itself": lambda: os.kill(os.getpid(), 0),
        "change a mode": lambda: own.chmod(0o700),
        "change a time": lambda: os.utime(own),
        "change an attribute": lambda: os.setxattr(own, "user.x", b"x"),
        "make memory with a descriptor": lambda: os.close(os.memfd_create("x")),
        "share memory": lambda: calls("shmget", 0, 4096, 0o1600),
        "set a limit": lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)),
        "trace a process": lambda: calls(
            "ptrace", 9999, 0, None, None
        ),  # of nobody: a parent that is traced stops
        "ask for a signal": lambda: calls("fcntl", 1, 8, os.getppid()),
        "be of another priority": lambda: calls("setpriority", 0, 0, 1),
        "change its root": lambda: os.chroot("/"),
        "be root again": lambda: os.setresuid(0, 0, 0),
        "write a large file": lambda: large(own / "large"),
        "open many files": many,
        "take much memory": lambda: mmap.mmap(-1, 4 << 30).close(),
        "clone by its newer name": lambda: calls("syscall", 435, None, 0),
    }


def outcome(attempt):
    """Return "done" or what the kernel said."""
    try:
        attempt()
    except OSError as error:
        return errno.errorcode[error.errno or 0]
    except MemoryError:
        return "ENOMEM"
    except ValueError:  # so the resource module tells of EPERM
        return "EPERM"
    return "done"


def bind_tcp():
    with socket.socket() as tcp:
        tcp.bind(("127.0.0.1", 0))


def find_abstract():
    """Refused as not allowed, where the socket that the test holds open can be reached."""
    with socket.socket(socket.AF_UNIX) as unix:
        unix.connect("\0inside-cnns-" + sys.argv[2])


def fork():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def large(path):
    with path.open("wb") as file:
        for _ in range(20):
            file.write(bytes(1 << 20))
            file.flush()


def many():
    opened = []
    try:
        opened += [os.open("/dev/null", os.O_RDONLY) for _ in range(200)]
    finally:
        os.closerange(5, 200)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
