"""Packs for GitHub and for containers, and what all packs say when they are called wrongly."""

from __future__ import annotations

import base64
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import yaml

from fixtures.store import DATA_FOLDER
from grader.__main__ import main
from tests.format_readers import PLATFORMS, obeyed
from tests.pack_places import clean, hand_in, isolated, weaker

ARGUMENTS = ["--", "-e", "filters"]


def pack(*arguments):
    assert main(["pack", *map(str, arguments)]) == 0


class Runner:
    """A runner of GitHub Actions, as far as the shell steps of an action see one.

    Its `python -m venv` makes an environment whose pip only notes what it is asked for.
    """

    def __init__(self, folder, action):
        self.folder, self.action = folder, action
        for name in ("temp", "bin", "workspace"):
            (folder / name).mkdir()
        self.noted = folder / "pip"
        python = folder / "bin" / "python"
        python.write_text(
            "#!/bin/bash\n"
            'if [ "$1 $2" = "-m venv" ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; exit; fi\n'
            f'if [ "$1 $2" = "-m pip" ]; then echo "$PWD $*" >> {self.noted}; exit; fi\n'
            f'exec {sys.executable} "$@"\n'
        )
        python.chmod(0o755)
        self.environment = clean(
            PATH=f"{folder / 'bin'}:{os.environ['PATH']}",
            GITHUB_ACTIONS="true",
            GITHUB_ACTION_PATH=str(action),
            GITHUB_WORKSPACE=str(folder / "workspace"),
            GITHUB_OUTPUT=str(folder / "output"),
            GITHUB_STEP_SUMMARY=str(folder / "summary"),
            RUNNER_TEMP=str(folder / "temp"),
        )

    def run(self, step, inputs):
        """Return the ended process of a step, run by the shell that GitHub runs."""
        assert "${{" not in step["run"], "what is pasted into a script is run"
        given = {
            name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: inputs[found[1]], value)
            for name, value in step.get("env", {}).items()
        }
        script = self.folder / "step.sh"
        script.write_text(step["run"])
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.folder / "workspace", env={**self.environment, **given},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def outputs(self):
        """Return what the steps told GitHub, by name."""
        return dict(line.split("=", 1) for line in (self.folder / "output").read_text("utf-8").splitlines())


@pytest.fixture(scope="module")
def github(tmp_path_factory):
    """A pack whose action lies in a repository of its own."""
    folder = tmp_path_factory.mktemp("github") / "pack"
    shutil.copytree(DATA_FOLDER, folder.parent / "exam")
    made = ["--fixtures", folder.parent / "exam", "--repository", "vision-course/grader@v1", *weaker()]
    pack("github", folder, *made, *ARGUMENTS)
    return folder


@pytest.fixture(scope="module")
def job(github, tmp_path_factory):
    """All shell steps of the action, run on what a student has pushed: the runner, the ended steps."""
    runner = Runner(tmp_path_factory.mktemp("runner"), github / "action")
    hand_in("wrong", runner.folder / "workspace" / "assignment")
    own = runner.folder / "workspace" / "grader"
    own.mkdir()
    (own / "__main__.py").write_text("print('100 of 100, says the student')")
    action = yaml.safe_load((github / "action" / "action.yml").read_text("utf-8"))
    inputs = {name: given["default"] for name, given in action["inputs"].items()}
    steps = [step for step in action["runs"]["steps"] if "run" in step]
    return runner, [runner.run(step, inputs) for step in steps]


def test_the_steps_of_the_action_grade_what_was_pushed(job):
    """Points are missing, which is no failure of the job; the student's own copy of the grader is not run."""
    runner, ended = job
    outputs = runner.outputs()

    assert [step.returncode for step in ended] == [0, 0], [step.stderr for step in ended]
    assert outputs["exit-code"] == "1"
    assert "says the student" not in ended[-1].stdout
    assert "error" in [name for name, *_ in obeyed(ended[-1].stdout)]
    assert (runner.folder / "summary").read_text("utf-8").startswith("## 0 of 10 points")
    assert (Path(outputs["folder"]) / "result.html").exists()


def test_the_reporter_reads_the_record_of_the_action(job, github):
    """Through the names that the workflow, the action and the reporter use."""
    runner, _ = job
    action = yaml.safe_load((github / "action" / "action.yml").read_text("utf-8"))
    workflow = yaml.safe_load((github / "template/.github/workflows/classroom.yml").read_text("utf-8"))
    (name,) = workflow["jobs"]
    steps = workflow["jobs"][name]["steps"]
    (grade,) = (step for step in steps if step.get("id") == "cnns")
    (report,) = (step for step in steps if "grading-reporter" in step.get("uses", ""))
    record = json.loads(base64.b64decode(runner.outputs()["result"]))

    assert name == "run-autograding-tests"
    assert set(workflow[True]) == {
        "push",
        "workflow_dispatch",
        "repository_dispatch",
    }  # YAML reads `on` as true
    assert workflow["permissions"] == {"checks": "write", "actions": "read", "contents": "read"}
    assert workflow["jobs"][name]["if"] == "github.actor != 'github-classroom[bot]'"
    assert grade["uses"] == "vision-course/grader@v1"
    assert set(grade["with"]) <= set(action["inputs"])
    assert report["with"]["runners"] == grade["id"]
    assert report["env"] == {f"{grade['id'].upper()}_RESULTS": "${{ steps.cnns.outputs.result }}"}
    assert action["outputs"]["result"]["value"] == "${{ steps.grade.outputs.result }}"
    assert action["runs"]["steps"][-1]["id"] == "grade"
    assert all(step["shell"] == "bash" for step in action["runs"]["steps"] if "run" in step)
    PLATFORMS["classroom"].validate(record)


def test_packages_come_from_the_actions_own_lists(job, github):
    """Pinned, torch first, from the folder of the action."""
    runner, _ = job
    asked = runner.noted.read_text("utf-8").splitlines()

    assert len(asked) == 2
    assert all(line.startswith(f"{github / 'action'} -m pip install ") for line in asked)
    assert all("--constraint constraints.txt" in line for line in asked)
    assert asked[0].endswith(" torch torchvision")
    assert asked[1].endswith(" --requirement requirements.txt")
    assert (github / "action" / "requirements.txt").exists()


def test_a_fault_of_the_grader_fails_the_job(github, tmp_path):
    """Else Classroom would be told of points that nobody has lost."""
    shutil.copytree(github / "action", tmp_path / "action")
    (tmp_path / "action" / "grader" / "sandbox" / "zygote.py").write_text("raise SystemExit(1)")
    runner = Runner(tmp_path, tmp_path / "action")
    (tmp_path / "temp" / "grader-venv" / "bin").mkdir(parents=True)
    shutil.copy(tmp_path / "bin" / "python", tmp_path / "temp" / "grader-venv" / "bin" / "python")
    hand_in("right", tmp_path / "workspace" / "assignment")
    grade = yaml.safe_load((tmp_path / "action" / "action.yml").read_text("utf-8"))["runs"]["steps"][-1]

    assert runner.run(grade, {"submission": "assignment"}).returncode == 1
    assert runner.outputs()["exit-code"] == "3"


def test_without_a_repository_of_its_own_the_action_lies_beside_the_workflow(tmp_path):
    """So that a template repository with the handout needs nothing else."""
    pack("github", tmp_path / "pack")
    workflow = yaml.safe_load((tmp_path / "pack/.github/workflows/classroom.yml").read_text("utf-8"))
    (used,) = (step["uses"] for step in workflow["jobs"]["run-autograding-tests"]["steps"] if step.get("id"))

    assert (tmp_path / "pack" / used / "action.yml").exists()
    assert (tmp_path / "pack" / used / "fixtures/data/manifest.json").exists()


@pytest.fixture(scope="module")
def docker(tmp_path_factory):
    """A pack for containers, and the instructions of its Dockerfile in order."""
    folder = tmp_path_factory.mktemp("docker") / "pack"
    pack("docker", folder, *weaker(), *ARGUMENTS)
    text = (folder / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]
    return folder, lines


def test_the_base_is_pinned_and_nobody_is_root_at_the_end(docker):
    """A tag with a full version; no instruction after USER installs or fetches."""
    _, lines = docker
    words = [word for word, _ in lines]
    known = {"FROM", "ENV", "WORKDIR", "COPY", "RUN", "USER", "ENTRYPOINT", "CMD"}

    assert set(words) <= known
    assert words[0] == "FROM"
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", lines[0][1])
    user, _, group = dict(lines)["USER"].partition(":")
    assert int(user) > 0
    assert int(group) > 0
    assert words[words.index("USER") :] == ["USER", "ENTRYPOINT", "CMD"]


def test_what_is_copied_and_installed_is_there(docker):
    """Each COPY names files of the pack, each pip a list that has been copied before it."""
    folder, lines = docker
    copied = set()
    for word, rest in lines:
        if word == "COPY":
            for name in shlex.split(rest)[:-1]:
                assert (folder / name).exists(), name
                copied.add(name.removeprefix("course/"))
        if word == "RUN" and "pip install" in rest:
            lists = re.findall(r"--(?:constraint|requirement) (\S+)", rest)
            assert set(lists) <= copied


def test_the_readme_grades_without_a_network_and_without_rights(docker):
    """With a file system that cannot be written to, but for the reports."""
    folder, _ = docker
    building, grading = re.findall(r"```sh\n(.*?)\n```", (folder / "README.md").read_text("utf-8"), re.DOTALL)
    for wanted in (
        "--network none",
        "--read-only",
        "--cap-drop ALL",
        "no-new-privileges",
        "/submission:ro",
        "--rm",
    ):
        assert wanted in grading
    assert re.search(r"--tag (\S+)", building)[1] == grading.split()[-1]


def test_the_entry_point_grades_without_a_network_and_as_the_containers_user(docker):
    """As that user where Python lies where others can reach it, and with no network where one can be left."""
    folder, lines = docker
    said = dict(lines)
    image = Path(tempfile.mkdtemp(prefix="image-"))
    try:
        image.chmod(0o755)
        shutil.copytree(folder / "course", image / "course")
        for command in [rest for word, rest in lines if word == "RUN" and "compileall" in rest]:
            ran = command.replace("python", sys.executable)
            assert subprocess.run(ran, shell=True, cwd=image / "course", check=False).returncode == 0
        hand_in("right", image / "submission")
        for name, mode in (("out", 0o777), ("tmp", 0o1777)):
            (image / name).mkdir()
            (image / name).chmod(mode)
        words = [*json.loads(said["ENTRYPOINT"]), *json.loads(said["CMD"])]
        placed = [f"{image}{word}" if word in ("/submission", "/out") else word for word in words[1:]]
        ended = subprocess.run(
            [*without_network(), *as_user(said["USER"]), sys.executable, *placed],
            cwd=image / "course", env=clean(HOME=str(image / "tmp"), TMPDIR=str(image / "tmp")),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stdout + ended.stderr
        result = json.loads((image / "out" / "result.json").read_text("utf-8"))
        assert result["score"] == 10
        assert (image / "out" / "result.html").exists()
    finally:
        shutil.rmtree(image)


def without_network():
    """Return what starts a program in a network of its own, nothing where that is refused."""
    apart = ["unshare", "--net"]
    return apart if succeeds([*apart, "true"]) else []


def as_user(user):
    """Return what starts a program as another user, nothing where that user cannot reach this Python."""
    number, _, group = user.partition(":")
    become = ["setpriv", "--reuid", number, "--regid", group, "--clear-groups", "--no-new-privs"]
    same = f"import sys, torch; sys.exit(sys.base_prefix != {sys.base_prefix!r})"
    return become if os.geteuid() == 0 and succeeds([*become, sys.executable, "-c", same]) else []


def succeeds(command):
    """Return whether a command is there and ends well."""
    return (
        bool(shutil.which(command[0]))
        and not subprocess.run(command, capture_output=True, check=False).returncode
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["gradescope", "{tmp}/pack"], "is an archive; name it {tmp}/pack.zip"),
        (["gradescope", "{tmp}/mine.zip"], "is a file that `python -m grader pack gradescope` did not write"),
        (["docker", "{tmp}"], "did not write; choose a new folder"),
        (["docker", "{tmp}/new", "--fixtures", "{tmp}"], "the fixtures cannot be used: "),
        (["github", "{tmp}/new", "--fixtures", "{data}"], "private fixtures would lie in every student's repository"),
        (["github", "{tmp}/new", "--repository", "x; rm"], "--repository takes OWNER/NAME@TAG"),
        (["docker", "{tmp}/new", "--", "--format", "json"], "--format, --out, --open and --fixtures are for the pack"),
        (["docker", "{tmp}/new", "--", "--course", "my.toml"], "my.toml would not be there on the platform"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_one_sentence_and_writes_nothing(tmp_path, capsys, arguments, says):
    """Exit code 2."""
    (tmp_path / "mine.zip").write_text("mine")
    words = {"tmp": tmp_path, "data": DATA_FOLDER}

    assert main(["pack", *(argument.format(**words) for argument in arguments)]) == 2
    error = capsys.readouterr().err
    assert says.format(**words) in error
    assert error.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["mine.zip"]


def test_what_is_passed_on_is_checked_when_the_pack_is_made(tmp_path, capsys):
    """Not when the first student has handed in."""
    with pytest.raises(SystemExit) as ended:
        main(["pack", "docker", str(tmp_path / "new"), "--", "--timeout", "soon"])
    assert ended.value.code == 2
    assert "--timeout takes a number of seconds" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "arguments", [["pack"], ["pack", "canvas", "x"], ["pack", "docker"], ["handout"], ["handout", "a", "b"]]
)
def test_a_call_with_too_little_or_too_much_is_one_line(arguments, capsys):
    """Which names the command that says more."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    error = capsys.readouterr().err
    assert ended.value.code == 2
    assert error.count("\n") == 1
    assert re.search(rf"python -m grader {arguments[0]}( docker)? --help shows what it takes", error)


def test_isolation_is_required_unless_it_is_waived(tmp_path):
    """Official grades come from where students' code is kept apart."""
    for name, waived in (("strict", []), ("weak", ["--weaker-isolation"])):
        pack("docker", tmp_path / name, *waived)
        entry = (tmp_path / name / "Dockerfile").read_text("utf-8")
        assert ("--require-isolation" in entry) == (name == "strict")
    assert isinstance(isolated(), bool)
