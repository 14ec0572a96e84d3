"""Results with odd text wherever a student has a say, for tests of the reports."""

from __future__ import annotations

from hypothesis import strategies as st

from grader.result import CheckResult, Effect, FinalScore, SubmissionResult

FORGERIES = (
    "::error::forged", "\n::error file=a.py,line=1::forged", "\n  ::add-mask::e", "\r::warning::x", "##[error]forged",
    "\n##[add-mask]e", "\n::stop-commands::x\n", "%0A::error::x", "<script>alert(1)</script>", "</pre>", "</details>",
    "<img src=x onerror=alert(1)>", "<!--", "-->", "]]>", "<![CDATA[", "&lt;", "&#0;", "=1+1", ";=1+1", "+1", "-1+cmd|'/C calc'!A0",
    "@SUM(A1)", "\t=1", '"', '";"=1', "'", "```", "\n````\n", "\n```\n<b>x</b>\n", ",line=987654,col=3", "~~~", "\n# head\n", "[a](http://b)", "![a](http://b)",
    "<http://b>", "@someone", "| a | b |", "\n|---|\n", "\x1b[31m", "\x1b]8;;http://b\x07", "\ud800", "\udfff", "\x00", "\x0b",
    "\ufffe", "\uffff", "\u2028", "\u202e", "\ufeff", "\r\n", "\n\n", "\\", "%", ",", ":", "＝1", "日本",
)  # fmt: skip

texts = st.lists(
    st.one_of(st.sampled_from(FORGERIES), st.text(st.characters(exclude_categories=()), max_size=6)),
    max_size=5,
).map("".join)
hundredths = st.integers(0, 3000).map(lambda number: number / 100)


@st.composite
def checks(draw, number=0):
    """Return one check; its id is the course's own."""
    most = draw(hundredths)
    status = draw(st.sampled_from(["passed", "failed", "error", "not_run"]))
    part = draw(st.sampled_from([0.0, 0.25, 0.5]))
    return CheckResult(
        id=f"exercise/check_{number}",
        exercise=draw(st.sampled_from(["filters", "saliency"]) | texts),
        title=draw(texts),
        status=status,
        points=most if status == "passed" else round(most * part, 2),
        max_points=most,
        message="" if status == "passed" else draw(texts),
        hint=draw(st.none() | texts),
        seconds=draw(st.floats(0, 1e5)),
        prints=draw(texts),
        picture=draw(st.sampled_from([None, b"\x89PNG"])),
        file=draw(st.none() | texts),
        line=draw(st.none() | st.integers(1, 10**6)),
        visibility=draw(st.sampled_from(["visible", "after_due_date", "after_published", "hidden"])),
        bonus=draw(st.sampled_from([False, False, True])),
    )


def finals(checks):
    """Return a final score and what policies say of it, in words as odd as any."""
    most = round(sum(check.max_points for check in checks if not check.bonus), 2)
    effect = st.builds(Effect, st.just("late"), hundredths.map(lambda number: -number), texts, texts)
    return st.builds(FinalScore, hundredths, st.just(most), st.lists(effect, max_size=3).map(tuple))


@st.composite
def results(draw):
    """Return a submission's result."""
    count = draw(st.integers(0, 14))
    graded = tuple(draw(checks(number)) for number in range(count))
    return SubmissionResult(
        submission=draw(texts),
        checks=graded,
        final=draw(st.none() | finals(graded)),
        due_passed=draw(st.booleans()),
        seconds=draw(st.floats(0, 1e6)),
        isolation=draw(texts),
        notices=tuple(draw(st.lists(texts, max_size=12))),
        complete=draw(st.booleans()),
    )
