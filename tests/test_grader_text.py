"""Text that a student chose does nothing but be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.text import clean


@given(text=st.text(st.characters(codec=None)))
def test_any_text_becomes_harmless(text):
    """Control characters, lone surrogates and direction marks are gone, and it can be written anywhere."""
    cleaned = clean(text)

    assert all(letter.isprintable() or letter.isspace() for letter in cleaned)
    assert not set(cleaned) & set("\x1b\x9b\x07\x00\u202e\u2066\u2028\ud800")
    cleaned.encode("utf-8")
    assert clean(cleaned) == cleaned


@given(text=st.text(), most=st.integers(5, 50))
def test_text_is_cut_to_a_length(text, most):
    """With a sign that something is missing."""
    cut = clean(text, most)

    assert len(cut) <= most
    assert cut == clean(text) or (cut.endswith(" ...") and clean(text).startswith(cut.removesuffix(" ...")))


@pytest.mark.parametrize("text", ["plain", "Grüße, 世界 ✓ ½ λ", "a\tb\nc", "1 < 2 & [x] `y` $z$", "e\u0301"])
def test_honest_text_is_left_alone(text):
    """Other scripts, symbols and layout."""
    assert clean(text) == text


@pytest.mark.parametrize(
    "command",
    [
        "::error file=a.py::x",
        "  ::add-mask::30",
        "text ::SET-OUTPUT name=score::30",
        "##[error]x",
        "##vso[task.complete]",
        ":::error::",
    ],
)
def test_a_command_for_a_ci_service_is_only_text(command):
    """No log takes what a submission prints for a command, wherever a line is wrapped."""
    assert clean(command) != command
    assert "::error" not in clean(command)
    assert "##[" not in clean(command)
    assert "##vso[" not in clean(command)
    assert clean(command).replace(" ", "") == command.replace(" ", "")


@pytest.mark.parametrize("text", ["X[::2]", "std::vector", "a::b", "## [x]", "# ## heading"])
def test_what_only_looks_like_one_is_left_alone(text):
    """Slices, names and headings."""
    assert clean(text) == text
