"""The attacks of the A-family as submissions, and what a grader made of them, in words."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.peers.submissions import one_file

ATTACKS = Path(__file__).parent / "attacks"
CONTROL = "a0_no_trick"
SECONDS = 200.0  # after which whoever has not finished has no answer; ours needs 160 on a machine that is eight times too slow


def attack_names() -> list[str]:
    """Return the attacks in order, the control first."""
    return sorted(file.stem for file in ATTACKS.glob("a*.py"))


def what_it_tries(name: str) -> str:
    """Return an attack's own sentence."""
    return ast.get_docstring(ast.parse((ATTACKS / f"{name}.py").read_text(encoding="utf-8"))) or ""


def write_attacks(folder: Path) -> list[Path]:
    """Write each attack as a submission and return the files.

    Fooling images are solved honestly in all of them: there is no expected value to be had, so no trick is needed.

    Args:
        folder: where to; made if it is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    honest = ast.parse(one_file()).body
    fooling = [
        node for node in honest if isinstance(node, ast.FunctionDef) and node.name == "make_fooling_image"
    ]
    imports = "\n\nfrom torch import Tensor, nn\n\n"
    files = []
    for name in attack_names():
        text = (ATTACKS / f"{name}.py").read_text(encoding="utf-8")
        file = folder / f"{name}.py"
        file.write_text(f"{text}{imports}{ast.unparse(fooling[0])}\n", encoding="utf-8")
        files.append(file)
    return files


def verdict(share: float | None, control: float | None, *, ended: bool) -> str:
    """Return what an attack gained, in a word or two.

    Args:
        share: of the points that it earned; None where the grader said nothing.
        control: what the same wrong answers earn without a trick.
        ended: whether the grader came to its end by itself.
    """
    if not ended:
        return f"no end in {SECONDS:.0f} s"
    if share is None:
        return "no result"
    if share > 0.999:
        return "FULL MARKS"
    if control is not None and share > control + 1e-6:
        return f"gains {share - control:.0%}"
    return "nothing"
