"""The submissions that all graders get: one file each, with three functions, right but for one mistake or wholly."""

from __future__ import annotations

import ast
from pathlib import Path

from reference.variants import Variant, find_variants
from reference.variants.submission import write_submission

# By exercise, in the order in which they are taken. The right ones are in common styles that return what the handout
# asks for; nothing that only a lenient check would take. The wrong ones are mistakes that students make.
RIGHT = {
    "saliency": (
        "gather_and_ones", "one_image_at_a_time", "loop_with_retain_graph", "one_hot_backward", "mean_over_batch",
        "autograd_grad", "maximum_of_both_signs", "negated_score",
    ),
    "gradcam": (
        "forward_and_tensor_hook", "numpy_and_sum", "layer_found_by_name", "backward_with_inputs", "class_inside",
        "weighed_by_a_convolution",
    ),
    "fooling": (
        "for_loop_with_break", "sign_steps", "while_true_unnormalised", "cross_entropy_descent", "adam",
        "margin_ascent",
    ),
}  # fmt: skip
WRONG = {
    "saliency": (
        "no_abs", "softmax_score", "predicted_class_instead_of_label", "mean_over_channels", "scores_colon_y",
        "batch_of_five", "gradient_times_input", "next_label",
    ),
    "gradcam": ("no_relu", "elementwise_product", "not_normalised", "wrong_layer", "align_corners", "nan_on_zero_map"),
    "fooling": ("never_tests", "changes_input", "squared_norm", "updates_after_success", "descends", "tiny_step"),
}  # fmt: skip
FUNCTIONS = {"saliency": "compute_saliency_maps", "fooling": "make_fooling_image", "gradcam": "vis_gradcam"}
_NOT_ASKED = {"compute_gradient_score", "visualize_saliency", "class_activation_map", "grad_cam"}


def write_submissions(folder: Path, count: int) -> tuple[list[Path], list[Path]]:
    """Write right and wrong submissions and return their files.

    Args:
        folder: where to; made if it is missing.
        count: of the right ones and of the wrong ones.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind, names in (("right", RIGHT), ("wrong", WRONG)):
        files = []
        for number, (exercise, name) in enumerate(_in_turn(names)[:count], start=1):
            file = folder / f"{kind}_{number:02}.py"
            file.write_text(one_file(find(exercise, name)), encoding="utf-8")
            files.append(file)
        written.append(files)
    return written[0], written[1]


def find(exercise: str, name: str) -> Variant:
    """Return a variant of the function that an exercise asks for here, a mistake or an accepted answer."""
    function = f"{exercise}.{FUNCTIONS[exercise]}"
    for package in ("reference.variants", "tests.variants"):
        for variant in find_variants(exercise, package):
            if (variant.function, variant.name) == (function, name):
                return variant
    raise LookupError(f"expected a variant {name!r} of {function}; was it renamed?")


def one_file(variant: Variant | None = None) -> str:
    """Return the text of a submission: the reference's three functions, or one of them replaced by a variant."""
    texts = []
    for exercise in FUNCTIONS:
        if variant is not None and variant.function.startswith(f"{exercise}."):
            texts.append(write_submission(variant))
        else:
            texts.append((Path("reference") / f"{exercise}.py").read_text(encoding="utf-8"))
    return _tidy("\n\n".join(texts))


def _tidy(text: str) -> str:
    """Return a module without the functions that nobody asks for and those that a later one replaces."""
    nodes = ast.parse(text).body
    last = {node.name: node for node in nodes if isinstance(node, ast.FunctionDef)}
    kept = [
        node
        for node in nodes
        if not (
            isinstance(node, ast.FunctionDef) and (node.name in _NOT_ASKED or last[node.name] is not node)
        )
        and not (isinstance(node, ast.ImportFrom) and str(node.module).endswith("evaluation"))
    ]
    return ast.unparse(ast.Module(kept, type_ignores=[])) + "\n"


def _in_turn(names: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    """Return exercise and name, one exercise after the other, so that the first few are of all of them."""
    longest = max(len(listed) for listed in names.values())
    return [
        (exercise, listed[place])
        for place in range(longest)
        for exercise, listed in names.items()
        if place < len(listed)
    ]
