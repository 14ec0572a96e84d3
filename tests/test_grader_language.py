"""Every sentence that a student reads is there in every language, and is said in the one that is asked for."""

from __future__ import annotations

import ast
import io
import json
import re
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import polib
import pytest
from rich.cells import cell_len
from rich.console import Console

from grader.errors import MISSING, NOT_WRITTEN
from grader.language import (
    FOLDER,
    choose_language,
    heard,
    languages,
    phrase,
    speaking,
    spoken,
    translated,
)
from grader.language.__main__ import main, problems_of
from grader.language.catalogue import read_catalogue, write_catalogue
from grader.language.collect import collect, names_in, sentences_of
from grader.options import parse_options
from grader.policies.facts import Attempt, Facts
from grader.policies.policy import Late, Policy
from grader.policies.score import apply_policies
from grader.reports import page, shown, terminal
from grader.reports.page.final import final_score
from grader.result import CheckResult, SubmissionResult

ROOT = Path(__file__).resolve().parents[1]
OTHERS = languages()[1:]
FILES = sorted((ROOT / "grader").rglob("*.py"))
CHECKS = sorted((ROOT / "grader/checks").glob("test_*.py"))
JUDGES = [
    *CHECKS,
    *sorted((ROOT / "grader/checking").glob("*.py")),
    *sorted((ROOT / "grader/reading").glob("*.py")),
]
SPEAKERS = [
    *(ROOT / "grader" / name for name in ("__main__.py", "grade.py", "submissions.py")),
    *(
        path
        for name in ("policies", "watching", "reports")
        for path in (ROOT / "grader" / name).rglob("*.py")
    ),
]
FOR_INSTRUCTORS = {"facts.py", "policy.py", "warn_of_hidden"}  # English: the table, Gradescope's metadata
MADE = {"phrase", "reason", "wrong", "later"}
KOREAN = read_catalogue((FOLDER / "ko.po").read_text("utf-8"))
HANGUL = re.compile("[가-힣]")


def calls_in(path):
    """Yield every call in a file with the name of what it calls."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield node, getattr(node.func, "id", getattr(node.func, "attr", ""))


def spelt_out(node):
    """Return whether an expression is text, or puts text together, on the spot."""
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr():
            return True
        case ast.BinOp(left=left, right=right):
            return spelt_out(left) or spelt_out(right)
        case ast.IfExp(body=first, orelse=second):
            return spelt_out(first) or spelt_out(second)
    return False


def words_in(node):
    """Yield what follows from a tree and is two words or more, but no docstring, no sentence that is marked, no style."""
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in MADE | {"ValueError"}:
            return
        case ast.Expr(value=ast.Constant()) | ast.FunctionDef(name="warn_of_hidden"):
            return
        case ast.Constant(value=str()) | ast.JoinedStr():
            parts = [node] if isinstance(node, ast.Constant) else node.values
            text = "".join(part.value if isinstance(part, ast.Constant) else "_" for part in parts)
            text = re.sub(r"<[^>]*>|^bold \w+$", "", text)
            if re.search(r"[A-Za-z]{2,} [a-z]{2,}", text):
                yield text
            for part in parts:
                if isinstance(part, ast.FormattedValue):
                    yield from words_in(part.value)
            return
    for child in ast.iter_child_nodes(node):
        yield from words_in(child)


@pytest.fixture(scope="module")
def sentences():
    """The English sentences, and where each is said."""
    return collect()


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_has_every_sentence_with_its_places(language, sentences):
    """And none that nobody says; python -m grader.language update says what is to be done."""
    text = (FOLDER / f"{language}.po").read_text("utf-8")

    assert list(problems_of(language, text, sentences)) == []


@pytest.mark.parametrize("language", OTHERS)
def test_gettext_reads_a_catalogue_as_we_do(language):
    """By a reader that we did not write: nothing fuzzy, nothing obsolete."""
    file = FOLDER / f"{language}.po"
    entries = polib.pofile(str(file))

    assert entries.metadata["Language"] == language
    assert {entry.msgid: entry.msgstr for entry in entries} == read_catalogue(file.read_text("utf-8"))
    assert not entries.fuzzy_entries()
    assert not entries.obsolete_entries()
    assert not entries.untranslated_entries()


def test_korean_ends_sentences_as_english_does():
    """A title and a hint with a full stop, what stands within other words without; and in Korean letters."""
    for english, korean in KOREAN.items():
        assert english.endswith(".") == korean.endswith("."), english
        words = re.sub(r"\{[^}]*\}|[^a-zA-Z]", " ", english).split()
        assert HANGUL.search(korean) or words in ([], ["of"]), english


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (
            lambda text: text.replace('msgstr "결과가 {off}"', 'msgstr ""'),
            "not translated: 'the result is {off}'",
        ),
        (
            lambda text: text.replace('"결과가 {off}"', '"결과가 {on}"'),
            "other places for values: 'the result is {off}'",
        ),
        (lambda text: text + '\nmsgid "gone"\nmsgstr "사라짐"\n', "nobody says it any more: 'gone'"),
        (lambda text: text.replace("#: grader/checking/explain.py\n", "", 1), "not as it would be written"),
    ],
)
def test_what_is_wrong_with_a_catalogue_is_said(spoil, problem, sentences):
    """One line for each sentence."""
    text = (FOLDER / "ko.po").read_text("utf-8")
    found = list(problems_of("ko", spoil(text), sentences))

    assert text != spoil(text)
    assert any(line.startswith(problem) for line in found), found


def test_the_command_begins_a_catalogue_and_keeps_what_is_translated(tmp_path, monkeypatch, capsys):
    """Sentences are added and taken out, translations stay."""
    monkeypatch.setattr("grader.language.__main__.FOLDER", tmp_path)
    assert main(["update", "xx"]) == 1
    begun = (tmp_path / "xx.po").read_text("utf-8")
    (tmp_path / "xx.po").write_text(
        begun.replace('msgid "total"\nmsgstr ""', 'msgid "total"\nmsgstr "TOTAL"')
        + '\nmsgid "old"\nmsgstr "OLD"\n'
    )
    main(["update", "xx"])

    assert "not translated" in capsys.readouterr().err
    assert read_catalogue((tmp_path / "xx.po").read_text("utf-8")) == {"total": "TOTAL"}


def test_a_catalogue_comes_back_as_it_was_written():
    """Quotes, backslashes, line breaks, other letters; the empty ones are left out."""
    known = {'a "b"\\n{c}\n': '가 "나"\\n{c}\n', "d": "é\t"}
    text = write_catalogue("ko", {**{english: ["file.py"] for english in known}, "e": []}, known)

    assert read_catalogue(text) == known
    assert read_catalogue('msgid "a "\n"b"\nmsgstr ""\n"c"\n') == {"a b": "c"}
    for wrong in ('msgid "a"\nmsgstr "b"\nmsgid "a"\nmsgstr "c"\n', 'msgstr "b"\n', 'msgctxt "b"\n'):
        with pytest.raises(ValueError, match="catalogue"):
            read_catalogue(wrong)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_gets_the_values_that_it_names(path):
    """No name without a value, no value without a name, and nothing but names, so that a translation can move them."""
    for call, name in calls_in(path):
        if name in MADE and call.args and isinstance(call.args[0], ast.Constant):
            template = call.args[0].value
            given = {
                keyword.arg
                for keyword in call.keywords
                if name not in ("reason", "wrong") or keyword.arg != "hint"
            }
            if not given or None in given:
                continue
            assert {field.partition("!")[0] for field in names_in(template)} == given, template
        assert name not in MADE - {"later"} or not isinstance(call.args[0], ast.JoinedStr), ast.unparse(call)


@pytest.mark.parametrize("path", JUDGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_reason_is_put_together_on_the_spot(path):
    """Where it would be said in English whatever the language: neither by assert nor by what is raised or found."""
    tree = ast.parse(path.read_text("utf-8"))
    said = [node.msg for node in ast.walk(tree) if isinstance(node, ast.Assert) and node.msg is not None]
    for call, name in calls_in(path):
        if name in (
            "StudentFault",
            "NotWritten",
            "TookTooLong",
            "AssertionError",
            "NotANotebook",
            "Unusable",
            "Finding",
        ):
            said += call.args
        if name in ("unlike", "demand_scores", "by_layer", "unpacked", "finite"):
            said += [argument for argument in call.args if isinstance(argument, ast.JoinedStr)]

    assert [ast.unparse(node) for node in said if spelt_out(node)] == []


@pytest.mark.parametrize(
    "path",
    [path for path in SPEAKERS if path.name not in FOR_INSTRUCTORS],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_who_speaks_to_students_marks_every_sentence(path):
    """What is not marked is said in English whatever the language."""
    assert list(words_in(ast.parse(path.read_text("utf-8")))) == []


def test_sentences_are_found_wherever_they_are_marked():
    """Titles and hints of checks too; what is not marked is none."""
    source = (
        '@pytest.mark.hint("a hint of its own")\n@pytest.mark.hint("a_mistake")\n'
        'def test_a(student):\n    """It is\n    so.\n\n    Not this."""\n'
        '    assert a, reason("no {b}", "why", b=1)\n    raise wrong("x" if y else "z", hint="do it")\n'
        '    print(phrase(NAMED), later("named"), "plain", other("o"))\n'
    )
    found = list(sentences_of(ast.parse(source), checks=True))

    assert sorted(found) == sorted(
        ["a hint of its own", "It is so.", "no {b}", "why", "x", "z", "do it", "named"]
    )


def test_a_sentence_is_said_in_the_language_spoken():
    """For as long as it is; braces in what stands for a name are no names."""
    with speaking("ko"):
        assert phrase("line {line}", line="{code}") == "{code}번째 줄"
        assert spoken() == "ko"
        with speaking("en"):
            assert phrase("line {line}", line=3) == "line 3"
        assert translated("no catalogue has this") == "no catalogue has this"
    assert phrase("line {line}", line=3) == "line 3"
    assert phrase("a set {1, 2} as it is") == "a set {1, 2} as it is"
    with speaking("tlh"):
        assert phrase("line {line}", line=3) == "line 3"


@pytest.mark.parametrize("broken", ["{nombre}", "{0}", "{line:d}", "{line"])
def test_a_wrong_translation_costs_nothing_but_itself(broken, monkeypatch):
    """The sentence is said in English then."""
    monkeypatch.setattr("grader.language._sentences", lambda language: {"line {line}": broken})
    with speaking("ko"):
        assert phrase("line {line}", line="3") == "line 3"


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    ("template", "values"),
    [(NOT_WRITTEN, {"function": "f", "file": "a b (2).py"}), (MISSING, {"file": "saliency.py"})],
)
def test_what_reports_look_for_is_heard_in_every_language(language, template, values):
    """Which is how they tell a stub from a mistake."""
    with speaking(language):
        assert heard(template, phrase(template, **values)) == values
        assert heard(template, "f raised ValueError") is None


@pytest.mark.parametrize("language", languages())
def test_a_hint_that_waits_for_words_finds_them_in_every_language(language):
    """`where=` of a check's hint is a part of another sentence."""
    templates = [sentence for sentence in KOREAN if "{" in sentence]
    for path in CHECKS:
        for call, name in calls_in(path):
            for keyword in call.keywords if name == "hint" else ():
                if keyword.arg == "where" and isinstance(keyword.value, ast.Call):
                    words = ast.literal_eval(keyword.value.args[0])
                    with speaking(language):
                        assert any(
                            translated(words) in translated(template)
                            for template in templates
                            if words in template
                        ), words


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LC_ALL": "POSIX", "LANG": "ko_KR"}, "en"),
        ({"LC_MESSAGES": "ko", "LANG": "en_US.UTF-8"}, "ko"),
        ({"LC_ALL": "en_GB.UTF-8", "LANG": "ko_KR.UTF-8"}, "en"),
        ({"LANGUAGE": "fr:ko:en", "LANG": "de_DE.UTF-8"}, "ko"),
        ({"LANGUAGE": "ko"}, "en"),
        ({"LANGUAGE": "ko", "LANG": "C"}, "en"),
        ({"GRADER_LANG": "ko", "LANG": "C"}, "ko"),
        ({"GRADER_LANG": "en", "LANG": "ko_KR.UTF-8"}, "en"),
        ({"GRADER_LANG": "../ko", "LANG": "ko_KR.UTF-8"}, "ko"),
    ],
)
def test_the_language_is_the_first_wish_that_can_be_met(environment, language):
    """As gettext reads the environment; ours counts first."""
    assert choose_language(environment) == language


def test_the_option_counts_before_the_environment(monkeypatch, capsys):
    """One that nobody can speak is refused."""
    monkeypatch.setenv("GRADER_LANG", "ko")
    assert parse_options([]).language == "ko"
    assert parse_options(["--lang", "en"]).language == "en"
    with pytest.raises(SystemExit):
        parse_options(["--lang", "tlh"])
    assert "--lang" in capsys.readouterr().err


def test_english_needs_no_catalogue():
    """Nothing of it is even imported."""
    program = (
        "import sys, grader.options, grader.reports.terminal\nfrom grader.language import phrase, speaking\n"
        "phrase('total')\nprint('grader.language.catalogue' in sys.modules)\n"
        "with speaking('ko'): phrase('total')\nprint('grader.language.catalogue' in sys.modules)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert ended.stdout.split() == ["False", "True"]


def korean_result():
    """Return a result as a Korean judge makes it."""
    with speaking("ko"):
        message = phrase(
            "{wrong} of {count} images are wrong; image {number} is {off}", wrong=5, count=5, number=1, off=""
        )
        stub = phrase(NOT_WRITTEN, function="vis_gradcam", file="gradcam.py")
    hint = max(KOREAN.values(), key=len)
    checks = [
        CheckResult(
            "saliency/a",
            "saliency",
            "첫 층의 필터마다 제 색을 가진 타일이 하나씩 있습니다.",
            "failed",
            0,
            5,
            message,
            hint,
        ),
        CheckResult("saliency/b", "saliency", "제목이 타일 위에 있습니다.", "passed", 2, 2),
        CheckResult("gradcam/c", "gradcam", "맵의 최댓값은 1입니다.", "failed", 0, 3, stub),
    ]
    return SubmissionResult("half_done", tuple(checks), 1.5, "none")


def heard_in_korean(template, said):
    """Return what a template's names stand for in a Korean sentence."""
    with speaking("ko"):
        return heard(template, said)


@pytest.mark.parametrize("width", range(40, 100, 3))
def test_no_wide_letter_is_lost_on_a_terminal(width):
    """Korean letters take two columns: no line is longer than the terminal, and none ends in three dots."""
    result = korean_result()
    paper = io.StringIO()
    with speaking("ko"):
        terminal.write(result, verbosity=1, console=Console(file=paper, width=width))
    text = paper.getvalue()

    assert max(map(cell_len, text.splitlines())) <= width
    assert "…" not in text
    squeezed = re.sub(r"\s", "", text)
    for check in result.checks:
        stub = heard_in_korean(NOT_WRITTEN, check.message)
        for said in (check.message, check.hint or "", "" if stub else check.title):
            assert re.sub(r"\s", "", said) in squeezed


def test_the_page_is_in_the_language_spoken():
    """Its own words, the verdicts for those who cannot see them, the stub that waits, and what the page says it is in."""
    with speaking("ko"):
        text = page.render(korean_result())

    assert '<html lang="ko">' in text
    assert 'data-unfold="모두 펼치기"' in text
    assert "아직 작성하지 않은 함수: <code>gradcam.py</code>의 <code>vis_gradcam</code>" in text
    assert '<span class="unseen">아직 맞지 않음</span>' in text
    body = re.sub(r"<(style|script)>.*?</\1>|<code>.*?</code>|<[^>]*>", " ", text, flags=re.DOTALL)
    assert set(re.findall(r"[A-Za-z]{2,}", body)) <= {
        "half_done",
        "half",
        "done",
        "Saliency",
        "Gradcam",
        "none",
    } | set(re.findall(r"[A-Za-z]{2,}", " ".join(check.hint or "" for check in korean_result().checks)))
    assert '<html lang="en">' in page.render(korean_result())


def test_what_platforms_show_is_in_the_language_spoken():
    """Words around the reason, where a platform leaves that to us."""
    with speaking("ko"):
        assert shown.show_points(2.5, 4) == "2.5 / 4"
        assert phrase(shown.HINT, hint="x") == "힌트: x"


DUE = datetime(2026, 12, 1, tzinfo=timezone.utc)
EARLIER = Attempt(DUE + timedelta(minutes=5), 3.5)
LENGTHS = [timedelta(minutes=minutes) for minutes in (-1, 12, 90, 24 * 60, 51 * 60, 9 * 24 * 60)]
POLICIES = [
    Policy(late=late, attempts_per_day=attempts, drop_lowest=dropped)
    for late in (Late(10, "earned", 15, 50), Late(10, "possible", 0, 50))
    for attempts, dropped in ((None, 0), (1, 1), (2, 2), (9, 5))
]


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("submitted", [None, *(DUE + length for length in LENGTHS)], ids=str)
def test_what_a_policy_did_is_in_the_language_spoken(policy, submitted):
    """Each sentence whole, in the terminal's report and on the page; only names of exercises stay as they are."""
    checks = [
        CheckResult(f"{name}/a", name, "가", "failed", 1, most, "나", bonus=most == 3)
        for name, most in (("cam", 2), ("tsne", 4), ("fooling", 5), ("scouter", 3))
    ]
    result = SubmissionResult("work", tuple(checks), 1.0, "none")
    facts = [Facts(due, None, submitted, DUE, before) for due in (DUE, None) for before in (None, (EARLIER,))]
    with speaking("ko"):
        for known in facts:
            graded = apply_policies(result, policy, known)
            said = [says for effect in graded.final.effects for says in (effect.says, effect.exactly)]
            said += shown.show_remarks(graded)
            assert said
            for sentence in said:
                assert HANGUL.search(sentence)
                assert set(re.findall("[A-Za-z]{2,}", sentence)) <= {"cam", "tsne", "fooling"}, sentence
            assert "점수" in final_score(graded)


def test_a_submission_is_graded_in_korean(tmp_path):
    """From the option by way of judges in other processes to the report; names and points stay as they are."""
    command = [
        sys.executable,
        "-m",
        "grader",
        "tests/submissions/half_done",
        "-e",
        "saliency",
        "-e",
        "class_visualization",
    ]
    ended = subprocess.run(
        [*command, "--lang", "ko", "--format", "terminal,json", "--out", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    result = json.loads((tmp_path / "result.json").read_text("utf-8"))

    assert ended.returncode == 1, ended.stderr
    assert result["score"] == 8
    for check in result["checks"]:
        assert re.fullmatch(r"[a-z_]+/[a-z0-9_]+", check["id"])
        assert all(HANGUL.search(check[part]) for part in ("title", "message", "hint") if check[part]), check
    assert "힌트: 절댓값이 빠진 것 같습니다." in ended.stdout
    assert "아직 작성하지 않았습니다: class_visualization.py의 class_visualization" in ended.stdout
    assert "hint" not in ended.stdout
