"""A cluster on this machine: a real scheduler and workers as processes of their own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.command_line import ROOT

PATIENCE = 240  # seconds for what takes a few on an idle machine


@contextlib.contextmanager
def open_cluster(folder, workers=3, threads=1, **environment):
    """Give the address of a scheduler with workers of some threads each, whose processes end with the context."""
    around = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DASK_CONFIG": str(ROOT / "grader" / "batch" / "dask.yaml"),
        "DASK_DISTRIBUTED__WORKER__DAEMON": "False",
        **environment,
    }
    file, running = folder / "scheduler.json", []

    def start(module, *arguments):
        command = [
            sys.executable,
            "-m",
            f"distributed.cli.{module}",
            *arguments,
            "--scheduler-file",
            str(file),
            "--host",
            "127.0.0.1",
        ]
        with (folder / "cluster.log").open("a") as log:
            running.append(
                subprocess.Popen([*command, "--no-dashboard"], cwd=ROOT, env=around, stdout=log, stderr=log)
            )

    try:
        start("dask_scheduler", "--port", "0")
        for number in range(workers):
            place = str(folder / f"worker-{number}")
            start("dask_worker", "--nthreads", str(threads), "--local-directory", place)
        deadline = time.monotonic() + PATIENCE
        while not file.exists() or not file.read_text().endswith("}"):
            assert time.monotonic() < deadline, (folder / "cluster.log").read_text()
            time.sleep(0.1)
        yield json.loads(file.read_text())["address"]
    finally:
        for process in running[::-1]:
            process.terminate()
        for process in running[::-1]:
            _end(process)


def _end(process):
    """Wait for a process that was told to end; a nanny that has just started a worker anew may not listen."""
    started = children(process.pid)
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        for pid in [process.pid, *started, *children(process.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()


def children(pid):
    """Return the processes that a process has started, and theirs."""
    found = [
        int(child)
        for file in Path(f"/proc/{pid}/task").glob("*/children")
        for child in file.read_text().split()
    ]
    return found + [deeper for child in found for deeper in children(child)]
