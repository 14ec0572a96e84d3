"""Which of a course's stand-ins a submission is offered: not those it brings along, nor those that are too small."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from grader.courses import Course, support_sources

# What our stand-in for scipy.ndimage has; whoever uses more of scipy gets the real one, where it is installed.
_SMOOTHING = frozenset(("filters", "gaussian_filter", "gaussian_filter1d"))
_SCIPY = re.compile(
    r"(?:import|from)\s+scipy(?:\s+import\s+(?!ndimage\b)|\.(?!ndimage\b)|\s*$|\s+as\b)", re.MULTILINE
)
_NDIMAGE = re.compile(r"ndimage(?:\.filters)?\s+import\s+\(?([^\n)]*)|(?:ndimage|filters)\.(\w+)")


def offered_support(course: Course, brought: Sequence[Path], texts: Iterable[str]) -> dict[str, str]:
    """Return the sources of the modules that a submission may import from its course.

    Args:
        course: of the submission.
        brought: the Python files that were handed in.
        texts: what stands in them.
    """
    names = {path.stem for path in brought} | {part for path in brought for part in path.parts[:-1]}
    scipy_is_enough = all(_smooths_only(text) for text in texts if "scipy" in text)
    return {
        module: source
        for module, source in support_sources(course).items()
        if module.rpartition(".")[2] not in names and (scipy_is_enough or not module.startswith("scipy"))
    }


def _smooths_only(text: str) -> bool:
    if _SCIPY.search(text):
        return False
    used = {
        name.split(" as ")[0].strip()
        for imported, attribute in _NDIMAGE.findall(text)
        for name in (imported.split(",") if imported else [attribute])
    }
    return {name for name in used if name} <= _SMOOTHING
