"""What learning platforms write into the names of the files that they let an instructor download."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Canvas: doejane_LATE_12345_678901_saliency-2.py, where the last number counts uploads of one name
_CANVAS = re.compile(r"^(?P<who>[^_]+)(?P<late>_late)?_(?P<number>\d+)_(?P<upload>\d+)_(?P<file>.+)$", re.I)
_AGAIN = re.compile(r"^(?P<stem>.+)-(?P<times>\d{1,2})$")

# Moodle: Jane Doe_1234567_assignsubmission_file_saliency.py, or a folder "Jane Doe_1234567_assignsubmission_file_"
_MOODLE = re.compile(
    r"^(?P<who>.+)_(?P<number>\d+)_assignsubmission_(?P<kind>file|onlinetext)_?(?P<file>.*)$", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Named:
    """What a name in a download says.

    Attributes:
        who: the student, as the platform shortens the name.
        number: of the student, on that platform.
        file: the name that the student gave it, "" for a folder.
        upload: which of several uploads of that name it is; the highest is the last.
        late: whether the platform marks it as late.
    """

    who: str
    number: str
    file: str
    upload: int = 0
    late: bool = False

    @property
    def student(self) -> str:
        """A name that no other student of the course has."""
        return f"{self.who}_{self.number}"


def read_name(name: str) -> Named | None:
    """Return what the name of a file or folder in a download says, None where it follows no platform's scheme."""
    if moodle := _MOODLE.match(name):
        return Named(moodle["who"], moodle["number"], moodle["file"])
    if canvas := _CANVAS.match(name):
        stem, dot, suffix = canvas["file"].rpartition(".")
        if not dot:
            stem, suffix = canvas["file"], ""
        again = _AGAIN.match(stem)
        file = f"{again['stem'] if again else stem}{dot}{suffix}"
        times = int(again["times"]) if again else 0
        return Named(canvas["who"], canvas["number"], file, times, bool(canvas["late"]))
    return None
