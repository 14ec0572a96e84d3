"""`python -m grader pack gradescope|github|docker`: write what a platform grades with."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from grader.errors import Unusable
from grader.handout.folder import write_folder
from grader.options import Parser, parse_options
from grader.pack.archive import write_archive
from grader.pack.docker import docker_files
from grader.pack.github import github_files
from grader.pack.gradescope import gradescope_files
from grader.pack.tree import PRIVATE, Contents
from grader.sandbox.environment import ROOT

COMMAND = "python -m grader pack"

_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+@[\w./-]+")

_EPILOG = """
what follows -- is passed on to the grader, such as: python -m grader pack gradescope FILE.zip -- --all
docs/publish.md tells what to do with each pack
"""


def main(arguments: Sequence[str]) -> int:
    """Write the pack and return 0.

    Raises:
        Unusable: if the place holds something else, or something that goes into the pack cannot be used.
    """
    own, passed_on = _split(arguments)
    options = _parse(own)
    contents = Contents(ROOT, options.fixtures, _grader_arguments(options, passed_on))
    command = f"{COMMAND} {options.platform}"
    if options.platform == "gradescope":
        files = gradescope_files(contents)
        write_archive(files, options.place, command)
    elif options.platform == "github":
        _demand_repository(options.repository, options.fixtures)
        files = github_files(contents, options.repository)
        write_folder(files, options.place, command, ROOT)
    else:
        files = docker_files(contents)
        write_folder(files, options.place, command, ROOT)
    size = sum(map(len, files.values())) / 1e6
    private = "with private fixtures: keep it to yourself" if options.fixtures else "with the public fixtures"
    print(f"{options.place}: {len(files)} files, {size:.0f} MB, {private}")
    return 0


def _split(arguments: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return what is for this command and what is passed on."""
    if "--" not in arguments:
        return arguments, ()
    middle = list(arguments).index("--")
    return arguments[:middle], arguments[middle + 1 :]


def _grader_arguments(options: argparse.Namespace, passed_on: Sequence[str]) -> tuple[str, ...]:
    """Return what the grader is called with on the platform, beside submission, formats and folder."""
    given = parse_options(["submission", *passed_on])  # says itself what is wrong
    if given.formats != ("terminal",) or given.out or given.fixtures or given.opened:
        raise Unusable(
            "--format, --out, --open and --fixtures are for the pack to set; leave them out after --"
        )
    if given.course and given.course.endswith(".toml"):
        raise Unusable(
            f"{given.course} would not be there on the platform; put the table into grader/courses/ and give its name"
        )
    made = ["--audience", "student"] if given.audience == "instructor" else []
    made += ["--fixtures", PRIVATE] if options.fixtures else []
    if not options.weaker_isolation and not given.require_isolation:
        made.append("--require-isolation")
    return (*made, *passed_on)


def _demand_repository(repository: str | None, fixtures: Path | None) -> None:
    if repository is not None and not _REPOSITORY.fullmatch(repository):
        raise Unusable(
            f"--repository takes OWNER/NAME@TAG, such as vision-course/grader@v1, not {repository!r}"
        )
    if fixtures is not None and repository is None:
        raise Unusable(
            "private fixtures would lie in every student's repository; "
            "give --repository OWNER/NAME@TAG to keep the grader in one of its own"
        )


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = Parser(
        prog=COMMAND,
        description="Write what a platform grades with.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    platforms = parser.add_subparsers(required=True, metavar="PLATFORM", dest="platform")
    for name, place, says in (
        ("gradescope", "FILE.zip", "the archive to upload as autograder"),
        ("github", "DIR", "a workflow for GitHub Classroom and the action that it uses"),
        ("docker", "DIR", "a Dockerfile and what it copies"),
    ):
        platform = platforms.add_parser(name, help=says, description=f"Write {says}.")
        platform.add_argument("place", type=Path, metavar=place, help="new, or made by this command")
        platform.add_argument(
            "--fixtures", type=Path, metavar="DIR", help="grade with private inputs and answers"
        )
        platform.add_argument(
            "--weaker-isolation",
            action="store_true",
            help="grade also where the kernel cannot keep students' code from files and system calls",
        )
        if name == "github":
            platform.add_argument(
                "--repository",
                metavar="OWNER/NAME@TAG",
                help="where you will push the action, apart from students",
            )
    return parser.parse_args(arguments)
