"""Grade everything in tests/submissions many times, side by side: `python -m tests.determinism`.

The same files must give the same bytes, apart from times: `python -m tests.determinism [--times 20] [NAME ...]`.
Ends with 0 where they do; else names what differs, and ends with 1. Some submissions print what time decides, such as
the speed that tqdm shows; what these print is not compared, all else is.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.harness import grade_all, job_of

SUBMISSIONS = Path(__file__).parent / "submissions"
_CLOSE = re.compile(r".* took [0-9.]+ of the [0-9.]+ seconds that a call may take, which was close\.")
_TIMES = {"seconds", "measurements"}
PRINT_TIMES = {"prints_for_ever", "style_module_of_habits", "threads_that_go_on"}


def main(arguments: Sequence[str]) -> int:
    """Grade in rounds, each with a warm process of its own, and compare every round with the first."""
    options = _parse(arguments)
    names = options.names or sorted(path.parent.name for path in SUBMISSIONS.glob("*/expected.json"))
    jobs = [job_of(SUBMISSIONS / name) for name in names]
    first: list[str] = []
    different: set[str] = set()
    for number in range(1, options.times + 1):
        answers = [
            without_times(answer, {"prints"} if name in PRINT_TIMES else set())
            for name, answer in zip(names, grade_all(jobs), strict=True)
        ]
        texts = [json.dumps(answer, sort_keys=True, indent=1) for answer in answers]
        first = first or texts
        for name, before, now in zip(names, first, texts, strict=True):
            if now != before:
                different.add(name)
                print(f"round {number}: {name}", *_first_difference(before, now), sep="\n  ", flush=True)
        print(f"round {number} of {options.times}: {len(different)} of {len(names)} differ", flush=True)
    return 1 if different else 0


def without_times(value: Any, also: Collection[str] = ()) -> Any:
    """Return an answer of the grader without times, and without some more of its entries."""
    if isinstance(value, dict):
        kept = {key: entry for key, entry in value.items() if key not in _TIMES and key not in also}
        return {key: without_times(entry, also) for key, entry in kept.items()}
    if isinstance(value, list):
        return [without_times(entry, also) for entry in value if not _is_about_time(entry)]
    return value


def _is_about_time(entry: Any) -> bool:
    return isinstance(entry, str) and _CLOSE.fullmatch(entry) is not None


def _first_difference(before: str, now: str) -> Iterator[str]:
    for old, new in zip(before.splitlines(), now.splitlines(), strict=False):
        if old != new:
            yield f"was {old.strip()[:300]}"
            yield f"now {new.strip()[:300]}"
            return


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.determinism", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="folders of tests/submissions (default: all)"
    )
    parser.add_argument("--times", type=int, default=20, metavar="N", help="rounds (default: 20)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
