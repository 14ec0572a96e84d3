"""Open the fixtures that a submission is judged with."""

from __future__ import annotations

from pathlib import Path

from fixtures.errors import FixtureError
from fixtures.store import Store, open_store
from grader.errors import Unusable


def open_fixtures(folder: Path | None) -> Store:
    """Return the store in a folder, by default the one that ships, once every file of it is known to be whole.

    Raises:
        Unusable: if a file is missing, damaged or edited.
    """
    try:
        store = open_store(folder)
        store.check_files()
    except FixtureError as error:
        raise Unusable(f"the fixtures cannot be used: {error}") from None
    return store
