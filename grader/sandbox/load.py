"""Import one module of a submission, the way a student's own notebook would."""

from __future__ import annotations

import importlib
import importlib.machinery
import sys
import types
from pathlib import Path

OWN_PACKAGES = ("grader", "fixtures", "reference", "assignment")


def load_module(folder: Path, name: str) -> types.ModuleType:
    """Return the module `name` of the submission in `folder`, freshly imported.

    The files lie flat in the folder, so `from imaging import blur_image` works; and the folder is a package under
    its own name, so `from assignment.imaging import blur_image` works where the folder is called `assignment`.

    Raises:
        Exception: whatever the submission raises while it is imported, SystemExit included.
    """
    _forget_own_packages()
    sys.dont_write_bytecode = True
    package = _package_name(folder)
    spec = importlib.machinery.ModuleSpec(package, None, is_package=True)
    spec.submodule_search_locations = [str(folder)]
    module = types.ModuleType(package)
    module.__spec__ = spec
    module.__path__ = [str(folder)]
    sys.modules[package] = module
    sys.path.insert(0, str(folder))
    return importlib.import_module(f"{package}.{name}")


def _package_name(folder: Path) -> str:
    """Return the folder's own name where a package can have it, else "submission"."""
    name = folder.name
    taken = name in sys.modules or name in sys.stdlib_module_names
    return "submission" if taken or not name.isidentifier() else name


def _forget_own_packages() -> None:
    """Let a submission have modules called like ours: this process has no further use for the names.

    Packages are walked down, since going through all of `sys.modules` would touch, and so copy, 800 pages of memory
    that a forked worker shares with the warm process.
    """
    waiting = list(OWN_PACKAGES)
    while waiting:
        name = waiting.pop()
        module = sys.modules.pop(name, None)
        waiting += (
            [
                f"{name}.{attribute}"
                for attribute, value in vars(module).items()
                if isinstance(value, types.ModuleType) and value.__name__ == f"{name}.{attribute}"
            ]
            if module is not None
            else []
        )
