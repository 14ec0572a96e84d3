"""What a judge knows of a submission: where its functions lie, and what they may import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.reading.files import Lines
from grader.reading.places import Place


@dataclass(frozen=True, slots=True)
class Submission:
    """Where the student's files lie and what they must define.

    Attributes:
        folder: holds the files.
        functions: "module.function" by function name.
        places: where a function lies, by "module.function"; in the module of that name where nothing is said.
        shown: name of the file that a student knows it by.
        problems: why a function cannot be called, one sentence each.
        lines: for each module that was made of a notebook its name and where its lines come from.
        support: the text of each module that the course provides.
        cuda_on_cpu: whether asking for a GPU must work without one.
        files: contents by path in the folder; None lets each worker's start look for them.
        folders: in the folder, also empty ones.
    """

    folder: Path
    functions: Mapping[str, str]
    places: Mapping[str, Place] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, tuple[str, Lines]] = field(default_factory=dict)
    support: Mapping[str, str] = field(default_factory=dict)
    cuda_on_cpu: bool = False
    files: Mapping[str, bytes] | None = None
    folders: tuple[str, ...] = ()
