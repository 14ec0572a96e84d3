"""A cluster whose workers only pretend to grade, and die with the submission where it says so."""

from __future__ import annotations

import tempfile
from pathlib import Path

from grader.batch.cluster import ClusterExecutor
from grader.batch.parcel import pack_outcome, pack_task, unpack_task
from grader.batch.station import GRADED
from tests.stub_batch import grade_stub


def pretend_there(parcel):
    """Grade on a worker, in the worker's own process."""
    with tempfile.TemporaryDirectory() as folder:
        return GRADED + pack_outcome(grade_stub(unpack_task(parcel, Path(folder)), None, 1, lambda: None))


class StubCluster(ClusterExecutor):
    """Hands out what pretends."""

    def _submit(self, task):
        return self._client.submit(pretend_there, pack_task(task), pure=False)
