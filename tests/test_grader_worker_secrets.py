"""A student's code cannot find in its own process what its answers are compared with."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from fixtures.store import open_store
from tests.harness import Job

# Written to a submission, and so free of anything of ours. It looks around at the very moment at which it is asked for
# an answer, in its whole memory: numpy arrays are not tracked by the garbage collector, and freed memory keeps its bytes.
PROGRAM = '''
import gc, json, os, sys, types

import torch

NEEDLES = {needles!r}


def compute_saliency_maps(X, y, model):
    found = {{name: count(*halves) for name, halves in NEEDLES.items()}}
    planted = [bytes.fromhex(first) + bytes.fromhex(second) for first, second in NEEDLES.values()]
    found_planted = [count(*halves) for halves in NEEDLES.values()]
    gc.unfreeze()
    modules = {{thing.__name__ for thing in gc.get_objects() if isinstance(thing, types.ModuleType)}} | set(sys.modules)
    classes = {{thing.__module__ for thing in gc.get_objects() if isinstance(thing, type)}}
    print(json.dumps({{
        "found": found,
        "found_planted": found_planted,
        "modules": sorted(str(name) for name in modules | classes if str(name).split(".")[0] in
            ("pytest", "_pytest", "hypothesis", "pluggy", "grader", "fixtures", "reference", "assignment", "tests")),
        "environment": sorted(os.environ),
        "descriptors": sorted(int(number) for number in os.listdir("/proc/self/fd")),
        "arguments": sys.argv,
        "threads": len(os.listdir("/proc/self/task")),
    }}))
    X.requires_grad_()
    model(X)[range(len(y)), y].sum().backward()
    return X.grad.abs().amax(1)


def count(first, second):
    """How often do the two halves stand one after the other in this process's memory? Apart, they are mine."""
    first, second, hits = bytes.fromhex(first), bytes.fromhex(second), 0
    with open("/proc/self/maps") as lines, open("/proc/self/mem", "rb", 0) as memory:
        for line in list(lines):
            span, rights, _, _, inode, *path = line.split(maxsplit=5)
            if rights[0] != "r" or (inode != "0" and "safetensors" not in str(path)) or "[v" in str(path):
                continue
            begin, end = (int(number, 16) for number in span.split("-"))
            for start in range(begin, end, 1 << 24):
                memory.seek(start)
                try:
                    chunk = memory.read(min(end - start, (1 << 24) + 64))
                except OSError:
                    continue
                place = chunk.find(first)
                while 0 <= place < 1 << 24:
                    hits += chunk[place + len(first) : place + len(first) + len(second)] == second
                    place = chunk.find(first, place + 1)
    return hits


def compute_gradient_score(scores, image, class_idx):
    scores[class_idx].backward()
    return image.grad[0]


def visualize_saliency(image, model):
    raise NotImplementedError
'''


@pytest.fixture(scope="module")
def told(grade_many, tmp_path_factory):
    """What a submission found in its own process while it was being judged; the environment holds a secret."""
    folder = tmp_path_factory.mktemp("curious")
    needles = {
        name: (part[: len(part) // 2].hex(), part[len(part) // 2 :].hex()) for name, part in secrets().items()
    }
    (folder / "saliency.py").write_text(PROGRAM.format(needles=needles), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADER_SECRET", "42")
        (answer,) = grade_many([Job(str(folder), ("saliency",), seconds=60)])
    first = answer["result"]["checks"][0]
    assert first["status"] == "passed", first["message"]
    return json.loads(first["prints"])


def secrets():
    """Return parts of what must not be found, 32 bytes each."""
    folder = os.environ.get("GRADER_TEST_FIXTURES")
    store = open_store(Path(folder) if folder else None)
    maps, cam = store.case("saliency/five_scenes"), store.case("gradcam/first_scene")
    strongest = np.unravel_index(cam.expected.argmax(), cam.expected.shape)
    return {
        "expected maps, float64": maps.expected[2, 50, 50:54].tobytes(),
        "expected maps, float32": maps.expected[2, 50, 50:58].astype(np.float32).tobytes(),
        "expected Grad-CAM": cam.expected[strongest[0], :][-4:].tobytes()
        + cam.expected[strongest][None].tobytes()[:0],
        "a mistake's output": maps.mistakes[0].thumbnail[1, 20, 20:36].tobytes(),
        "a mistake's sentence": maps.mistakes[0].sentence[10:42].encode(),
    }


def test_no_right_answer_and_no_hint_is_in_memory(told):
    """Not as an array, not in a buffer that was freed, not in an inherited page."""
    assert told["found"] == dict.fromkeys(secrets(), 0)


def test_what_is_in_memory_would_have_been_found(told):
    """The search itself is no blunt one: what the submission plants it finds."""
    assert all(count >= 1 for count in told["found_planted"])


def test_nothing_of_the_judges_side_was_imported(told):
    """No pytest, no hypothesis, no store, no checks, no solution, forgotten modules included."""
    needed = {
        "fixtures.arguments",
        "fixtures.realise",
        "fixtures.models",
        "fixtures.analytic",
        "fixtures.weights",
    }
    needed |= {"fixtures", "fixtures.torchvision_fallback", "grader", "grader.sandbox"}
    strangers = [
        name for name in told["modules"] if not name.startswith("grader.sandbox.") and name not in needed
    ]
    assert strangers == []


def test_the_environment_is_built_from_a_list(told):
    """Tokens and paths of whoever runs the grader stay with them."""
    allowed = {"PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "HOME", "MPLBACKEND", "MPLCONFIGDIR"}
    strangers = {
        name for name in told["environment"] if not name.startswith(("OMP_", "OPENBLAS_", "MKL_", "MALLOC_"))
    }

    assert "GRADER_SECRET" not in told["environment"]
    assert strangers - {"LC_CTYPE", "KMP_DUPLICATE_LIB_OK", "KMP_INIT_AT_FORK"} <= allowed


def test_no_descriptor_leads_elsewhere(told):
    """Input, output, errors, the wire, and the one that lists them."""
    assert told["descriptors"] == [0, 1, 2, 3, 4]


def test_the_worker_has_one_thread(told):
    """Where more than one was forked, the next convolution would hang."""
    assert told["threads"] == 1
