"""What is fuzzed: each target takes drawn bytes and fails when anything but a one-sentence refusal comes out."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from fixtures.errors import FixtureError
from fixtures.manifest import describe_file
from fixtures.store import DATA_FOLDER, Store, open_store
from grader.checking.expected import CloseTo, Target
from grader.checking.tiles import ShowsTiles, TileTarget
from grader.errors import GraderFault, StudentFault, Unusable
from grader.exercises import read_exercises
from grader.reports.json_file import write
from grader.result import CheckResult, SubmissionResult
from grader.sandbox.remote import Fate
from grader.sandbox.wire import Message, WireClosed, WireInvalid, WireTimeout, receive
from grader.submissions import open_submission
from tests.fuzz.frames import frames
from tests.fuzz.handed_in import archives, modules, notebooks
from tests.stub_workers import StubPrints, make_student

REFUSALS = (StudentFault, FixtureError, Unusable)
_EXPECTED = CloseTo(Target(np.ones((2, 3)), "(H, W)", "scale", loose=0.05), lambda _finding: None)
_TILES = ShowsTiles(TileTarget(np.arange(12.0).reshape(2, 2, 3)), lambda _finding: None)


def one_sentence(error: BaseException) -> None:
    """Fail unless a refusal is one short line without a traceback."""
    text = str(error)
    assert text, "the refusal has no words"
    assert "Traceback" not in text, text
    assert len(text) < 20_000, f"{len(text)} letters"


class _Remote:
    """A worker whose one reply is drawn."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.ended: Fate | None = None
        self.prints = StubPrints()

    def ask(self, message: Message, seconds: float) -> Message:
        if "folder" in message.header:
            return Message({"layers": [], "in_force": [], "ready": 0.0})
        near, far = socket.socketpair()
        sender = threading.Thread(target=_send, args=[far, self._data])
        sender.start()  # beside this thread: a socket holds less than a frame may
        with near, far:
            try:
                return receive(near, time.monotonic() + seconds)
            except (WireClosed, WireTimeout):
                self.ended = Fate(0)
                raise StudentFault("ended the process before it answered") from None
            except WireInvalid as error:
                self.ended = Fate(0)
                raise StudentFault(f"sent an answer that cannot be read: {error}") from None
            finally:
                near.shutdown(socket.SHUT_RDWR)  # ends a sender that is not heard to the end
                sender.join()

    def close(self) -> Fate:
        self.ended = self.ended or Fate(0)
        return self.ended

    def dismiss(self) -> Callable[[], Fate]:
        return self.close


def _send(end: socket.socket, data: bytes) -> None:
    with contextlib.suppress(OSError):
        end.sendall(data)
        end.shutdown(socket.SHUT_WR)


class _Source:
    """A source of such workers."""

    forked, peak_kb = False, 0

    def __init__(self, data: bytes) -> None:
        self._data = data

    def start_worker(self) -> Any:
        return _Remote(self._data)


def judge_reply(data: bytes) -> None:
    """The wire from the worker's side: everything that a check may ask of an answer, whatever came."""
    student = make_student(_Source(data), seconds=5)
    try:
        answer = student.f(np.ones((2, 3), np.float32), 1)
    except StudentFault as fault:
        one_sentence(fault)
        return
    questions: list[Callable[[], Any]] = [
        lambda: answer == _EXPECTED,
        lambda: answer == _TILES,
        lambda: answer.finite((2, 3), "(H, W)"),
        lambda: answer.integers((2, 3), "(H, W)"),
        lambda: answer.number,
        lambda: answer.text,
        lambda: answer.mapping,
        lambda: answer.items,
        lambda: answer.values.shape,
        lambda: answer.part(0),
        lambda: answer.part("a", 1).dtype,
        lambda: [np.shape(after) for after in answer.after],
        lambda: (answer.picture, answer.drawn, answer.replaced, answer.returned),
    ]
    for ask in questions:
        _ask(ask)


def _ask(question: Callable[[], Any]) -> None:
    try:
        with np.errstate(all="ignore"):
            question()
    except StudentFault as fault:
        one_sentence(fault)


def write_report(data: bytes, folder: Path) -> None:
    """A report with drawn words and a drawn picture is written, and read back as JSON."""
    text = data.decode("utf-8", "replace")
    check = CheckResult(
        "a/b", "a", text, "failed", 0.0, 1.0, message=text, hint=text, prints=text, picture=data
    )
    write(SubmissionResult(text, (check,), 0.1, "none"), folder)


def open_manifest(data: bytes, folder: Path) -> None:
    """A fixtures folder whose manifest is drawn or spoilt."""
    _spoil(folder / "manifest.json", data)
    _open(folder)


def open_tensors(data: bytes, folder: Path) -> None:
    """A file of expected outputs that is drawn or spoilt, with a manifest that vouches for it."""
    name = "expected/saliency.safetensors"
    _spoil(folder / name, data)
    store = open_store()
    files = {**store.manifest.files, name: describe_file(folder / name)}
    vouched = Store(folder, dataclasses.replace(store.manifest, files=files), store.fixtures_hash)
    try:
        vouched.case("saliency/one_scene")
    except FixtureError as error:
        one_sentence(error)


def read_table(data: bytes, folder: Path) -> None:
    """A table of exercises."""
    table = folder / "exercises.toml"
    table.write_bytes(data)
    try:
        read_exercises(table)
    except Unusable as error:
        one_sentence(error)


def look_at_submission(data: bytes, folder: Path) -> None:
    """A submission whose file is drawn, under a drawn name beside it."""
    handed_in = folder / "submission"
    handed_in.mkdir(exist_ok=True)
    (handed_in / "saliency.py").write_bytes(data)
    name = data[:20].decode("utf-8", "replace").replace("/", "").replace("\0", "") or "x"
    with contextlib.suppress(OSError):
        (handed_in / name).write_bytes(data)
    try:
        with open_submission(str(handed_in), read_exercises()[:3]):
            pass
    except Unusable as error:
        one_sentence(error)
    finally:
        shutil.rmtree(handed_in)


def open_notebook(data: bytes, folder: Path) -> None:
    """A notebook that is drawn, or a right one that is spoilt."""
    _hand_in(folder, "week4.ipynb", data)


def open_module(data: bytes, folder: Path) -> None:
    """A module made of lines that are not meant to follow each other."""
    _hand_in(folder, "saliency.py", data)


def open_archive(data: bytes, folder: Path) -> None:
    """An archive with hostile names and kinds of entries, perhaps spoilt; nothing is written beside it."""
    _hand_in(folder, "handed_in.zip", data)


def _hand_in(folder: Path, name: str, data: bytes) -> None:
    """Open one file as a submission, and see that the folder it lies in stays as it was."""
    lies_in = folder / "desk"
    lies_in.mkdir(exist_ok=True)
    file = lies_in / name
    file.write_bytes(data)
    try:
        with open_submission(str(file), read_exercises()[:3]) as found:
            for problem in found.submission.problems.values():
                one_sentence(ValueError(problem))
    except Unusable as error:
        one_sentence(error)
        said = str(error).replace(str(lies_in), "")
    else:
        said = ""
    assert tempfile.gettempdir() not in said, said
    assert [path.name for path in lies_in.iterdir()] == [name]
    assert file.read_bytes() == data


def _open(folder: Path) -> None:
    try:
        store = open_store(folder)
        store.check_files()
        for name in list(store.manifest.cases)[:3]:
            store.case(name)
    except (FixtureError, GraderFault) as error:
        one_sentence(error)


def _spoil(file: Path, data: bytes) -> None:
    """Put drawn bytes in the place of a file, or in the middle of what it was."""
    within = file.name if file.name == "manifest.json" else f"expected/{file.name}"
    original = (DATA_FOLDER / within).read_bytes()
    if len(data) % 2:
        file.write_bytes(data)
    else:
        place = int.from_bytes(data[:4], "big") % len(original)
        file.write_bytes(original[:place] + data + original[place + len(data) :])


BYTES = st.binary(max_size=400)
TEXTS = st.text(max_size=400).map(lambda text: text.encode("utf-8", "surrogatepass"))
TARGETS: dict[str, tuple[Callable[..., None], st.SearchStrategy[bytes]]] = {
    "reply": (judge_reply, frames()),
    "report": (write_report, BYTES | TEXTS),
    "manifest": (open_manifest, BYTES | TEXTS | st.builds(lambda n: b"[" * n, st.integers(1, 100_000))),
    "tensors": (open_tensors, BYTES),
    "table": (read_table, BYTES | TEXTS),
    "notebook": (open_notebook, notebooks | BYTES),
    "module": (open_module, modules),
    "archive": (open_archive, archives | BYTES),
    "submission": (look_at_submission, BYTES | TEXTS | st.builds(lambda n: b"(" * n, st.integers(1, 5000))),
}
