"""Import one module of a submission, the way a student's own notebook would."""

from __future__ import annotations

import importlib
import importlib.machinery
import sys
import types
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from grader.sandbox.support import offer_support

OWN_PACKAGES = ("grader", "fixtures", "reference", "assignment")


def load_module(top: Path, file: str, support: Mapping[str, str] = MappingProxyType({})) -> types.ModuleType:
    """Return a module of the submission in the folder `top`, freshly imported.

    What lies beside it can be imported, so `from imaging import blur_image` works; and its folder is a package under
    its own name, so `from assignment.imaging import blur_image` works where the folder is called `assignment`. So can
    what lies in the folders above it, up to the top.

    Args:
        top: the folder of the submission.
        file: of the module, relative to it.
        support: modules that the course provides; see `grader.sandbox.support`.

    Raises:
        Exception: whatever the submission raises while it is imported, SystemExit included.
    """
    _forget_own_packages()
    sys.dont_write_bytecode = True
    folder, name = (top / file).parent, Path(file).stem
    package = _package_name(folder)
    spec = importlib.machinery.ModuleSpec(package, None, is_package=True)
    spec.submodule_search_locations = [str(folder)]
    module = types.ModuleType(package)
    module.__spec__ = spec
    module.__path__ = [str(folder)]
    sys.modules[package] = module
    inside = [folder, *(above for above in folder.parents if above.is_relative_to(top))]
    sys.path[:0] = [str(place) for place in inside]
    offer_support(support, [package])
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
