import ast

import pytest

from tests.mutants import asking
from tests.mutants.__main__ import main
from tests.mutants.equivalent import Equivalent, read_equivalents
from tests.mutants.expressions import other_expressions
from tests.mutants.grading import grade_mutants
from tests.mutants.making import Mutant, make_mutants, untouched, write_diff
from tests.mutants.readme import read_readme
from tests.mutants.report import Row
from tests.mutants.solutions import find_solutions
from tests.mutants.statements import other_statements
from tests.variants.__main__ import count_variants

SOLUTIONS = {solution.name: solution for solution in find_solutions()}


@pytest.fixture(scope="module")
def mutants():
    """All mutants by the name of their solution; they take seconds to make."""
    return {name: make_mutants(solution) for name, solution in SOLUTIONS.items()}


@pytest.mark.parametrize(
    ("source", "others"),
    [
        ("a + b", ["a - b"]),
        ("a @ b", ["a * b"]),
        ("a and b", ["a or b"]),
        ("-a", ["a"]),
        ("a < b", ["a >= b", "a <= b"]),
        ("a is not None", ["a is None"]),
        ("0", ["1"]),
        ("3", ["4", "2"]),
        ("0.5", ["1.0"]),
        ("True", ["False"]),
        ("'bilinear'", ["'nearest'"]),
        ("x.abs()", ["x"]),
        ("torch.relu(x)", ["x", "torch.relu()"]),
        ("f(x, y)", ["x", "f(y, x)", "f(y)", "f(x)"]),
        ("x.amax(dim=1)", ["x", "x.amax()"]),
        ("x.amax", ["x.amin"]),
        ("x.sum", ["x.mean"]),
        ("(2, 3)", ["(3, 2)", "(3,)", "(2,)"]),
        ("a if b else c", ["a", "c"]),
        ("[a for a in b if a]", ["[a for a in b]"]),
    ],
)
def test_an_expression_has_these_others(source, others):
    """One slip each: operators, constants, calls dropped, arguments swapped or dropped, names exchanged."""
    node = ast.parse(source, mode="eval").body
    assert [ast.unparse(other) for other in other_expressions(node)] == others


def test_a_slice_is_shifted_or_opened():
    """At either end."""
    node = ast.parse("x[a:b]", mode="eval").body.slice
    assert [ast.unparse(other) for other in other_expressions(node)] == ["a:b + 1", "a:", "a + 1:b", ":b"]


@pytest.mark.parametrize(
    ("source", "others"),
    [
        ("x = 1", ["pass"]),
        ("x += 1", ["pass", "x -= 1", "x = 1"]),
        ("if a:\n    b", ["b", "pass"]),
        ("for a in b:\n    c", ["for a in b:\n    c\n    break", "pass"]),
        ("with a, b:\n    c", ["with b:\n    c", "with a:\n    c"]),
        ("try:\n    a\nfinally:\n    b", ["a", "a\nb"]),
        ("raise a", []),
    ],
)
def test_a_statement_has_these_others(source, others):
    """Left out, unwrapped, done always, never or once; what raises is left alone."""
    (node,) = ast.parse(source).body
    assert [
        ast.unparse(ast.fix_missing_locations(ast.Module(other, []))) for other in other_statements(node)
    ] == others


def test_every_function_of_the_course_has_mutants(mutants):
    """And so have the helpers that are all solution."""
    functions = [row.function for row in count_variants()]
    assert list(mutants)[: len(functions)] == functions
    assert {name.partition(".")[2][:1] for name in list(mutants)[len(functions) :]} == {"_"}
    assert all(mutants.values())


def place_of(before, after):
    """Return the nodes that differ first on the way down: as long as one child differs, it is inside that one."""
    if type(before) is not type(after):
        return [before]
    pairs = []
    for field, value in ast.iter_fields(before):
        other = getattr(after, field)
        if isinstance(value, list) and len(value) == len(other):
            pairs += zip(value, other, strict=True)
        elif isinstance(value, ast.AST) and isinstance(other, ast.AST):
            pairs.append((value, other))
        elif value != other:
            return [before]
    different = [
        (one, two) for one, two in pairs if not isinstance(one, ast.AST) or ast.dump(one) != ast.dump(two)
    ]
    return (
        place_of(*different[0])
        if len(different) == 1 and isinstance(different[0][0], ast.AST)
        else [one for one, _ in different]
    )


@pytest.mark.parametrize(
    "name", ["saliency.compute_saliency_maps", "gradcam.vis_gradcam", "autograd._undisturbed"]
)
def test_a_mutant_changes_one_place(mutants, name):
    """It is Python, differs from the reference and from every other mutant, and in one place of its function only."""
    original = ast.parse(untouched(SOLUTIONS[name]).source)
    sources = {mutant.source for mutant in mutants[name]}
    assert len(sources) == len(mutants[name])
    for source in sources:
        changed = ast.parse(source)
        pairs = list(zip(original.body, changed.body, strict=True))
        different = [place for place, (one, two) in enumerate(pairs) if ast.dump(one) != ast.dump(two)]
        assert different == [SOLUTIONS[name].place]
        one, two = pairs[different[0]]
        assert ast.dump(one.args) == ast.dump(two.args)
        assert ast.get_docstring(one) == ast.get_docstring(two)
        assert 1 <= len(place_of(one, two)) <= 2


def test_a_diff_holds_the_lines_that_change():
    """Without the indent that they share."""
    assert write_diff("a\n  b\n  c\nd", "a\n  x\n  c\nd") == "- b\n+ x"
    assert write_diff("a\n  b\n  c", "a\n  b\n  x\n  c") == "  b\n+ x"
    assert write_diff("a\n  if b:\n    c\nd", "a\n  c\nd") == "- if b:\n-   c\n+ c"


def test_the_checks_kill_a_sample_and_spare_the_reference(mutants, tmp_path, monkeypatch):
    """Through the real grader; what is known is not graded again."""
    sample = mutants["saliency.compute_gradient_score"]
    cache = tmp_path / "cache.json"
    asked = [*sample, untouched(SOLUTIONS["saliency.compute_gradient_score"])]
    fates = grade_mutants(asked, cache, 20.0)
    assert fates == ["killed"] * len(sample) + ["survived"]
    monkeypatch.setattr(asking, "grade_all", None)
    assert grade_mutants(asked, cache, 20.0) == fates


def test_every_record_is_of_a_mutant(mutants):
    """A record that no mutant has any more hides nothing, and is to be taken out."""
    made = {(name, mutant.diff) for name, those in mutants.items() for mutant in those}
    assert [one for one in read_equivalents() if (one.function, one.diff) not in made] == []


@pytest.mark.parametrize(
    "entry",
    [
        "function = 'f'\nreason = ' '\ndiffs = ['a']",
        "function = 'f'\nreason = 'r'\ndiffs = []",
        "function = 'f'\ndiffs = ['a']",
        "function = 'f'\nreason = 'r'\ndiffs = ['a', 'a']",
    ],
)
def test_a_record_gives_a_reason_once(entry, tmp_path):
    """Nothing counts as right without one."""
    (tmp_path / "records.toml").write_text(f"[[equivalent]]\n{entry}\n")
    with pytest.raises(ValueError, match=r"expected an entry|recorded twice"):
        read_equivalents(tmp_path / "records.toml")


def test_a_row_tells_survivors_records_and_stale_records():
    """A recorded mutant that is killed makes its record stale."""
    solution = SOLUTIONS["saliency.compute_gradient_score"]
    diffs = ["killed", "recorded", "survives", "faulty", "killed though recorded"]
    fates = ["killed", "survived", "survived", "faulty", "killed"]
    records = [
        Equivalent(solution.name, diff, "so") for diff in ("recorded", "killed though recorded", "gone")
    ]
    row = Row.of(solution.name, [Mutant(solution, "", diff) for diff in diffs], fates, records)
    assert row.counts == (5, 2, 1, 2)
    assert (row.surviving, row.faulty) == (("survives",), ("faulty",))
    assert row.stale == ("gone", "killed though recorded")


def test_the_readme_shows_what_the_reference_has(mutants):
    """Every mistake is seen, no mutant survives unrecorded, and hints are given often and are nearly always right."""
    table = read_readme()
    together = table.pop("together")
    assert list(table) == list(mutants)
    assert together == tuple(map(sum, zip(*table.values(), strict=True)))
    mistakes = {row.function: len(row.mistakes) for row in count_variants()}
    records = read_equivalents()
    for name, (wrong, seen, _, _, made, killed, equivalent, surviving) in table.items():
        assert (wrong, seen) == (mistakes.get(name, 0),) * 2, name
        assert made == len(mutants[name]), f"run: python -m tests.mutants --readme ({name})"
        assert equivalent == sum(one.function == name for one in records), name
        assert (killed + equivalent, surviving) == (made, 0), name
    assert together[2] >= 0.9 * together[0]
    assert together[3] >= 0.95 * together[2]


def test_an_unknown_function_is_said_to_be_unknown(capsys):
    """With an example of a name."""
    assert main(["--function", "saliency.nothing"]) == 2
    assert "saliency.nothing" in capsys.readouterr().out
