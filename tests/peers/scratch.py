"""Where the comparison works: everything under one folder that git ignores."""

from __future__ import annotations

import shutil
from pathlib import Path


class Scratch:
    """A folder of our own.

    Args:
        folder: made if it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.environments = self.folder / "environments"
        self.environments.mkdir(parents=True, exist_ok=True)

    def fresh(self, name: str) -> Path:
        """Return an empty folder; what was in it is removed."""
        place = self.folder / "work" / name
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        return place
