"""All that can go wrong, and whose fault it is.

GraderError
+-- Unusable            the call or the submission cannot be used: one sentence, exit code 2
+-- GraderFault         the grader or the machine failed: never a lost point, exit code 3
+-- StudentFault        the student's code failed: the check is lost, with the reason
    +-- NotWritten      the function is still a stub
    +-- TookTooLong     a deadline passed
    +-- Died            the process ended: os._exit, a crash, a signal
"""

from __future__ import annotations

from grader.language import later, phrase

# Reports tell what is not there yet from what is wrong: by these sentences, whatever the language.
NOT_WRITTEN = later("not written yet: {function} in {file}")
MISSING = later("{file} is missing; hand in the file even where its functions are not written yet")
NO_FUNCTION = later("{file} has no function {name}; functions keep the names that the handout gives them")


class GraderError(Exception):
    """The root of the grader's own exceptions; its text is a sentence for a person."""


class Unusable(GraderError):
    """Correct the path, the option or the file that the sentence names, then run again."""


class GraderFault(GraderError):
    """Report it to whoever runs the course: the student's code was not judged."""


class StudentFault(GraderError):
    """The student's code failed in a way that has a sentence, and sometimes a hint.

    Args:
        sentence: what happened.
        hint: what to do about it; None where nothing useful is known.

    Attributes:
        place: file and line of the student's that it came from, as the student's process tells; None without one.
    """

    def __init__(self, sentence: str, hint: str | None = None) -> None:
        super().__init__(sentence)
        self.hint = hint
        self.place: tuple[object, object] | None = None


class NotWritten(StudentFault):
    """Write the function: its body still raises NotImplementedError."""


class TookTooLong(StudentFault):
    """Look for a loop that never ends, which is the hint where there is none better."""

    def __init__(self, sentence: str, hint: str | None = None) -> None:
        look = later(
            "look for a loop whose condition never becomes true; a loop over a fixed number of steps always ends"
        )
        super().__init__(sentence, hint or phrase(look))


class Died(StudentFault):
    """Look for os._exit, sys.exit, or native code that crashed."""
