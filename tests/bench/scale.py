"""How a batch scales: `python -m tests.bench.scale`. Throughput against bare scripts, memory, size, growth.

The bare scripts make the very calls that the grader makes, with the same code, in as many processes as the batch has
graders, so both feel the same machine. A second part grades a thousand submissions whose graders only pretend, which
leaves what the batch itself costs.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fixtures.store import DATA_FOLDER
from grader.batch.store import open_grades
from grader.errors import Unusable
from grader.sandbox.environment import ONE_THREAD

ROOT = Path(__file__).resolve().parents[2]
SUBMISSIONS = ROOT / "tests" / "submissions"
ENVIRONMENT = os.environ | ONE_THREAD | {"MPLBACKEND": "Agg", "PYTHONPATH": str(ROOT)}
SHARE = 0.8  # of what bare scripts do on the same cores
FLAT = 0.05  # by how much memory may differ between the second and the last quarter

# What a class hands in: everything solved, or one module as somebody else wrote it, right or wrong. Those that never end
# are judged by their deadline, which no bare script has; tests grade them.
MODULES = ("filters", "saliency", "fooling", "class_visualization", "gradcam", "activations", "imaging", "evaluation",
           "receptive_field")  # fmt: skip
HONEST = (
    "solved", "half_done", "mutates_input", "emits_warnings", "returns_none", "two_definitions", "wrong_dtype",
    "wrong_shape", "relative_imports", "raises",
)  # fmt: skip


def main() -> int:
    """Run both parts and return the exit code: 1 where a limit is not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scale", description=__doc__.split("\n")[0])
    parser.add_argument(
        "--submissions", type=int, default=200, metavar="N", help="that are graded (default: 200)"
    )
    parser.add_argument("--stubs", type=int, default=1000, metavar="N", help="that are not (default: 1000)")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)), metavar="N")
    options = parser.parse_args()
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}: trust ratios, they come from the same minutes"
    )
    with tempfile.TemporaryDirectory(prefix="scale-") as made:
        kept = graded(Path(made), options.submissions, options.jobs) if options.submissions else True
        kept &= pretended(Path(made), options.stubs, options.jobs) if options.stubs else True
    return 0 if kept else 1


def graded(folder, number, jobs):
    """Measure real grading against bare scripts and return whether the limits are kept."""
    copies = make_class(folder / "class", number)
    frames = record(folder / "frames", jobs)
    before = run_bare(copies[: len(copies) // 2], frames, jobs)
    seen = watch([sys.executable, "-m", "grader", "batch", str(folder / "class"), "--out", str(folder / "grades"), "-q",
                  "--jobs", str(jobs)], folder / "grades")  # fmt: skip
    after = run_bare(copies[len(copies) // 2 :], frames, jobs)
    seconds, cpu = before[0] + after[0], before[1] + after[1]
    mean = statistics.mean(seconds)
    share = number / seen["wall"] / (jobs / mean)
    print(
        f"graded: {number} submissions in {seen['wall']:.1f} s, {number / seen['wall'] * 60:.0f} a minute on {jobs} cores"
    )
    print(
        f"  bare compute {mean:.2f} s each: {share:.2f} of {jobs / mean * 60:.0f} a minute (at least {SHARE})"
    )
    print(f"  processor: {seen['cpu'] / number:.2f} s each, bare {cpu / number:.2f} s")
    return told_of_memory(seen, number) and share >= SHARE


def pretended(folder, number, jobs):
    """Measure what the batch costs by itself and return whether memory stays flat."""
    for name in range(number):
        (folder / "stubs" / f"s{name:05}").mkdir(parents=True)
        (folder / "stubs" / f"s{name:05}" / "saliency.py").write_text(f"# {name}\n")
    command = [
        sys.executable,
        "-m",
        "tests.stub_batch",
        str(folder / "stubs"),
        "--out",
        str(folder / "stub grades"),
    ]
    seen = watch([*command, "-q", "--jobs", str(jobs)], folder / "stub grades")
    print(
        f"pretended: {number} submissions in {seen['wall']:.1f} s, {seen['wall'] / number * 1000:.1f} ms each"
    )
    tenths = [when for when, done, _ in seen["samples"] if done]
    half = next((when for when, done, _ in seen["samples"] if done >= number / 2), 0.0)
    if tenths and half > tenths[0]:
        rest = tenths[-1] - half
        print(f"  the second half took {rest / (half - tenths[0]):.2f} times as long as the first")
    again = watch([*command, "-q"], folder / "stub grades")
    print(f"  a second run, which finds nothing to do: {again['wall']:.1f} s")
    return told_of_memory(seen, number)


def told_of_memory(seen, number):
    """Print memory and size, and return whether memory stays flat."""
    quarters = [[kb for _, done, kb in seen["samples"] if low * number <= done < high * number]
                for low, high in ((0.25, 0.5), (0.75, 1.0))]  # fmt: skip
    print(f"  database {seen['bytes'] / 1e6:.1f} MB, {seen['bytes'] / number / 1e3:.0f} kB each")
    if not all(quarters):
        print("  too short to tell of memory")
        return True
    second, last = (statistics.mean(some) / 1024 for some in quarters)
    print(f"  coordinating process: {second:.1f} MB in the second quarter, {last:.1f} MB in the last")
    return abs(last / second - 1) <= FLAT


def make_one(name, copy):
    """Write one submission: the solved modules, and those of a folder of tests/submissions over them."""
    copy.mkdir(parents=True)
    for module in MODULES:
        text = (ROOT / "reference" / f"{module}.py").read_text("utf-8")
        (copy / f"{module}.py").write_text(text.replace("from reference.", "from "), "utf-8")
    for file in (SUBMISSIONS / name).glob("*.py") if name != "solved" else ():
        shutil.copyfile(file, copy / file.name)


def make_class(folder, number):
    """Return folders of submissions, each with a line of its own."""
    copies = []
    for place in range(number):
        name = HONEST[place % len(HONEST)]
        copy = folder / f"{name}-{place:04}"
        make_one(name, copy)
        for file in copy.rglob("*.py"):
            with file.open("a", encoding="utf-8") as text:
                text.write(f"\n# handed in as number {place}\n")
        copies.append(copy)
    return copies


def record(folder, jobs):
    """Return for each honest submission the folder of the calls that grading makes."""
    from grader.exercises import exercises_of
    from grader.options import parse_options
    from grader.session import open_session
    from grader.submissions import open_submission

    os.environ.update(ONE_THREAD)
    options = parse_options(["--jobs", str(jobs)])
    with open_session(options) as session:
        from grader.grade import grade

        for name in HONEST:
            (folder / name).mkdir(parents=True)
            settings = dataclasses.replace(session.settings, record=folder / name)
            make_one(name, folder / "recorded" / name)
            with open_submission(str(folder / "recorded" / name), exercises_of(options)) as found:
                grade(found, session.store, session.source, settings, session.collected)
    return folder


def run_bare(copies, frames, jobs):
    """Return the seconds of each submission, several processes side by side, and processor seconds of all."""
    running = []
    for slot in range(jobs):
        process = subprocess.Popen([sys.executable, "-m", "tests.bench.bare_class", str(DATA_FOLDER / "weights")],
            cwd=ROOT, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # fmt: skip
        lines = [f"{copy}\t{frames / copy.name.rpartition('-')[0]}" for copy in copies[slot::jobs]]
        process.stdin.write("\n".join(lines))
        process.stdin.close()
        running.append(process)
    told = [json.loads(process.stdout.read().splitlines()[-1]) for process in running]
    for process in running:
        process.wait()
    return [second for one in told for second in one["seconds"]], sum(one["cpu"] for one in told)


def watch(command, grades):
    """Return what a batch took: wall and processor seconds, size, and (seconds, done, kB) while it ran."""
    began, before, samples = time.perf_counter(), os.times(), []
    with subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT) as process:
        while process.poll() is None:
            time.sleep(0.1)
            try:
                status = Path(f"/proc/{process.pid}/status").read_text()
                resident = next(
                    int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")
                )
                with open_grades(grades) as opened:
                    samples.append((time.perf_counter() - began, len(opened.known()), resident))
            except (OSError, StopIteration, Unusable):
                continue
        assert process.returncode == 0, process.returncode
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    size = sum(file.stat().st_size for file in grades.glob("grades.sqlite*"))
    return {"wall": time.perf_counter() - began, "cpu": cpu, "bytes": size, "samples": samples}


if __name__ == "__main__":
    sys.exit(main())
