"""Who may import whom, read from the source: the walls that keep answers from students and torch from judges."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = [path for name in ("reference", "fixtures", "grader") for path in sorted((ROOT / name).rglob("*.py"))]
LONGEST = 260  # lines; the aim is 250

# Parts of fixtures that a person runs with the solution at hand; nothing that students run imports them.
WITH_THE_SOLUTION = ("fixtures.build", "fixtures.handout_pictures", "fixtures.train_scouter")
# Parts of the reference that read the one table of exercises and points, so that the handout promises what is graded.
READ_THE_TABLE = ("reference.chapters", "reference.readme")
IN_THE_WORKER = (
    "calibrate",
    "libraries",
    "no_gpu",
    "observe",
    "random_numbers",
    "results",
    "stand_ins",
    "worker",
    "zygote",
)  # of grader.sandbox


def module_of(path):
    """Return the dotted name of a file."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports_of(path):
    """Return every module that a file names in an import, wherever it stands in the file.

    `from a import b` names a and, since b may be a module, a.b.
    """
    named = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Import(names=names):
                named.update(alias.name for alias in names)
            case ast.ImportFrom(module=str(module), level=0, names=names):
                named.update([module, *(f"{module}.{alias.name}" for alias in names)])
            case ast.ImportFrom():
                named.add("a relative import")
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__"), args=[ast.Constant(value=str(module)), *_]
            ):
                named.add(module)
            case ast.Call(
                func=ast.Attribute(attr="import_module"), args=[ast.Constant(value=str(module)), *_]
            ):
                named.add(module)
            case ast.Call(
                func=ast.Name(id="import_module"),
                args=[ast.JoinedStr(values=[ast.Constant(value=start), *_]), *_],
            ):
                named.add(str(start).rstrip("."))
    return named


def within(module, packages):
    """Return whether a module is one of some packages or lies in one."""
    return any(f"{module}.".startswith(f"{package}.") for package in packages)


def files_of(*packages, but=()):
    return [path for path in FILES if within(module_of(path), packages) and not within(module_of(path), but)]


FORBIDDEN = {
    "the reference knows neither fixtures nor grader": (
        files_of("reference", but=READ_THE_TABLE), ["fixtures", "grader", "tests"],
    ),
    "fixtures do without the solution": (files_of("fixtures", but=WITH_THE_SOLUTION), ["reference", "grader", "tests"]),
    "not even the build knows the grader": (files_of("fixtures"), ["grader", "tests"]),
    "the grader does without the solution": (
        files_of("grader"),
        ["reference", "assignment", "tests", *WITH_THE_SOLUTION, "fixtures.recompute", "fixtures.measure"],
    ),
    "judges do without torch": (
        files_of("grader", but=[f"grader.sandbox.{name}" for name in IN_THE_WORKER]),
        ["torch", "torchvision", "fixtures.models", "fixtures.analytic", "fixtures.realise", "fixtures.weights"],
    ),
    "the student's side holds no right answer and no pytest": (
        files_of("grader.sandbox"),
        ["fixtures.store", "fixtures.manifest", "fixtures.cases", "fixtures.pictures", "grader.checking", "grader.checks",
         "grader.reports", "grader.grade", "grader.result", "pytest", "_pytest", "hypothesis"],
    ),
    "only the part of a batch that is for clusters knows Dask": (
        files_of("grader", but=["grader.batch.cluster", "grader.batch.cluster_worker"]), ["dask", "distributed"],
    ),
    "nothing is unpickled": (FILES, ["pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"]),
    "no file is imported by its place": (FILES, ["a relative import"]),
}  # fmt: skip


@pytest.mark.parametrize("law", FORBIDDEN)
def test_what_must_not_be_imported_is_not(law):
    """One law, over all files that it binds."""
    files, forbidden = FORBIDDEN[law]
    broken = {
        module_of(path): sorted(name for name in imports_of(path) if within(name, forbidden))
        for path in files
    }

    assert files != []
    assert {module: names for module, names in broken.items() if names} == {}


ALLOWED = {
    "reference": ["reference", "torch", "numpy", "matplotlib"],
    "grader.checks": [
        "numpy",
        "pytest",
        "hypothesis",
        "safetensors",
        "fixtures.arguments",
        "grader.checking.layers",
        "grader.checking.operations",
        "grader.checking.reasons",
        "grader.language",
    ],
    "grader.reports": [
        "grader.result",
        "grader.options",
        "grader.errors",
        "grader.evidence",
        "grader.language",
        "grader.reports",
        "grader.judges",
        "grader.sandbox.text",
        "fixtures.enlarging",
        "numpy",
        "PIL",
        "rich",
    ],
    "grader.batch": ["grader", "rich", "distributed"],
    "grader.class_page": [
        "grader.class_page",
        "grader.reports.csv_file",
        "grader.reports.files",
        "grader.reports.page.cards",
        "grader.reports.page.text",
        "grader.reading.notebook",
        "grader.reading.trouble",
        "grader.sandbox.text",
        "grader.errors",
        "grader.language",
    ],
    "grader.errors": ["grader.language"],
    "grader.language": ["grader.language", "grader.exercises", "fixtures.store"],
    "grader.evidence": ["numpy", "safetensors"],
    "grader.result": [],
    "grader.options": ["grader.commands", "grader.language", "grader.policies.moments"],
    "grader.policies": [
        "grader.policies",
        "grader.result",
        "grader.exercises",
        "grader.errors",
        "grader.language",
    ],
    "grader.policies.moments": ["grader.language"],
    "fixtures.arguments": ["numpy"],
}


MORE_ALLOWED = {
    **{module: ["grader.exercises", "grader.errors"] for module in READ_THE_TABLE},
    "grader.class_page.command": [
        "grader.batch.pages",
        "grader.batch.roster",
        "grader.batch.store",
        "grader.options",
    ],  # the page itself does not mind where grades are kept
    "grader.policies.course": ["grader.options"],
}


@pytest.mark.parametrize("package", ALLOWED)
def test_beside_the_standard_library_only_what_is_listed_is_imported(package):
    """A new dependency of these is a decision, made here."""
    allowed = [*ALLOWED[package], *sys.stdlib_module_names]
    strangers = {
        module_of(path): sorted(
            name
            for name in imports_of(path)
            if not within(name, [*allowed, *MORE_ALLOWED.get(module_of(path), [])])
        )
        for path in files_of(package)
    }
    assert {module: names for module, names in strangers.items() if names} == {}


def test_a_law_that_is_broken_is_seen(tmp_path, monkeypatch):
    """Wherever an import hides."""
    path = tmp_path / "grader" / "hidden.py"
    path.parent.mkdir()
    path.write_text(
        "from importlib import import_module\n"
        "import torch.nn\n"
        "def f():\n    from reference import saliency\n    import_module('fixtures.build')\n"
        "if 1:\n    from . import x\n    import_module(f'reference.{f}')\n"
    )
    found = imports_of(path)

    assert {"torch.nn", "reference", "reference.saliency", "fixtures.build", "a relative import"} <= found


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_a_file_is_short_and_named_after_what_it_holds(path):
    """One file, one idea."""
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST
    assert path.stem not in {"utils", "util", "helpers", "helper", "common", "misc", "manager", "tools"}


def test_every_check_has_points_and_a_sentence_for_students():
    """The docstring is what they read: one sentence, ending like one."""
    for path in files_of("grader.checks"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                said = ast.get_docstring(node)
                marks = [ast.unparse(decorator) for decorator in node.decorator_list]
                assert said, node.name
                assert said.endswith("."), node.name
                assert "\n\n" not in said, node.name
                assert sum(mark.startswith("pytest.mark.points(") for mark in marks) == 1, node.name


def run_python(program, **environment):
    """Return what a program prints in a fresh interpreter."""
    around = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=around, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_grading_imports_no_torch():
    """Neither the grading process nor its judges, from the first line to the last report.

    Without os.fork judges run in the grading process itself, so one look at its modules covers both.
    """
    arguments = ["reference", "-e", "filters", "-e", "fooling", "-q"]
    told = run_python(
        "import os, sys; del os.fork\n"
        "from grader.__main__ import main\n"
        f"code = main({arguments!r})\n"
        "print(code, 'grader.checking.collected' in sys.modules, sorted({'torch', 'torchvision', 'reference'} & set(sys.modules)))"
    )
    assert told.splitlines()[-1] == "0 True []"


@pytest.mark.parametrize(
    "module",
    [
        "arguments",
        "scenes",
        "normalise",
        "cases",
        "store",
        "tolerances",
        "verify",
        "pictures",
        "manifest",
        "explanation_figures",
    ],
)
def test_what_judges_need_of_fixtures_imports_no_torch(module):
    """So that a judge is ready in a tenth of a second."""
    told = run_python(f"import sys, fixtures.{module}; print('torch' in sys.modules)")
    assert told == "False\n"


def test_importing_a_package_does_nothing():
    """No process, no file, no thread, no warning filter: only names."""
    told = run_python(
        "import sys, threading\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, args: opened.append((event, args)) if event in "
        "('subprocess.Popen', 'os.fork', 'socket.__new__', 'os.mkdir', 'os.remove') else None)\n"
        "import grader.__main__, grader.grade, grader.reports, grader.judges, grader.checking.collected, grader.sandbox.launch\n"
        "import fixtures.store\n"
        "print([name for name, _ in opened], threading.active_count())"
    )
    assert told == "[] 1\n"
