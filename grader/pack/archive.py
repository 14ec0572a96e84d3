"""Write files into a .zip: the same bytes for the same files, and never over a file that is something else."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from grader.errors import Unusable
from grader.handout.folder import LIST, is_program, list_of
from grader.reports.files import put_whole

_YEAR_ZERO = (1980, 1, 1, 0, 0, 0)  # of archives: a file's own time would make each pack another one


def write_archive(files: Mapping[str, bytes], path: Path, command: str) -> None:
    """Write the archive, whole or not at all.

    Args:
        files: by their path within it.
        path: new, or an archive that the same command made.
        command: stands in the list of what was written.
    Raises:
        Unusable: if there is another file already, or it cannot be written.
    """
    if path.suffix != ".zip":
        raise Unusable(f"the pack is an archive; name it {path.with_suffix('.zip')}, not {path}")
    if path.exists() and _made_by(path) != command:
        raise Unusable(f"{path} is a file that `{command}` did not write; choose another name")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted({**files, LIST: list_of(files, command)}.items()):
            entry = zipfile.ZipInfo(name, _YEAR_ZERO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, whose modes the next line holds
            entry.external_attr = (0o100755 if is_program(name) else 0o100644) << 16
            archive.writestr(entry, content)
    try:
        put_whole(path, buffer.getvalue())
    except OSError as error:
        raise Unusable(f"{path} cannot be written ({error.strerror}); choose another place") from None


def _made_by(path: Path) -> str | None:
    """Return the command that made an archive, None for any other file."""
    try:
        with zipfile.ZipFile(path) as archive:
            return str(json.loads(archive.read(LIST))["made by"])
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError):
        return None
