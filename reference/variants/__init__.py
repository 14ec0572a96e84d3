"""Other answers to the exercises: the mistakes that students make, named, and right answers in another convention.

A variant is a plain function, written the way students write it, under a decorator:

    @mistake(of="saliency.compute_saliency_maps", says="It looks like ...: do ... instead.")
    def no_abs(X, y, model): ...

The decorator only leaves a note on the function; `find_variants` reads the notes of a module.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Literal, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Variant:
    """One other answer.

    Attributes:
        name: the function's own name, unique within its exercise, such as "no_abs".
        function: what it is an answer to, such as "saliency.compute_saliency_maps".
        sentence: for a mistake, what the student reads; for an accepted answer, how it differs.
        kind: "mistake" or "accepted".
        call: the function, with the signature of the one it stands for.
    """

    name: str
    function: str
    sentence: str
    kind: Literal["mistake", "accepted"]
    call: Callable[..., Any]


def find_variants(exercise: str, package: str = __name__) -> tuple[Variant, ...]:
    """Return the variants of an exercise in the order in which they are written.

    Args:
        exercise: name of a module of `reference`, such as "saliency". Its variants lie in the module of that name
            and in those whose names go on after an underscore, such as "saliency_scores".
        package: where these modules lie; the tests keep more accepted answers in "tests.variants".
    Raises:
        LookupError: if the package has no variant of the exercise.
    """
    names = sorted(module.name for module in iter_modules(import_module(package).__path__))
    modules = [import_module(f"{package}.{name}") for name in names if f"{name}_".startswith(f"{exercise}_")]
    notes = [getattr(value, "variant", None) for module in modules for value in vars(module).values()]
    variants = tuple(note for note in notes if isinstance(note, Variant))
    if not variants:
        raise LookupError(f"expected variants of {exercise} in {package}, found none; is the name right?")
    return variants


def modules_with_variants() -> tuple[str, ...]:
    """Return the modules of `reference` that have variants, by name."""
    written = {module.name for module in iter_modules(import_module(__name__).__path__)}
    return tuple(
        sorted(
            module.name
            for module in iter_modules(import_module("reference").__path__)
            if module.name in written
        )
    )


def mistake(*, of: str, says: str) -> Callable[[Function], Function]:
    """Mark a function as a wrong answer to `of`; `says` is the sentence that a student who gave it reads."""
    return _note(of, says, "mistake")


def accepted(*, of: str, says: str) -> Callable[[Function], Function]:
    """Mark a function as a right answer to `of`; `says` is how it differs from the reference."""
    return _note(of, says, "accepted")


def _note(of: str, says: str, kind: Literal["mistake", "accepted"]) -> Callable[[Function], Function]:
    def leave(function: Function) -> Function:
        function.variant = Variant(function.__name__, of, says, kind, function)  # type: ignore[attr-defined]
        return function

    return leave
