"""What `python -m grader handout` writes: everything that students need, and nothing that they must not have."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from fixtures.store import DATA_FOLDER
from grader.__main__ import main
from grader.errors import Unusable
from grader.exercises import read_exercises, read_table
from grader.handout.files import fixture_files, handout_files
from grader.handout.folder import LIST
from grader.handout.stubs import demand_stubs
from tests.solution_traces import mistake_traces, pairs_in, python_in, solution_traces, traces_of

ROOT = Path(__file__).resolve().parents[1]

# Traces of a solution that stand in the handout for a reason: the grader's own way of asking the same question.
ALLOWED = {
    "except RuntimeError as error :": "Python's own way to say it",
    "message = str ( error": "Python's own way to say it",
    "message = str ( error )": "Python's own way to say it",
    "value in vars ( module": "Python's own way to say it",
    "arange ( len ( y": "how anybody picks the score of each row",
    "outputs [ name ] = output . clone ( )": "the oracle records what a layer gives",
    "model . get_submodule ( name": "the oracle finds a layer by its name",
    "autograd . grad ( scores": "the oracle asks for a gradient",
    "closeness / closeness . sum": "the law that a map of t-SNE is judged by",
}

# How the handout names a function with its arguments, which is how a solution calls it.
HEADINGS = {"class_visualization_update_step(img,model,target_y,l2_reg,learning_rate)"}
HINTS = {"X=X.detach().requires_grad_()"}  # what the grader advises where .grad is None, in each language


@pytest.fixture(scope="module")
def handout(tmp_path_factory):
    """A folder as students receive it."""
    folder = tmp_path_factory.mktemp("given") / "handout"
    assert main(["handout", str(folder)]) == 0
    return folder


def run_there(handout, *arguments, python=sys.executable):
    """Return the ended process of Python run in the handout, which finds nothing of the repository."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment |= {"LC_ALL": "C.UTF-8", "LANGUAGE": "en", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [python, *map(str, arguments)],
        cwd=handout, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def files_of(folder):
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


def commands_of(folder):
    """Return the commands of the README, a line each."""
    blocks = re.findall(r"```sh\n(.*?)```", (folder / "README.md").read_text("utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def test_the_second_command_of_its_readme_grades_it_with_no_point_and_no_error(handout, tmp_path):
    """With the repository out of reach; every check says that the function is not written yet."""
    setting_up, grading = commands_of(handout)
    assert "--requirement requirements.txt" in setting_up
    assert grading == ".venv/bin/python -m grader"
    assert run_there(handout, "-c", "import reference").returncode != 0

    ended = run_there(handout, "-m", "grader", "--all", "--format", "json", "--out", tmp_path)
    result = json.loads((tmp_path / "result.json").read_text("utf-8"))

    assert (ended.returncode, ended.stderr) == (1, "")
    assert (result["score"], result["max_score"]) == (0, sum(row.points for row in read_exercises()))
    assert {check["status"] for check in result["checks"]} == {"failed"}
    assert [check["id"] for check in result["checks"] if not check["message"].startswith("not written")] == []


def test_no_trace_of_a_solution_is_in_it(handout):
    """No run of five tokens that tells something, and no whole statement; see `solution_traces`."""
    solutions = solution_traces()
    found = {}
    for path in files_of(handout).values():
        for source in python_in(path):
            for trace in traces_of(source) & set(solutions):
                found.setdefault(" ".join(trace), []).append((path.name, solutions[trace]))

    assert {trace: places for trace, places in found.items() if trace not in ALLOWED} == {}
    assert set(ALLOWED) - set(found) == set(), "no longer there"


def test_no_statement_of_a_solution_hides_in_a_file_of_another_kind(handout):
    """In no page, table or text, however it is spaced."""
    statements = {"".join(trace) for trace in solution_traces() if len(trace) > 7} - HEADINGS - HINTS
    assert len(statements) > 100
    for name, path in files_of(handout).items():
        if not name.endswith((".py", ".safetensors", ".png")):
            text = re.sub(r"\s|\\n|\\", "", path.read_text("utf-8", errors="replace"))
            assert [line for line in statements if line in text] == [], name


def test_every_solution_would_be_recognised():
    """The scan sees each of them: put into a file, a solution leaves a trace."""
    seen = set()
    for path in sorted((ROOT / "reference").glob("*.py")):
        source = path.read_text("utf-8")
        traces = {trace for trace, file in solution_traces().items() if file == path.name}
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                body = "\n".join(ast.unparse(part) for part in node.body)
                if traces_of(body) & traces:
                    seen.add(f"{path.stem}.{node.name}")
    wanted = {f"{row.module}.{function}" for row in read_exercises() for function in row.functions}
    assert wanted - seen == set()


def test_no_known_mistake_is_in_it(handout):
    """No two statements that follow one another in one."""
    mistakes = mistake_traces()
    assert len(mistakes) > 500
    found = {
        (path.name, mistakes[pair], pair)
        for path in files_of(handout).values()
        for pair in pairs_in(path) & set(mistakes)
    }
    assert found == set()


def test_it_holds_what_students_need_and_no_other_folder(handout):
    """No reference, no tests, none of the instructors' pages, nothing hidden, no cache."""
    names = set(files_of(handout))

    assert {name.split("/")[0] for name in names} == {
        ".gitignore", "LICENSE", "README.md", LIST, "assignment", "constraints.txt", "docs", "fixtures", "grader", "requirements.txt",
    }  # fmt: skip
    assert {name for name in names if name.startswith("docs/") and not name.endswith(".png")} == {
        "docs/result.schema.json"
    }
    for part in ("reference", "variants", "tests/", "__pycache__", "build.py", "/."):
        assert [name for name in names if part in name] == []
    for name in ("saliency.py", "saliency.ipynb", "imaging.py", "README.md"):
        assert (handout / "assignment" / name).read_bytes() == (ROOT / "assignment" / name).read_bytes()


def test_only_fixtures_that_the_manifest_vouches_for_are_given(copied):
    """A private file that somebody left beside the public ones stays where it is."""
    (copied / "private.safetensors").write_bytes(b"secret")
    (copied / "expected" / "exam.safetensors").write_bytes(b"secret")
    given = fixture_files(copied, "x")

    assert set(given) == {f"x/{name}" for name in files_of(DATA_FOLDER)}
    assert b"secret" not in given.values()


def test_what_the_notebooks_import_is_there(handout):
    """All imports of all chapters, in one process in the handout."""
    imports = set()
    for path in (handout / "assignment").glob("*.ipynb"):
        for source in python_in(path):
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    imports.add(ast.unparse(node))
    program = "\n".join(["import sys; sys.path[:0] = ['assignment', '.']", *sorted(imports)])
    assert any("fixtures.scenes" in line for line in imports)
    ended = run_there(handout, "-c", program)
    assert ended.returncode == 0, ended.stderr


def test_what_is_to_be_installed_is_what_is_imported(handout):
    """Every library that a file imports is required, in a range that holds the pinned version."""
    lines = (handout / "requirements.txt").read_text("utf-8").splitlines()
    assert lines[0] == "--constraint constraints.txt"
    required = [Requirement(line) for line in lines[1:] if line and not line.startswith("#")]
    pins = dict(
        line.split("==")
        for line in (handout / "constraints.txt").read_text("utf-8").splitlines()
        if not line.startswith("#")
    )
    imported = {
        name.split(".")[0]
        for path in handout.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        )
    }  # fmt: skip
    own = {"grader", "fixtures", *(path.stem for path in handout.rglob("*.py"))}
    strangers = imported - own - set(sys.stdlib_module_names) - {"tomllib", "_pytest"}
    names = {{"pillow": "PIL"}.get(one.name, one.name) for one in required}

    assert strangers <= names | extras(), strangers - names
    for one in required:
        assert one.marker is not None or one.specifier.contains(pins[one.name]), one


def extras():
    """Return the libraries of the project's optional parts, which the grader does without where they are missing."""
    optional = read_table(ROOT / "pyproject.toml")["project"]["optional-dependencies"]
    return {Requirement(line).name for name, lines in optional.items() if name != "dev" for line in lines}


def test_the_same_bytes_come_out_twice(handout, tmp_path):
    """And writing into the same folder again changes nothing, and takes away what is no longer handed out."""
    before = {name: path.read_bytes() for name, path in files_of(handout).items() if ".pyc" not in name}
    main(["handout", str(tmp_path / "other")])
    other = {name: path.read_bytes() for name, path in files_of(tmp_path / "other").items()}
    assert other == before

    listed = json.loads((tmp_path / "other" / LIST).read_text("utf-8"))
    listed["files"]["grader/old.py"] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    (tmp_path / "other" / LIST).write_text(json.dumps(listed))
    (tmp_path / "other" / "grader" / "old.py").write_text("")
    (tmp_path / "other" / "notes.txt").write_text("mine")
    assert main(["handout", str(tmp_path / "other")]) == 0
    assert {name: path.read_bytes() for name, path in files_of(tmp_path / "other").items()} == {
        **before, "notes.txt": b"mine",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("prepare", "says"),
    [
        (lambda folder: folder.write_text("x"), "is a file; choose a folder"),
        (
            lambda folder: (folder.mkdir(), (folder / "mine.txt").write_text("x")),
            "did not write; choose a new folder",
        ),
        (lambda folder: (folder.mkdir(), (folder / LIST).write_text("[]")), "did not write"),
        (
            lambda folder: (
                folder.mkdir(),
                (folder / LIST).write_text('{"made by": "python -m grader pack docker", "files": {}}'),
            ),
            "did not write",
        ),
        (
            lambda folder: (
                folder.mkdir(),
                (folder / LIST).write_text('{"made by": "python -m grader handout", "files": {"../x": "0"}}'),
            ),
            "which lies elsewhere",
        ),
        (
            lambda folder: (
                main(["handout", str(folder)]),
                (folder / "assignment" / "saliency.py").write_text("my work"),
            ),
            "saliency.py was changed since it was written; choose a new folder",
        ),
        (
            lambda folder: (
                main(["handout", str(folder)]),
                (folder / LIST).write_text('{"made by": "python -m grader handout", "files": {}}'),
            ),
            "was changed since it was written",
        ),
    ],
)
def test_a_folder_that_holds_something_else_is_left_alone(tmp_path, capsys, prepare, says):
    """One sentence, exit code 2, and nothing is written."""
    folder = tmp_path / "there"
    prepare(folder)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    capsys.readouterr()

    assert main(["handout", str(folder)]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("folder", [ROOT, ROOT / "assignment", ROOT / "grader" / "x", ROOT.parent])
def test_nothing_is_written_into_the_course_itself(folder, capsys):
    """Where the next handout would take it for a part of itself."""
    assert main(["handout", str(folder)]) == 2
    assert "is a part of the course itself" in capsys.readouterr().err


def given(name):
    return {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in (ROOT / "assignment").iterdir()
        if path.is_file() and path.name != name
    }


def solved_outputs(notebook):
    data = json.loads(notebook)
    next(cell for cell in data["cells"] if cell["cell_type"] == "code")["outputs"] = [{"text": "3"}]
    return json.dumps(data).encode()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (
            "saliency.py",
            (ROOT / "reference" / "saliency.py").read_bytes().replace(b"SOLUTION", b"IT"),
            "saliency.py: compute_saliency_maps is solved; make the students' files anew with `make stubs`",
        ),
        ("saliency.py", b"x = 1\n", "saliency.py: compute_saliency_maps is missing"),
        ("imaging.py", b"# BEGIN SOLUTION\nx = 1\n", "imaging.py holds the markers of a solution"),
        (
            "fooling.ipynb",
            solved_outputs((ROOT / "assignment" / "fooling.ipynb").read_bytes()),
            "fooling.ipynb holds what its cells printed and drew",
        ),
        ("README.md", None, "assignment/README.md is missing"),
        ("saliency.py", None, "assignment/saliency.py is missing"),
    ],
)
def test_solved_stubs_are_not_handed_out(name, content, says):
    """An instructor may have tried the assignment in its own folder."""
    files = given(name)
    if content is not None:
        files[f"assignment/{name}"] = content
    with pytest.raises(Unusable, match=re.escape(says)):
        demand_stubs(files, read_exercises())


def test_a_course_that_is_not_whole_is_said_in_a_sentence(tmp_path):
    """Such as a handout of a handout."""
    for name in ("assignment", "grader", "fixtures", "docs", "LICENSE"):
        (tmp_path / name).symlink_to(ROOT / name)
    with pytest.raises(Unusable, match=r"pyproject.toml is missing; run this command in a whole copy"):
        handout_files(tmp_path)


@pytest.mark.slow
def test_both_commands_of_its_readme_work_with_nothing_but_python(handout, tmp_path):
    """A new environment, the pinned packages, and a grade."""
    setting_up, grading = commands_of(handout)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    assert setting_up.startswith("python3 -m venv .venv && ")
    venv.create(handout / ".venv", with_pip=True)
    for command in (setting_up.removeprefix("python3 -m venv .venv && "), grading):
        ended = subprocess.run(
            command, shell=True, cwd=handout, env=environment, capture_output=True, text=True, check=False
        )
        assert ended.returncode == (1 if command == grading else 0), ended.stderr
    assert "total 0 of 100" in ended.stdout
