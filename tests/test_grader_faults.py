"""An exception of the student's code becomes one sentence, with the line that it came from."""

from __future__ import annotations

import pytest

from grader.checking.faults import fault_of
from grader.errors import NotWritten, StudentFault
from tests.stub_workers import StubSource, make_student, raising

LAST = ["x = g(y)", "raise ValueError('no')"]


@pytest.mark.parametrize(
    ("reply", "kind", "sentence"),
    [
        (
            raising("ValueError", "no", ["x = g(y)"]),
            StudentFault,
            "f raised ValueError: no (saliency.py, line 7: x = g(y))",
        ),
        (raising("ValueError", "no", LAST), StudentFault, "f raised ValueError: no (saliency.py, line 7)"),
        (raising("ValueError", "no"), StudentFault, "f raised ValueError: no"),
        (raising("ValueError"), StudentFault, "f raised ValueError"),
        (raising("ValueError", "a\n  b"), StudentFault, "f raised ValueError: a b"),
        (raising("ValueError", "x" * 5000), StudentFault, "f raised ValueError: " + "x" * 300),
        (
            raising(
                "NotImplementedError", "saliency: write f", ["raise NotImplementedError('saliency: write f')"]
            ),
            NotWritten,
            "not written yet: f in saliency.py",
        ),
        (
            raising("NameError", "name 'np' is not defined", ["np.seterr()"], function="<module>"),
            StudentFault,
            "saliency.py cannot be imported: it raised NameError: name 'np' is not defined (saliency.py, line 7",
        ),
        (
            raising("ModuleNotFoundError", "No module named 'imaging'", ["import imaging"]),
            StudentFault,
            "saliency.py, line 7, imports 'imaging', which is neither beside it nor installed here; a file that comes",
        ),
        (
            raising("ModuleNotFoundError", "by hand", ["raise ModuleNotFoundError('by hand')"]),
            StudentFault,
            "f raised ModuleNotFoundError: by hand (saliency.py, line 7)",
        ),
        (
            raising("WrongSignature", "takes (X) and is called with (X, y)"),
            StudentFault,
            "f in saliency.py takes (X) and is called with (X, y)",
        ),
        (
            raising("AssertionError", "Torch not compiled with CUDA enabled", ["X = X.cuda()"]),
            StudentFault,
            "f asks for a GPU, and there is none here (saliency.py, line 7: X = X.cuda())",
        ),
        (
            raising("MissingFunction", "f"),
            StudentFault,
            "saliency.py has no function f; functions keep the names",
        ),
        (
            raising("MemoryError", ""),
            StudentFault,
            "f raised MemoryError: it asked for more memory than it may use",
        ),
        (
            raising(
                "RuntimeError", "DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 byte"
            ),
            StudentFault,
            "f raised RuntimeError: it asked for more memory than it may use",
        ),
        (
            raising("SyntaxError", "invalid syntax (saliency.py, line 7)", ["def f("]),
            StudentFault,
            "saliency.py cannot be read as Python: invalid syntax (saliency.py, line 7: def f()",
        ),
        (raising("TabError", "mixed"), StudentFault, "saliency.py cannot be read as Python: mixed"),
        (
            raising("SyntaxError", "(unicode error) 'utf-8' codec can't decode byte 0xfc"),
            StudentFault,
            "saliency.py is not UTF-8 text; save it again with the encoding UTF-8",
        ),
    ],
)
def test_an_exception_becomes_a_sentence(reply, kind, sentence):
    """Its type, its text and the student's own line."""
    with pytest.raises(kind) as caught:
        make_student(StubSource(reply)).f()
    assert str(caught.value).startswith(sentence)
    assert len(str(caught.value)) < 500


NOTEBOOK = {"cells_of_net.py": ("net.ipynb", (None, ("net.ipynb, cell 2", 3), ("net.py", 9)))}


@pytest.mark.parametrize(
    ("line", "where"),
    [(1, "line 1"), (2, "cell 2, line 3"), (3, "net.py, line 9"), (4, "line 4"), (None, "line 0")],
)
def test_a_line_of_a_notebook_is_told_by_its_cell(line, where):
    """Whoever wrote it has never seen the module that it was made into."""
    frame = {"file": "cells_of_net.py", "line": line, "function": "f", "code": "x"}
    error = {"type": "ValueError", "message": "no", "frames": [frame], "own": True}

    assert (
        str(fault_of("f", "net.ipynb", error, NOTEBOOK)) == f"f raised ValueError: no (net.ipynb, {where}: x)"
    )


@pytest.mark.parametrize(
    ("kind", "message", "code", "file", "hint"),
    [
        (
            "AttributeError",
            "'NoneType' object has no attribute 'norm'",
            "g = X.grad / X.grad.norm()",
            "a.py",
            "a leaf",
        ),
        (
            "TypeError",
            "unsupported operand type(s) for *: 'int' and 'NoneType'",
            "X += 1 * X.grad",
            "a.py",
            "a leaf",
        ),
        ("TypeError", "'NoneType' object is not callable", "X = f(X.gradient)", "a.py", None),
        ("NameError", "name 'idx' is not defined", "s[idx]", "a.ipynb", "cells that run things"),
        ("NameError", "name 'idx' is not defined", "s[idx]", "a.py", None),
    ],
)
def test_an_exception_whose_words_do_not_help_has_a_hint(kind, message, code, file, hint):
    """And no other has one: a hint is right or absent."""
    frame = {"file": "a.py", "line": 1, "function": "f", "code": code}
    fault = fault_of("f", file, {"type": kind, "message": message, "frames": [frame], "own": True})

    assert (hint in fault.hint) if hint else (fault.hint is None)
