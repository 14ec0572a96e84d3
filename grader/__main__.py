"""`python -m grader`: find the submission, judge it, write the reports. The whole flow is `main`."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NoReturn

from grader.commands import COMMANDS, run_command
from grader.errors import GraderFault, Unusable
from grader.language import phrase, speaking
from grader.options import PLATFORMS, Options, parse_options
from grader.sandbox.environment import ONE_THREAD

if TYPE_CHECKING:
    from grader.exercises import Exercise
    from grader.result import SubmissionResult
    from grader.submissions import FoundSubmission

PASSED, POINTS_MISSING, UNUSABLE, FAULTY = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for, grade or one of the commands, and return the exit code."""
    os.environ.update(ONE_THREAD)  # before numpy comes: judges are forked from this process
    arguments = sys.argv[1:] if arguments is None else arguments
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _stop)  # so that the private copy of the submission is removed
    with contextlib.ExitStack() as stack:
        try:
            if arguments and arguments[0] in COMMANDS:
                return run_command(arguments[0], arguments[1:])
            options = parse_options(arguments)
            stack.enter_context(speaking(options.language))
            return _grade(options)
        except Unusable as error:
            print(f"grader: {error}", file=sys.stderr)
            return UNUSABLE
        except GraderFault as error:
            said = phrase("{error}; this is not your fault, tell whoever runs the course", error=error)
            print(f"grader: {said}", file=sys.stderr)
            return FAULTY
        except KeyboardInterrupt:
            print(f"grader: {phrase('stopped')}", file=sys.stderr)
            return UNUSABLE


def _stop(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _grade(options: Options) -> int:
    began = time.perf_counter()
    gc.disable()  # a tenth of the time that the imports take is the collector walking what they allocate
    from grader.exercises import exercises_of
    from grader.policies.course import open_policies, warn_of_hidden
    from grader.session import open_session
    from grader.submissions import wants_compiler

    exercises = exercises_of(options)
    if options.watched:
        from grader.watching.loop import watch

        return _exit_code(watch(options, exercises))
    policies = open_policies(options)
    if policies.refusal is not None:
        _tell_platforms(policies.refuse, policies.refusal, exercises, options)
        raise Unusable(policies.refusal)
    with contextlib.ExitStack() as stack:
        found = _open(options, exercises, stack)
        with open_session(options, compiler=wants_compiler(found)) as session:
            from grader.grade import tell_all  # torch is being imported in the warm process meanwhile
            from grader.reports import as_read, open_partial, write_reports
            from grader.reports.progress import Progress

            gc.enable()
            with Progress(shown=options.verbosity >= 0 and "terminal" in options.formats) as progress:
                session.wait_until_warm()
                names = [exercise.name for exercise in found.exercises]
                partial = open_partial(options, found.name, names, policies.apply)
                told = [progress.tell, *([partial.tell] if partial else [])]
                result = session.grade(found, tell_all(told))
    result = policies.apply(dataclasses.replace(result, seconds=time.perf_counter() - began))
    read = as_read(result, options)
    warning = warn_of_hidden(exercises) if options.shows_hidden or "gradescope" in options.formats else None
    for notice in [*read.notices, *([warning] if warning else [])]:
        print(f"grader: {notice}", file=sys.stderr)
    write_reports(result, options)
    return _exit_code(read)


def _exit_code(result: SubmissionResult | None) -> int:
    if result is None:
        return UNUSABLE
    if result.faulty:
        return FAULTY
    if not result.complete:
        return UNUSABLE
    return PASSED if result.full else POINTS_MISSING


def _open(options: Options, exercises: Sequence[Exercise], stack: contextlib.ExitStack) -> FoundSubmission:
    """Return the submission, which the stack closes; where there is none, platforms read why."""
    from grader.submissions import open_submission

    try:
        return stack.enter_context(open_submission(options.path, exercises, options.course))
    except Unusable as error:
        _tell_platforms(lambda result: result, str(error), exercises, options)
        raise


def _tell_platforms(
    finish: Callable[[SubmissionResult], SubmissionResult],
    sentence: str,
    exercises: Sequence[Exercise],
    options: Options,
) -> None:
    """Write why nothing was graded where no file looks like a broken grader."""
    if any(name in PLATFORMS for name in options.formats):
        from grader.grade import ungraded
        from grader.reports import write_reports

        write_reports(finish(ungraded(options.path or "", exercises, sentence)), options)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # nothing is left to tear down, and walking the heap would take longer than a check
