"""The pack for Gradescope, unpacked and run as its platform does, in folders like those of its container."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from fixtures.store import DATA_FOLDER
from grader.__main__ import main
from tests.format_readers import PLATFORMS
from tests.pack_places import BODIES, clean, hand_in, isolated, unpack, weaker

ARGUMENTS = ["-e", "filters", "-e", "parameters", "--timeout", "5"]
METADATA = {
    "id": 1,
    "created_at": "2026-11-01T12:00:00.000000-08:00",
    "assignment": {"id": 2, "title": "CNNs", "total_points": "15.0", "due_date": "2026-11-02T00:00:00.000000-08:00"},
    "users": [{"id": 3, "email": "secret@example.org", "name": "A Student"}],
    "previous_submissions": [],
}  # fmt: skip
# Of the autograder's, below its folder.
NOT_FOR_STUDENTS = [
    "source/private/manifest.json",
    "source/grader/checks/*",
    "results/*",
    "submission_metadata.json",
]


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    """A pack with private fixtures."""
    folder = tmp_path_factory.mktemp("pack")
    shutil.copytree(DATA_FOLDER, folder / "exam")
    path = folder / "autograder.zip"
    made = ["pack", "gradescope", path, "--fixtures", folder / "exam", *weaker(), "--", *ARGUMENTS]
    assert main([str(each) for each in made]) == 0
    return path


class Container:
    """Folders like those of a container, built from a pack."""

    def __init__(self, pack, root):
        self.root = root
        self.environment = clean(AUTOGRADER_ROOT=str(root), AUTOGRADER_PYTHON=sys.executable)
        for name in ("source", "results"):
            (root / name).mkdir(parents=True)
        unpack(pack, root / "source")
        (root / "submission_metadata.json").write_text(json.dumps(METADATA))

    def build(self):
        """Run setup.sh, which ends well."""
        return subprocess.run(
            ["bash", str(self.root / "source" / "setup.sh")],
            cwd=self.root, env=self.environment, capture_output=True, text=True, check=True,
        )  # fmt: skip

    def start(self):
        """Start run_autograder as the platform does: as a program, in /autograder."""
        return subprocess.Popen(
            [self.root / "source" / "run_autograder"],
            cwd=self.root, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def results(self):
        """Return results.json, None where there is none yet."""
        path = self.root / "results" / "results.json"
        return json.loads(path.read_text("utf-8")) if path.exists() else None


def grade_in(pack, root, name):
    """Return the container, its output, exit code, and what results.json said meanwhile."""
    container = Container(pack, root)
    if name == "right":
        container.build()
    hand_in(name, root / "submission", [root / pattern for pattern in NOT_FOR_STUDENTS])
    running, seen = container.start(), []
    while running.poll() is None:
        said = container.results()
        if said is not None and said not in seen and running.poll() is None:
            seen.append(said)
        time.sleep(0.05)
    printed, _ = running.communicate()
    return container, printed, running.returncode, seen


@pytest.fixture(scope="module")
def graded(pack, tmp_path_factory):
    """All submissions, each in a container of its own."""
    roots = {name: tmp_path_factory.mktemp(name) / "autograder" for name in BODIES}
    with ThreadPoolExecutor(2) as pool:
        runs = pool.map(lambda name: grade_in(pack, roots[name], name), roots)
    return dict(zip(roots, runs, strict=True))


@pytest.mark.parametrize(
    ("name", "score", "says"),
    [
        ("right", 15, ""),
        ("wrong", 5, ""),
        ("crashing", 5, "crashed the process"),
        ("looping", 5, "took longer than 5 seconds"),
    ],
)
def test_each_submission_gets_its_points_and_the_reason(graded, name, score, says):
    """Results are what the platform accepts, and neither missing points nor a crash is a fault of the autograder."""
    container, printed, code, _ = graded[name]
    results = container.results()

    assert code == 0, printed
    PLATFORMS["gradescope"].validate(results)
    assert (results["score"], sum(test["max_score"] for test in results["tests"])) == (score, 15), printed
    lost = [test for test in results["tests"] if test["status"] == "failed"]
    assert {test["tags"][0] for test in lost} == (set() if score == 15 else {"filters"})
    assert any(says in test["output"] for test in lost) == bool(lost)


def test_results_are_there_while_a_submission_loops(graded):
    """With the points that are sure already: a run that the platform stops is not a lost one."""
    *_, seen = graded["looping"]
    for results in seen:
        PLATFORMS["gradescope"].validate(results)
    unfinished = [results for results in seen if "was stopped" in results["output"]]

    assert max(results["score"] for results in unfinished) == 5
    assert len({results["score"] for results in unfinished}) > 1


@pytest.mark.skipif(not isolated(), reason="this machine cannot keep students' code from files")
def test_students_code_reads_nothing_of_the_autograders(graded):
    """No answer, no check, no result, no name or mail address of a student's."""
    container, printed, *_ = graded["wrong"]
    said = json.dumps(container.results())

    assert "result is not what is expected" in said
    assert "crashed" not in said  # as it does once it can read any of them
    assert "secret@example.org" not in said + printed
    assert "isolation: none" not in said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_run_as_root_it_hands_each_check_to_a_spare_user(graded):
    """As the results say, where Python lies where others can read it."""
    container, *_ = graded["right"]
    isolation = container.results()["output"].rpartition("isolation: ")[2]
    in_force, _, missing = isolation.partition("not in force")

    assert "user" in in_force or "Python lies under" in missing or "spare users" in missing
    assert (container.root / "source").stat().st_mode & 0o007 == 0
    assert (container.root / "results").stat().st_mode & 0o007 == 0
    assert (container.root / "submission_metadata.json").stat().st_mode & 0o007 == 0


def test_nothing_handed_in_is_one_sentence_for_the_student(pack, tmp_path):
    """An empty upload is no fault of the autograder either."""
    container = Container(pack, tmp_path / "autograder")
    (tmp_path / "autograder" / "submission").mkdir()
    running = container.start()
    printed, _ = running.communicate()

    assert (running.returncode, container.results()["score"]) == (0, 0), printed
    assert "none of the files that are graded" in container.results()["output"]


def test_a_fault_of_the_grader_is_no_result(pack, tmp_path):
    """The platform then says that the autograder failed, and nobody loses a point."""
    container = Container(pack, tmp_path / "autograder")
    hand_in("right", tmp_path / "autograder" / "submission")
    weights = tmp_path / "autograder" / "source" / "private" / "weights" / "vgg.safetensors"
    (tmp_path / "autograder" / "source" / "grader" / "sandbox" / "zygote.py").write_text(
        "raise SystemExit(1)"
    )
    assert weights.exists()
    running = container.start()
    printed, _ = running.communicate()

    assert running.returncode == 3, printed
    assert container.results() is None
    assert "not your fault" in printed


def test_it_holds_private_fixtures_in_place_of_the_public_ones(pack):
    """And its scripts at the top, to be run; nothing of the solution, the tests or the students' stubs."""
    with zipfile.ZipFile(pack) as archive:
        modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in archive.infolist()}
        script = archive.read("run_autograder").decode()

    assert {name for name, mode in modes.items() if mode == 0o755} == {"setup.sh", "run_autograder"}
    assert "private/manifest.json" in modes
    assert {name.split("/")[0] for name in modes} == {
        "setup.sh", "run_autograder", "grader", "fixtures", "private", "requirements.txt", "constraints.txt",
        "made-by-grader.json",
    }  # fmt: skip
    assert [
        name for name in modes if name.startswith("fixtures/data") or name.endswith((".pyc", ".whl"))
    ] == []
    assert script.startswith("#!/usr/bin/env bash\n")
    assert "--audience student --fixtures private" in script
    assert ("--require-isolation" in script) == isolated()


def test_the_same_bytes_come_out_twice(tmp_path):
    """Whenever and wherever it is made; and over the first, which this command made."""
    path = tmp_path / "a.zip"
    assert main(["pack", "gradescope", str(path)]) == 0
    first = path.read_bytes()
    assert main(["pack", "gradescope", str(path)]) == 0
    assert path.read_bytes() == first
    with zipfile.ZipFile(path) as archive:
        assert "fixtures/data/manifest.json" in archive.namelist()
        assert b"--fixtures" not in archive.read("run_autograder")


@pytest.mark.slow
def test_setup_installs_what_grading_needs(pack, tmp_path):
    """From nothing but Python and the packages' registry."""
    container = Container(pack, tmp_path / "autograder")
    del container.environment["AUTOGRADER_PYTHON"]
    container.build()
    hand_in("right", tmp_path / "autograder" / "submission")
    running = container.start()
    printed, _ = running.communicate()

    assert (running.returncode, container.results()["score"]) == (0, 15), printed
