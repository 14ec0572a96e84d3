"""A cluster against the same cores without one: `python -m tests.bench.cluster`.

A class is graded by as many graders of this machine as the cluster has workers, and by the cluster, in turns, since
machines are noisy. Both must give the same points.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grader.batch.store import open_grades
from tests.bench.scale import ENVIRONMENT, ROOT, make_class
from tests.local_cluster import open_cluster

SHARE = 0.9  # of what the same cores do without a cluster


def main() -> int:
    """Measure both and return the exit code: 1 where the cluster is slower than it may be, or other points come out."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cluster", description=__doc__.split("\n")[0])
    parser.add_argument(
        "--submissions", type=int, default=90, metavar="N", help="that are graded (default: 90)"
    )
    parser.add_argument("--workers", type=int, default=3, metavar="N", help="of the cluster (default: 3)")
    parser.add_argument(
        "--threads",
        type=int,
        default=1,
        metavar="N",
        help="of each worker, which share a warm process (default: 1)",
    )
    parser.add_argument("--rounds", type=int, default=1, metavar="N", help="of each (default: 1)")
    options = parser.parse_args()
    seconds, points = {"local": [], "cluster": []}, []
    with tempfile.TemporaryDirectory(prefix="cluster-") as made:
        folder = Path(made)
        make_class(folder / "class", options.submissions)
        with open_cluster(folder, options.workers, options.threads) as address:
            how = {
                "local": ["--jobs", str(options.workers * options.threads)],
                "cluster": ["--scheduler", address],
            }
            for number in range(options.rounds):
                for name in sorted(how, reverse=number % 2 == 0):
                    grades = folder / f"{name}-{number}"
                    began = time.perf_counter()
                    command = [
                        sys.executable,
                        "-m",
                        "grader",
                        "batch",
                        str(folder / "class"),
                        "--out",
                        str(grades),
                    ]
                    subprocess.run([*command, "-q", *how[name]], cwd=ROOT, env=ENVIRONMENT, check=True)
                    seconds[name].append(time.perf_counter() - began)
                    with open_grades(grades) as opened:
                        points.append([(row.student, row.result["score"]) for row in opened.rows()])
    local, cluster = (min(seconds[name]) for name in ("local", "cluster"))
    print(
        f"{options.submissions} submissions, {options.workers} workers of {options.threads}: local {local:.1f} s, cluster {cluster:.1f} s"
    )
    print(f"  all rounds: {seconds}")
    print(f"  the cluster does {local / cluster:.2f} of what the same cores do without (at least {SHARE})")
    alike = all(one == points[0] for one in points)
    print(f"  points: {'the same in all rounds' if alike else 'NOT the same'}")
    return 0 if alike and local / cluster >= SHARE else 1


if __name__ == "__main__":
    sys.exit(main())
