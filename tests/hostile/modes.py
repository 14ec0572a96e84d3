"""The modes of the battery: as whom, with or without bubblewrap, with or without name spaces; and what each needs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.hostile.refuse import refuse_namespaces

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to run the battery.

    Attributes:
        name: for the command line.
        says: one clause.
        user: uid that the grader runs as.
        bubblewrap: whether it is to be in force.
        contained: whether name spaces are refused, as in a default container.
    """

    name: str
    says: str
    user: int
    bubblewrap: bool
    contained: bool = False

    @property
    def without(self) -> tuple[str, ...]:
        """The layers that this mode leaves out by a switch; in a container bubblewrap must find out by itself."""
        return () if self.bubblewrap or self.contained else ("bubblewrap",)


MODES = (
    Mode("root", "root, with bubblewrap", 0, bubblewrap=True),
    Mode("root-bare", "root, without bubblewrap", 0, bubblewrap=False),
    Mode("user", "an ordinary user, with bubblewrap", NOBODY, bubblewrap=True),
    Mode("user-bare", "an ordinary user, without bubblewrap", NOBODY, bubblewrap=False),
    Mode("container-root", "root, name spaces refused", 0, bubblewrap=False, contained=True),
    Mode("container-user", "an ordinary user, name spaces refused", NOBODY, bubblewrap=False, contained=True),
)


@dataclass(frozen=True, slots=True)
class Machine:
    """A copy of the project and an interpreter that every user can read, as on a machine set up for grading.

    Attributes:
        repository: the copy.
        python: the interpreter.
        environment: what it needs.
    """

    repository: Path
    python: Path
    environment: Mapping[str, str]

    def run(
        self, mode: Mode, temporary: Path, *arguments: str, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run Python as a mode asks, in the copy, with a folder of its own for temporary files."""
        command = [str(self.python), *arguments]
        if mode.contained:
            command = [str(self.python), "-m", "tests.hostile.refuse", *command]
        who = {} if mode.user == os.getuid() else {"user": mode.user, "group": mode.user, "extra_groups": []}
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "TMPDIR": str(temporary),
            "HOME": str(temporary.parent / "home"),
        }
        environment |= dict(self.environment) | options.pop("more", {})
        return subprocess.run(
            command,
            cwd=self.repository,
            env=environment,
            text=True,
            capture_output=True,
            check=False,
            **who,
            **options,
        )


@contextmanager
def set_up_machine() -> Iterator[Machine]:
    """Make the copies, and remove them afterwards."""
    with TemporaryDirectory(prefix="battery-") as folder:
        Path(folder).chmod(0o755)
        repository = Path(folder) / "repository"
        _copy_repository(repository)
        if os.getuid() != 0 or _can_run(NOBODY, Path(sys.executable)):
            yield Machine(repository, Path(sys.executable), {})
            return
        home = Path(folder) / "python"
        _copy_python(home)
        library = str(home / "base" / "lib")
        yield Machine(repository, home / "bin" / "python", {"LD_LIBRARY_PATH": library})


def reason_against(mode: Mode, machine: Machine) -> str | None:
    """Return why this machine cannot give a mode, None where it can."""
    if sys.platform != "linux":
        return "needs Linux"
    if mode.user != os.getuid() and os.getuid() != 0:
        return "needs root" if mode.user == 0 else f"needs root, to become user {mode.user}"
    if mode.user and not _can_run(mode.user, machine.python, machine.environment):
        return f"user {mode.user} cannot run {machine.python}"
    if mode.bubblewrap:
        return _no_bubblewrap(mode.user)
    if mode.contained:
        try:
            pid = os.fork()
            if pid == 0:
                refuse_namespaces()
                os._exit(0)
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        except OSError as error:
            return f"the filter that refuses name spaces cannot be put in force ({error.strerror})"
        return None if code == 0 else "the filter that refuses name spaces cannot be put in force"
    return None


def _no_bubblewrap(user: int) -> str | None:
    program = shutil.which("bwrap")
    if program is None:
        return "bubblewrap is not installed (Debian: apt install bubblewrap)"
    command = [program, "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "/bin/true"]
    who = {} if user == os.getuid() else {"user": user, "group": user, "extra_groups": []}
    tried = subprocess.run(command, capture_output=True, text=True, check=False, **who)  # type: ignore[call-overload]
    return None if tried.returncode == 0 else f"bubblewrap does not work here: {tried.stderr.strip()[:120]}"


def _can_run(user: int, python: Path, environment: Mapping[str, str] | None = None) -> bool:
    """Return whether a user can run an interpreter and what it needs for grading."""
    who = {} if user == os.getuid() else {"user": user, "group": user, "extra_groups": []}
    command = [
        str(python),
        "-c",
        "import numpy, pytest, safetensors; __import__('importlib.util').util.find_spec('torch')",
    ]
    try:
        tried = subprocess.run(  # type: ignore[call-overload]
            command,
            env={"PATH": os.environ["PATH"], **(environment or {})},
            cwd="/",
            capture_output=True,
            check=False,
            **who,
        )
    except OSError:
        return False
    return bool(tried.returncode == 0)


def _copy_repository(target: Path) -> None:
    """Copy what belongs to the project, and neither caches nor environments."""
    kept = ("assignment", "fixtures", "grader", "reference", "tests")
    target.mkdir()
    for name in kept:
        ignored = shutil.ignore_patterns("__pycache__", ".*_cache")
        shutil.copytree(ROOT / name, target / name, ignore=ignored, symlinks=True)
    shutil.copy(ROOT / "pyproject.toml", target)
    for path in (target, *target.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _copy_python(target: Path) -> None:
    """Copy the interpreter without its packages, and make an environment of it that finds them where they are."""
    base = target / "base"
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    unwanted = shutil.ignore_patterns(
        "site-packages", "test", "idlelib", "tkinter", "ensurepip", "__pycache__", "config-*"
    )
    shutil.copytree(
        Path(sys.base_prefix) / "lib" / version, base / "lib" / version, ignore=unwanted, symlinks=True
    )
    for library in Path(sys.base_prefix, "lib").glob("libpython*"):
        shutil.copy(library, base / "lib")
    (base / "bin").mkdir()
    shutil.copy(Path(sys.executable).resolve(), base / "bin" / version)
    packages = target / "lib" / version / "site-packages"
    packages.mkdir(parents=True)
    (packages / "theirs.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", "utf-8")
    (target / "pyvenv.cfg").write_text(
        f"home = {base / 'bin'}\ninclude-system-site-packages = false\n", "utf-8"
    )
    (target / "bin").mkdir()
    (target / "bin" / "python").symlink_to(base / "bin" / version)
    target.chmod(0o755)
