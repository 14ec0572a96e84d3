"""What reads each report in the tests: schemas, parsers that others wrote, and the platforms' rules where there is none.

Each reader writes a result to a folder as the grader does, demands that it is what the platform accepts, and returns
what the platform takes from it.
"""

from __future__ import annotations

import base64
import csv
import html.parser
import io
import json
import re
from pathlib import Path

import jsonschema
import junitparser
import xmlschema
from markdown_it import MarkdownIt

from grader.reports import classroom, csv_file, github, gradescope, json_file, junit, prairielearn
from grader.reports.shown import conceal

ROOT = Path(__file__).resolve().parents[1]
SCHEMAS = ROOT / "tests" / "schemas"
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
OUR_HTML = {"<details><summary>it printed</summary>", "</details>"}
CONTROLS = re.compile(r"[^\x09\x0a\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold


def schema_of(path):
    """Return a validator for a schema that is a valid one itself."""
    schema = json.loads(path.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


RESULT = schema_of(ROOT / "docs" / "result.schema.json")
PLATFORMS = {
    name: schema_of(SCHEMAS / f"{name}.json") for name in ("gradescope", "classroom", "prairielearn")
}
JUNIT = xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd")


def strict_json(text):
    """Return JSON data that has no NaN in it and no text that UTF-8 has no bytes for."""
    text.encode("utf-8")
    data = json.loads(text, parse_constant=lambda name: 1 / 0)
    json.dumps(data, ensure_ascii=False).encode("utf-8")
    return data


def read_json(result, folder):
    json_file.write(result, folder)
    data = strict_json((folder / "result.json").read_text("utf-8"))
    RESULT.validate(data)
    return data


def read_csv(result, folder):
    csv_file.write(result, folder)
    text = (folder / "checks.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    below = 0 if result.final is None else len(result.final.effects) + 1
    assert text.count("\r\n") == len(rows) == len(result.checks) + 1 + below
    assert {len(row) for row in rows} == {len(csv_file.COLUMNS)}
    for separator in ",;\t":  # as each of them, Excel and LibreOffice open a file by the computer's language
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, quotechar='"'):
            for cell in row:
                if re.fullmatch(r"-?\d+\.\d+", cell):
                    continue  # a number is no formula
                assert not re.match(r"[\s\"']*[=+@\-|%＝＋＠－]", cell.lstrip('"')) or cell.startswith("'"), (
                    cell
                )
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def read_junit(result, folder):
    junit.write(result, folder)
    path = folder / "junit.xml"
    JUNIT.validate(str(path))
    document = junitparser.JUnitXml.fromfile(str(path))
    cases = [case for suite in document for case in suite]
    checks = conceal(result).checks
    assert document.tests == len(cases) == len(checks)
    wrong = sum(any(isinstance(end, junitparser.Failure) for end in case.result) for case in cases)
    faulty = sum(any(isinstance(end, junitparser.Error) for end in case.result) for case in cases)
    assert document.failures == wrong == sum(check.status == "failed" for check in checks)
    assert document.errors == faulty == sum(check.status in ("error", "not_run") for check in checks)
    return [
        (case.classname, case.name, [(type(end).__name__, end.message, end.text) for end in case.result])
        for case in cases
    ]


def read_gradescope(result, folder):
    gradescope.write(result, folder)
    data = strict_json((folder / "results.json").read_text("utf-8"))
    PLATFORMS["gradescope"].validate(data)
    assert data["score"] == result.graded[0]
    for text in (data["output"], *(test["output"] for test in data["tests"])):
        demand_plain_html(text)
    assert all(CONTROLS.search(test["name"]) is None for test in data["tests"])
    return data


def read_prairielearn(result, folder):
    prairielearn.write(result, folder)
    text = (folder / "results.json").read_text("utf-8")
    assert len(text) <= 1_000_000
    data = strict_json(text)
    PLATFORMS["prairielearn"].validate(data)
    return data


def read_classroom(result, folder):
    """Return the record, after counting it in both ways in which the reporter does."""
    output = folder / "github_output"
    output.write_text("")
    classroom.write(result, folder, {"GITHUB_OUTPUT": str(output)})
    (line,) = output.read_text("utf-8").splitlines()
    name, _, record = line.partition("=")
    assert name == "result"
    assert len(record) < 128 << 10
    data = strict_json(base64.b64decode(record, validate=True).decode("utf-8"))
    PLATFORMS["classroom"].validate(data)
    passed = sum(test["status"] == "pass" for test in data["tests"])
    in_the_table = passed / len(data["tests"]) * data["max_score"]
    sent = sum(test["score"] for test in data["tests"])
    assert abs(in_the_table - sent) < 1e-9 * max(1, sent)
    assert data["max_score"] == result.graded[1]
    return data | {"sent": sent}


def read_github(result, folder):
    """Return the commands that a runner obeys; the summary must be free of a student's markup."""
    summary, out = folder / "step_summary.md", io.StringIO()
    summary.write_text("")
    environment = {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_WORKSPACE": str(ROOT)}
    github.write(result, folder, environment, out)
    for page in (summary.read_text("utf-8"), (folder / "summary.md").read_text("utf-8")):
        assert len(page.encode()) <= 1024 << 10
        demand_plain_markdown(page)
    commands = obeyed(out.getvalue())
    names = [name for name, _, _ in commands]
    lines = {str(check.line) for check in result.checks}
    for _, properties, _ in commands:
        assert set(properties) <= {"file", "line", "title"}
        assert properties.get("line", "None") in lines | {"None"}
    assert names.count("error") <= 10
    assert names.count("warning") <= 10
    assert set(names) <= {"error", "warning", "group", "endgroup", "stop-commands"}
    assert names.count("stop-commands") == names.count("group") == names.count("endgroup") <= 1
    return commands


READERS = {
    "json": read_json,
    "csv": read_csv,
    "junit": read_junit,
    "gradescope": read_gradescope,
    "prairielearn": read_prairielearn,
    "classroom": read_classroom,
    "github": read_github,
}

REGISTERED = [
    "set-env",
    "set-output",
    "save-state",
    "add-path",
    "add-mask",
    "add-matcher",
    "remove-matcher",
    "debug",
    "warning",
    "error",
    "notice",
    "echo",
    "group",
    "endgroup",
    "stop-commands",
    "internal-set-repo-path",
]


def obeyed(text):
    """Return what a runner obeys in a log: (name, properties, text) of each command.

    As actions/runner reads it: spaces before a command do not matter, the older form `##[name]` may stand anywhere.
    """
    commands, token = [], None
    for line in re.split(r"\r\n|\r|\n", text):
        found = re.match(r"\s*::([^\s:]+)(?: (.*?))?::(.*)", line) or re.search(
            r"##\[([^\s\]]+)(?: ([^\]]*))?\](.*)", line
        )
        if not found:
            continue
        name, properties, said = found[1].lower(), found[2] or "", found[3]
        if token is not None:
            token = None if name == token else token
        elif name in REGISTERED:
            given = dict(pair.partition("=")[::2] for pair in properties.split(",") if pair)
            commands.append((name, {key: unescaped(value) for key, value in given.items()}, unescaped(said)))
            token = said.lower() if name == "stop-commands" else token
    assert token is None
    return commands


def unescaped(text):
    for code, letter in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, letter)
    return text


class _Tags(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.seen, self.text = [], set(), ""

    def handle_starttag(self, tag, attrs):
        self.seen.add((tag, *(name for name, _ in attrs)))
        if tag != "img":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def demand_plain_html(text):
    """Every tag is one of ours, and all are closed."""
    tags = _Tags()
    tags.feed(text)
    tags.close()
    assert tags.open == []
    assert tags.seen <= {("p",), ("strong",), ("em",), ("pre",), ("img", "alt", "src")}
    assert CONTROLS.search(text) is None
    return tags.text


def demand_plain_markdown(page):
    """No link, no HTML and no picture that is not ours."""
    for token in MARKDOWN.parse(page):
        if token.type == "html_block":
            assert token.content.strip() in OUR_HTML
        for child in token.children or ():
            assert child.type not in ("link_open", "html_inline", "code_inline")
            assert child.type != "image" or child.attrs["src"].startswith("pictures/")
    assert CONTROLS.search(page) is None
