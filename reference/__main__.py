"""Make what students get: `python -m reference strip` their files, `handout` the text and the notebooks.

With --check nothing is written. Exit codes: 0 done or equal, 1 some file differs, 2 the markers in the reference, a
chapter or the table of exercises are wrong.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from reference.chapters import ChapterError
from reference.handout_files import write_handout
from reference.strip import StripError, strip_folder
from reference.stubs import MARKERS

# By command: what makes the files, and which files of the folder are its own.
COMMANDS: dict[str, tuple[Callable[..., dict[str, str]], tuple[str, ...]]] = {
    "strip": (strip_folder, ("*.py",)),
    "handout": (write_handout, ("*.md", "*.ipynb")),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = _parse(arguments)
    make, _ = COMMANDS[options.command]
    further = {"markers": options.markers} if options.command == "strip" else {}
    try:
        files = make(Path(__file__).parent, **further)
    except (StripError, ChapterError) as error:
        print(error, file=sys.stderr)
        return 2
    if not options.check:
        _write(files, options.out)
        return 0
    differences = find_differences(files, options.out, options.command)
    print(
        "\n".join(differences) or f"{options.out} is up to date",
        file=sys.stderr if differences else sys.stdout,
    )
    return 1 if differences else 0


def find_differences(files: Mapping[str, str], out: Path, command: str = "strip") -> list[str]:
    """Return one line for each file of the folder that is missing, outdated or not ours.

    Args:
        files: what a command makes, by file name.
        out: the folder.
        command: which command; files of other kinds are not looked at.
    """
    run = f"run: python -m reference {command}"
    present = {
        path.name: path.read_text(encoding="utf-8")
        for pattern in COMMANDS[command][1]
        for path in out.glob(pattern)
    }
    missing = [f"{out / name}: missing; {run}" for name in files if name not in present]
    outdated = [
        f"{out / name}: differs from {_source(name)}; change that, then {run}"
        for name, text in files.items()
        if present.get(name, text) != text
    ]
    extra = [
        f"{out / name}: comes from no file of reference/; remove it" for name in present if name not in files
    ]
    return sorted(missing + outdated + extra)


def _source(name: str) -> str:
    """Return what a file of the handout is made from."""
    if name.endswith(".py"):
        return f"reference/{name}"
    return f"reference/handout/{Path(name).stem}.md" if name.endswith(".ipynb") else "reference/handout/"


def _write(files: Mapping[str, str], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (out / name).write_text(text, encoding="utf-8")
        print(out / name)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m reference", description="Make what students get.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    for name, says in {
        "strip": "write the exercises without their solutions",
        "handout": "write the handout and the notebooks from the chapters",
    }.items():
        command = commands.add_parser(name, help=says)
        command.add_argument(
            "--check", action="store_true", help="write nothing; exit 1 if a file would change"
        )
        command.add_argument(
            "--out", type=Path, metavar="DIR", help="default: assignment, or out/NAME of other --markers"
        )
        command.set_defaults(markers="ours")
    commands.choices["strip"].add_argument(
        "--markers",
        choices=tuple(MARKERS),
        help="leave what students of another tool find (default: %(default)s)",
    )
    options = parser.parse_args(arguments)
    if options.out is None:
        options.out = Path("assignment") if options.markers == "ours" else Path("out", options.markers)
    return options


if __name__ == "__main__":
    sys.exit(main())
