"""A student's code cannot find in its own process what its answers are compared with."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from fixtures.store import open_store
from tests.harness import Job

# Written to a submission, and so free of anything of ours. It looks around at the very moment at which it is asked for
# an answer, in its whole memory: numpy arrays are not tracked by the garbage collector, and freed memory keeps its bytes.
PROGRAM = '''
import gc, json, os, sys, types

import numpy as np
import torch

NEEDLES = {needles!r}


def compute_saliency_maps(X, y, model):
    if len(X) != 5:
        return X[:, 0]  # one look is enough
    found = count_needles()
    planted = [bytes.fromhex(first) + bytes.fromhex(second) for first, second in NEEDLES.values()]
    found_planted = count_needles()
    gc.unfreeze()
    modules = {{thing.__name__ for thing in gc.get_objects() if isinstance(thing, types.ModuleType)}} | set(sys.modules)
    classes = {{thing.__module__ for thing in gc.get_objects() if isinstance(thing, type)}}
    print(json.dumps({{
        "found": found,
        "found_planted": found_planted,
        "planted": len(planted),
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


def count_needles():
    """How often do two halves stand one after the other in this process's memory? Apart, they are mine."""
    halves = {{name: tuple(map(bytes.fromhex, pair)) for name, pair in NEEDLES.items()}}
    hits = dict.fromkeys(NEEDLES, 0)
    for piece in pieces_of_memory():
        for name, (first, second) in halves.items():
            place = piece.find(first)
            while place >= 0:
                hits[name] += piece.startswith(second, place + len(first))
                place = piece.find(first, place + 1)
    return hits


def pieces_of_memory():
    """What this process can read: every page that is there, of its own memory and of files with arrays."""
    with open("/proc/self/maps") as lines, open("/proc/self/mem", "rb", 0) as memory, \\
            open("/proc/self/pagemap", "rb", 0) as pagemap:
        for line in list(lines):
            span, rights, _, _, inode, *path = line.split(maxsplit=5)
            if rights[0] != "r" or (inode != "0" and "safetensors" not in str(path)) or "[v" in str(path):
                continue
            begin, end = (int(number, 16) // 4096 for number in span.split("-"))
            entries = np.frombuffer(os.pread(pagemap.fileno(), 8 * (end - begin), 8 * begin), np.uint64)
            there = np.flatnonzero(entries >> np.uint64(62))  # in memory or swapped out
            for run in np.split(there, np.flatnonzero(np.diff(there) > 1) + 1) if there.size else ():
                memory.seek(4096 * (begin + int(run[0])))
                yield memory.read(4096 * run.size)


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
    """Return parts of what must not be found, 32 bytes each, none of them zero."""
    store = open_store()
    maps, cam = store.case("saliency/five_scenes"), store.case("gradcam/first_scene")
    mistake = next(mistake for mistake in maps.mistakes if mistake.name == "no_abs")
    return {
        "expected maps, float64": strongest(maps.expected, 4).tobytes(),
        "expected maps, float32": strongest(maps.expected, 8).astype(np.float32).tobytes(),
        "expected Grad-CAM": strongest(cam.expected, 4).tobytes(),
        "a mistake's output": strongest(mistake.thumbnail, 16).tobytes(),
        "a mistake's sentence": mistake.sentence[10:42].encode(),
    }


def strongest(values, count):
    """Return so many neighbours from around the largest value."""
    windows = np.lib.stride_tricks.sliding_window_view(values, count, axis=-1).reshape(-1, count)
    return windows[np.abs(windows).min(axis=1).argmax()]


def test_no_right_answer_and_no_hint_is_in_memory(told):
    """Not as an array, not in a buffer that was freed, not in an inherited page."""
    assert told["found"] == dict.fromkeys(secrets(), 0)


def test_what_is_in_memory_would_have_been_found(told):
    """The search itself is no blunt one: what the submission plants it finds."""
    assert all(count >= 1 for count in told["found_planted"].values())


def test_nothing_of_the_judges_side_was_imported(told):
    """No pytest, no hypothesis, no store, no checks, no solution, forgotten modules included."""
    needed = {
        "fixtures.arguments",
        "fixtures.realise",
        "fixtures.models",
        "fixtures.analytic",
        "fixtures.analytic_vgg",
        "fixtures.weights",
    }
    needed |= {"fixtures", "fixtures.torchvision_fallback", "grader", "grader.sandbox"}
    strangers = [
        name for name in told["modules"] if not name.startswith("grader.sandbox.") and name not in needed
    ]
    assert strangers == []


def test_the_environment_is_built_from_a_list(told):
    """Tokens and paths of whoever runs the grader stay with them."""
    allowed = {
        "PATH",
        "LANG",
        "LC_ALL",
        "TZ",
        "LD_LIBRARY_PATH",
        "MPLCONFIGDIR",
        "HOME",
        "GLIBC_TUNABLES",
        "OMP_WAIT_POLICY",
    }
    threads = {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"}
    allowed.add(
        "TORCHINDUCTOR_CACHE_DIR"
    )  # torch sets it itself, here as there, where its compiler was imported

    assert "GRADER_SECRET" not in told["environment"]
    assert set(told["environment"]) & set(os.environ) <= allowed | threads | {"MPLBACKEND"}


def test_no_descriptor_leads_elsewhere(told):
    """Input, output, errors, the wire, and the one that lists them."""
    assert told["descriptors"] == [0, 1, 2, 3, 4]


def test_the_worker_has_one_thread(told):
    """Where more than one was forked, the next convolution would hang."""
    assert told["threads"] == 1
