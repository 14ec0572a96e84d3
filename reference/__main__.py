"""Make the students' files: `python -m reference strip`, or compare them: `python -m reference strip --check`.

Exit codes: 0 done or equal, 1 some file differs, 2 the markers in the reference are wrong.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from reference.strip import StripError, strip_folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = _parse(arguments)
    try:
        stubs = strip_folder(Path(__file__).parent)
    except StripError as error:
        print(error, file=sys.stderr)
        return 2
    if not options.check:
        _write(stubs, options.out)
        return 0
    differences = find_differences(stubs, options.out)
    print(
        "\n".join(differences) or f"{options.out} is up to date",
        file=sys.stderr if differences else sys.stdout,
    )
    return 1 if differences else 0


def find_differences(stubs: Mapping[str, str], out: Path) -> list[str]:
    """Return one line for each Python file of the folder that is missing, outdated or not ours."""
    present = {path.name: path.read_text(encoding="utf-8") for path in out.glob("*.py")}
    missing = [
        f"{out / name}: missing; run: python -m reference strip" for name in stubs if name not in present
    ]
    outdated = [
        f"{out / name}: differs from reference/{name}; change that, then run: python -m reference strip"
        for name, text in stubs.items()
        if present.get(name, text) != text
    ]
    extra = [
        f"{out / name}: comes from no file of reference/; remove it" for name in present if name not in stubs
    ]
    return sorted(missing + outdated + extra)


def _write(stubs: Mapping[str, str], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, text in stubs.items():
        (out / name).write_text(text, encoding="utf-8")
        print(out / name)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m reference", description="Make the students' files.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("strip", help="write the exercises without their solutions")
    command.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file would change")
    command.add_argument(
        "--out", type=Path, default=Path("assignment"), metavar="DIR", help="default: %(default)s"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
