"""What lies around the submissions of a battery: a solution, secrets, a neighbour, a listener, a helper to be killed."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.hostile.assemble import HONEST, assemble

NEIGHBOUR = "neighbour's submission"

# Listens by TCP, UDP, an abstract name and a file, and writes what it hears; ends when its stdin does.
_LISTENER = """
import select, socket, sys
token, heard, path = sys.argv[1:]
tcp, udp = socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(tcp.getsockname())
name, file = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
name.bind("\\0" + token); name.listen(); file.bind(path); file.listen()
print(tcp.getsockname()[1], flush=True)
while True:
    ready, _, _ = select.select([tcp, udp, name, file, sys.stdin], [], [])
    if sys.stdin in ready:
        sys.exit()
    for one in ready:
        if one is udp:
            data = udp.recv(100)
        else:
            connection, _ = one.accept()
            connection.settimeout(1)
            try:
                data = connection.recv(100)
            except OSError:
                data = b"connected"
        with open(heard, "ab") as log:
            log.write(data + b"\\n")
"""


@dataclass(frozen=True, slots=True)
class Arena:
    """Folders of one run; everything in them can be read by everybody, so that only the walls protect it.

    Attributes:
        root: holds all others.
        repository: the copy of the project that grades.
        secrets: what nobody may see, by name.
        places: what attacks are told.
        helper: a process that attacks may kill if they can.
        heard: file with what the listener heard.
        private: the private fixtures, None where there are none.
    """

    root: Path
    repository: Path
    secrets: Mapping[str, str]
    places: Mapping[str, Any]
    helper: subprocess.Popen[bytes]
    heard: Path
    private: Path | None

    def put(self, name: str) -> Path:
        """Return the folder of an attack's or an honest submission, made anew."""
        folder = self.root / "submissions"
        kind, _, honest = name.partition("/")
        if kind == "honest":
            model, _, number = honest.partition("-")
            return Path(shutil.copytree(HONEST / model, folder / f"honest-{model}-{number}"))
        file = self.root / "everybodys" / f"{name}.txt"
        file.write_text("as it was\n", "utf-8")
        file.chmod(0o666)
        token = f"{self.places['token']}-{name}"
        return assemble(
            name, folder, {**self.places, "token": token, "file": str(file), "helper": self.places["token"]}
        )

    def traces(self) -> list[str]:
        """Return what attacks have changed or left in folders outside their own, and who was reached."""
        found = [
            f"{file.stem}: changed a file that is everybody's"
            for file in sorted((self.root / "everybodys").glob("*.txt"))
            if not file.is_file() or file.read_text("utf-8", "replace") != "as it was\n"
        ]
        for folder in (self.root, Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path.home()):
            found += [_whose(path, self.places["token"]) for path in _named(folder, self.places["token"])]
        left = [path for path in (self.root / "everybodys").iterdir() if path.suffix != ".txt"]
        found += [f"?: left {path.name} in a folder that is everybody's" for path in left]
        if list((self.root / "temporary").iterdir()):
            names = ", ".join(path.name for path in (self.root / "temporary").iterdir())
            found.append(f"?: left {names} where temporary files go")
        if self.helper.poll() is not None:
            found.append("kills_a_neighbour: the helper is dead")
        elif os.getpriority(os.PRIO_PROCESS, self.helper.pid) != os.getpriority(os.PRIO_PROCESS, 0):
            found.append("signals_others: the helper was slowed down")
        if self.heard.exists():
            heard = sorted(set(self.heard.read_bytes().decode("utf-8", "replace").split()))
            found.append(f"connects_out: the listener heard {', '.join(heard)}")
        for name, place in (("gradebook", "gradebook"), (NEIGHBOUR, "neighbour")):
            file = Path(self.places[place])
            if not file.is_file() or self.secrets[name] not in file.read_text("utf-8", "replace"):
                found.append(f"?: the {name} was changed")
        return list(dict.fromkeys(found))


@contextlib.contextmanager
def open_arena(root: Path, repository: Path, python: Path, uid: int, private: Path | None) -> Iterator[Arena]:
    """Make an arena in an empty folder for processes of a uid, and end its helpers afterwards."""
    token = f"hostile-{secrets.token_hex(4)}"
    for name in ("submissions", "grades", "neighbour", "everybodys", "out", "temporary"):
        (root / name).mkdir()
    hidden = {
        name: f"{name}-{secrets.token_hex(8)}" for name in ("gradebook", "private fixtures", "environment")
    }
    hidden[NEIGHBOUR] = f"neighbour-{secrets.token_hex(8)}"
    (root / "grades" / "gradebook.csv").write_text(f"name,points\n{hidden['gradebook']},30\n", "utf-8")
    (root / "private").mkdir()
    (root / "private" / "expected.safetensors").write_text(hidden["private fixtures"], "utf-8")
    solved = (HONEST / "full" / "saliency.py").read_text("utf-8")
    (root / "neighbour" / "saliency.py").write_text(f"{solved}\n# {hidden[NEIGHBOUR]}\n", "utf-8")
    if private is not None:
        shutil.copytree(private, root / "private-fixtures")
        private = root / "private-fixtures"
    (root / "locked").mkdir(mode=0o700)
    (root / "locked" / "grades.csv").write_text(hidden["gradebook"], "utf-8")
    hidden["solution"] = _telling_line(repository / "reference" / "saliency.py")
    if os.getuid() == 0:
        for path in (root, *root.rglob("*")):
            os.chown(path, uid, uid)
    (root / "everybodys").chmod(0o777)
    socket = root / "listener"
    who = {"user": uid, "group": uid, "extra_groups": []} if os.getuid() == 0 and uid else {}
    bare = [str(python), "-I", "-S", "-c"]
    heard = root / "heard"
    listener = subprocess.Popen(
        [*bare, _LISTENER, token, str(heard), str(socket)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        **who,
    )
    assert listener.stdout is not None
    port = int(listener.stdout.readline())
    helper = subprocess.Popen([*bare, "import sys; sys.stdin.read()", token], stdin=subprocess.PIPE, **who)
    places = {
        "token": token,
        "solution": str(repository / "reference" / "saliency.py"),
        "expected": str(repository / "fixtures" / "data" / "expected" / "saliency.safetensors"),
        "fixtures": str(repository / "fixtures" / "data"),
        "private": str(root / "private" / "expected.safetensors"),
        "neighbour": str(root / "neighbour" / "saliency.py"),
        "gradebook": str(root / "grades" / "gradebook.csv"),
        "password": "/etc/passwd",
        "locked": str(root / "locked" / "grades.csv"),
        "writable": str(root / "everybodys"),
        "grader": os.getpid(),
        "victim": helper.pid,
        "port": port,
        "socket": str(socket),
    }
    try:
        yield Arena(root, repository, hidden, places, helper, heard, private)
    finally:
        for process in (listener, helper):
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()
            for pipe in filter(None, (process.stdin, process.stdout)):
                pipe.close()
        for folder in (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path.home()):
            for path in _named(folder, token):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _telling_line(file: Path) -> str:
    """Return a line of the solution that no handout holds."""
    lines = file.read_text("utf-8").splitlines()
    begin = next(number for number, line in enumerate(lines) if "BEGIN SOLUTION" in line)
    return max(lines[begin + 1 : begin + 6], key=len).strip()


def _named(folder: Path, token: str) -> list[Path]:
    """Return what lies directly in a folder, or deep in the arena's own, under a name with the token."""
    if not folder.is_dir() or not os.access(folder, os.R_OK):
        return []
    paths = folder.rglob("*") if (folder / "everybodys").is_dir() else folder.iterdir()
    return [path for path in paths if token in path.name]


def _whose(path: Path, token: str) -> str:
    """Return which attack left a file: its name stands behind the token."""
    attack = path.name.partition(token + "-")[2]
    return f"{attack or '?'}: left {path.parent}"
