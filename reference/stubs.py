"""What stands in the place of a solution, as each tool's students know it."""

import re
from collections.abc import Mapping
from types import MappingProxyType

_ASSIGNMENT = re.compile(r"[A-Za-z_][\w\s,.\[\]]*=(?!=)")
_CS231N = "# *****{} OF YOUR CODE (DO NOT DELETE/MODIFY THIS LINE)*****"

# By whose they are: the lines that take the place of a solution; @ stands for the sentence that says what to write.
MARKERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ours": ('raise NotImplementedError("@")',),
        "nbgrader": ("# YOUR CODE HERE", "raise NotImplementedError()"),
        "otter": ("...",),
        "cs231n": (_CS231N.format("START"), "", "pass", "", _CS231N.format("END")),
    }
)


def stub_of_block(markers: str, sentence: str, indent: int) -> list[str]:
    """Return the lines that take the place of a block within a function.

    Args:
        markers: a name of MARKERS.
        sentence: what to write.
        indent: of the block.
    """
    return [f"{' ' * indent}{line}".rstrip().replace("@", sentence) for line in MARKERS[markers]]


def stub_of_line(markers: str, sentence: str, line: str) -> list[str]:
    """Return the lines that take the place of a solution of one line.

    As otter does it, and wherever there is no function to raise from, a name that is assigned keeps its name.

    Args:
        markers: a name of MARKERS.
        sentence: what to write, "" outside of functions.
        line: the solution.
    """
    text = line.lstrip()
    indent = len(line) - len(text)
    if markers != "otter" and sentence:
        return stub_of_block(markers, sentence, indent)
    assigned = _ASSIGNMENT.match(text)
    return [f"{' ' * indent}{assigned.group()} ..." if assigned else f"{' ' * indent}..."]
