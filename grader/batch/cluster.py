"""Graders on many machines: submissions handed to the workers of a Dask scheduler, one to each thread at a time."""

from __future__ import annotations

import contextlib
import socket
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from grader.batch.executor import ATTEMPTS, Finished, Started, lost
from grader.batch.parcel import pack, pack_folder, pack_task, unpack_outcome
from grader.batch.station import REFUSED, pack_options
from grader.batch.task import Task
from grader.errors import Unusable
from grader.fixtures import open_fixtures
from grader.options import Options

_ANSWER_SECONDS = 10
_WORKER_SECONDS = 300.0  # without any worker, until somebody should look
_TICK_SECONDS = 0.2
_LOOK_SECONDS = 2.0  # between looks at how many workers there are


class ClusterExecutor:
    """Grades on the workers of a scheduler; see `grader.batch.executor`.

    Args:
        options: of the command line; fixtures that it names travel to the workers, once to each.
        address: of the scheduler.
        about: what results depend on, which must be the same there.

    Raises:
        Unusable: if there is no scheduler, or Dask is not installed.
    """

    def __init__(self, options: Options, address: str, about: Mapping[str, str]) -> None:
        try:
            from distributed import Client

            from grader.batch.cluster_worker import Stations
        except ImportError:
            raise Unusable(
                "--scheduler needs Dask; in the checkout: python -m pip install -c constraints.txt -e '.[cluster]'"
            ) from None
        self._stack = contextlib.ExitStack()
        try:
            _knock(address)
            self._client = self._stack.enter_context(Client(address, timeout=_ANSWER_SECONDS))
        except (OSError, TimeoutError, ValueError) as error:
            raise Unusable(
                f"no Dask scheduler answers at {address} ({_first_line(error)}); start one with: dask scheduler"
            ) from None
        fixtures = pack_folder(open_fixtures(options.fixtures).folder) if options.fixtures else b""
        job = pack({"options": pack_options(options), "about": dict(about)}, [fixtures])
        # a lambda, since the scheduler need not have the grader; the first death of a worker tries elsewhere
        self._client.run_on_scheduler(
            lambda dask_scheduler: setattr(dask_scheduler, "allowed_failures", ATTEMPTS - 1)
        )
        try:
            self._client.register_plugin(Stations(job))
        except ImportError as error:
            self._stack.close()
            raise Unusable(
                f"a worker cannot import the grader ({error}); start workers in the checkout"
            ) from None

    def run(self, tasks: Sequence[Task], started: Started) -> Iterator[Finished | None]:
        """See `Executor`."""
        from distributed import wait

        waiting = deque((task, 1) for task in tasks)
        running: dict[Any, tuple[Task, int]] = {}
        threads, looked, alive = 0, float("-inf"), time.monotonic()
        try:
            while waiting or running:
                if time.monotonic() - looked > _LOOK_SECONDS:
                    threads, looked = sum(self._client.nthreads().values()), time.monotonic()
                    alive = looked if threads else alive
                    if looked - alive > _WORKER_SECONDS:
                        raise Unusable(
                            "the scheduler has no workers; start some with: dask worker, then go on"
                        )
                busy = sum(not future.done() for future in running)
                while waiting and busy < threads:  # before what is done is fetched
                    task, attempt = waiting.popleft()
                    running[self._submit(task)] = (task, attempt)
                    busy += 1
                    started(task)
                done = next((future for future in running if future.done()), None)
                if done is not None:
                    task, attempt = running.pop(done)
                    ended = _outcome(task, done)
                    done.release()
                    if ended is None and attempt < ATTEMPTS:
                        waiting.appendleft((task, attempt + 1))
                    else:
                        yield task, ended or lost(task, "its station ended")
                    continue
                try:
                    if running:
                        wait(list(running), timeout=_TICK_SECONDS, return_when="FIRST_COMPLETED")
                    else:
                        time.sleep(_TICK_SECONDS)
                except TimeoutError:
                    yield None
        finally:
            for future in running:
                future.cancel()

    def __enter__(self) -> ClusterExecutor:
        return self

    def __exit__(self, *_: object) -> None:
        from grader.batch.cluster_worker import PLUGIN

        with contextlib.suppress(Exception):  # the scheduler may be gone
            self._client.unregister_worker_plugin(PLUGIN)
        self._stack.close()

    def _submit(self, task: Task) -> Any:
        from grader.batch.cluster_worker import grade_there

        return self._client.submit(grade_there, pack_task(task), pure=False)


def _outcome(task: Task, future: Any) -> Any:
    """Return the outcome of a future that is done; None where it should be tried again.

    Raises:
        Unusable: if no worker could do better.
    """
    from distributed.scheduler import KilledWorker

    if future.status == "cancelled":
        raise Unusable("the scheduler has gone; what was graded is kept: give the same command again")
    error = future.exception()
    if isinstance(error, KilledWorker):
        return lost(task, "and its worker with it")
    if isinstance(error, (ImportError, AttributeError, KeyError)):
        raise Unusable(
            f"a worker cannot run the grader ({_first_line(error)}); start workers in the checkout"
        )
    if error is not None:
        return None
    answer = future.result()
    if answer.startswith(REFUSED):
        raise Unusable(answer[1:].decode("utf-8", "replace"))
    return unpack_outcome(answer[1:])


def _knock(address: str) -> None:
    """Return where somebody listens at an address; Dask would go on trying.

    Raises:
        OSError: if nobody does.
        ValueError: if it is no address.
    """
    parts = urlsplit(address if "//" in address else f"tcp://{address}")
    if parts.hostname is None or parts.port is None:
        raise ValueError("it takes tcp://HOST:PORT")
    socket.create_connection((parts.hostname, parts.port), timeout=_ANSWER_SECONDS).close()


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
