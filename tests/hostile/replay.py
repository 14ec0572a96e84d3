"""The replay: a submission that knows the public inputs and returns stored answers. At home it earns everything."""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from grader.sandbox.environment import ONE_THREAD

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PROGRAM = '''"""Returns answers that were worked out at home, by the numbers it is asked about."""
from stored_answers import answer


def compute_saliency_maps(X, y, model):
    return answer("compute_saliency_maps", X, y, model)


def compute_gradient_score(scores, image, class_idx):
    return answer("compute_gradient_score", image, class_idx)


def visualize_saliency(image, model):
    return answer("visualize_saliency", image, model)
'''


def build_replay(folder: Path, solved: Path, work: Path) -> Path:
    """Make the replay of the exercise saliency in a folder that does not exist yet.

    Args:
        folder: where to.
        solved: a submission that earns every point with the public fixtures.
        work: an empty folder for the calls that the grader makes.
    """
    calls = work / "calls"
    calls.mkdir()
    command = [sys.executable, "-m", "grader", str(solved), "-e", "saliency", "-q", "--record", str(calls)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    folder.mkdir()
    (folder / "saliency.py").write_text(PROGRAM, "utf-8")
    shutil.copy(HERE / "stored_answers.py", folder)
    environment = {**os.environ, **ONE_THREAD, "PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg"}
    command = [sys.executable, "-m", "tests.hostile.replay", str(folder), str(solved), str(calls)]
    subprocess.run(
        command, cwd=work, check=True, capture_output=True, env=environment
    )  # pictures are saved in `work`
    return folder


def _functions_of(solved: Path) -> Mapping[str, Callable[..., Any]]:
    spec = importlib.util.spec_from_file_location("solved_saliency", solved / "saliency.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return dict(vars(module))


def _work_out(
    requests: list[tuple[str, Any]], functions: Mapping[str, Callable[..., Any]], weights: Path, folder: Path
) -> None:
    """Make each call with the solved functions and store what they answer under the key of its arguments."""
    import numpy as np
    import torch

    from fixtures.models import PICTURE_SIZES, load_model
    from fixtures.realise import Stage, perform
    from grader.sandbox.calls import decode_call
    from tests.hostile.stored_answers import key_of

    loaded = {name: load_model(name, weights_folder=weights) for name in PICTURE_SIZES}
    stored: dict[str, Any] = {}

    def load(name: str, given: Mapping[str, Any] | None) -> Any:
        return loaded[name] if name in loaded and given is None else load_model(name, given)

    for _, request in requests:
        call = decode_call(request.header["call"], request.arrays)
        name = call.function.rpartition(".")[2]

        def remember(*arguments: Any, name: str = name) -> Any:
            kept = arguments[1:] if name == "compute_gradient_score" else arguments
            key = key_of(name, kept)
            result = functions[name](*arguments)
            stored[key] = result.detach().numpy().copy()
            return result

        perform(dataclasses.replace(call), remember, Stage(load, torch.float32))
    np.savez_compressed(folder / "answers.npz", **stored)


if __name__ == "__main__":
    from fixtures.store import DATA_FOLDER
    from grader.sandbox.recording import read_requests

    made_for, from_what, made = (Path(argument) for argument in sys.argv[1:])
    _work_out(read_requests(made), _functions_of(from_what), DATA_FOLDER / "weights", made_for)
