"""What a student's function returned leaves its process as numbers or as a word for what it was."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from grader.sandbox.figures import FIGURE_CAP, IMAGE_CAP, capture_figures
from grader.sandbox.results import encode_result
from grader.sandbox.wire import Message, pack, unpack

plt = pytest.importorskip("matplotlib.pyplot")


def encoded(value):
    """Return the plain data of a result and its array, once they have crossed the wire."""
    arrays = {}
    data = encode_result(value, arrays)
    message = unpack(pack(Message(data, arrays)))
    return message.header, message.arrays.get(message.header.get("array"))


@pytest.mark.parametrize(
    ("value", "kind", "dtype"),
    [
        (torch.eye(3), "tensor", "float32"),
        (torch.eye(3, dtype=torch.float64).requires_grad_() * 1, "tensor", "float64"),
        (torch.nn.Parameter(torch.eye(3)), "tensor", "float32"),
        (torch.eye(3).bfloat16(), "tensor", "bfloat16"),
        (torch.eye(3).half(), "tensor", "float16"),
        (torch.eye(3).long().T[:, ::1], "tensor", "int64"),
        (torch.eye(3).bool(), "tensor", "bool"),
        (torch.eye(6)[::2, ::2], "tensor", "float32"),
        (torch.eye(3).neg().neg(), "tensor", "float32"),
        (np.eye(3), "array", "float64"),
        (np.asfortranarray(np.eye(3, dtype=np.float32)), "array", "float32"),
        (np.eye(6, dtype=np.uint8)[::2, ::2], "array", "uint8"),
        (Image.fromarray(np.eye(3, dtype=np.uint8)), "picture", "uint8"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else value,
)
def test_numbers_cross_whatever_holds_them(value, kind, dtype):
    """Tensors that require grad, views, half precision, numpy arrays, pictures."""
    data, values = encoded(value)

    assert (data["kind"], data["dtype"]) == (kind, dtype)
    assert np.array_equal(np.asarray(values, float), np.eye(3))


class Subclass(torch.Tensor):
    pass


class ArraySubclass(np.ndarray):
    pass


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, {"kind": "none"}),
        (True, {"kind": "number", "value": 1.0, "type": "bool"}),
        (3, {"kind": "number", "value": 3.0, "type": "int"}),
        (np.float32(0.5), {"kind": "number", "value": 0.5, "type": "float32"}),
        ("text" * 1000, {"kind": "text", "value": "text" * 500}),
        ((1, "a"), {"kind": "list", "type": "tuple", "items": [
            {"kind": "number", "value": 1.0, "type": "int"}, {"kind": "text", "value": "a"}]}),
        ([[[[1]]]], None),
        (list(range(1000)), None),
        ({"map": 1}, {"kind": "dict", "type": "dict", "keys": ["map"], "items": [
            {"kind": "number", "value": 1.0, "type": "int"}]}),
        ({1: 2}, {"kind": "other", "type": "builtins.dict"}),
        (object(), {"kind": "other", "type": "builtins.object"}),
        (torch.eye(2, dtype=torch.complex64), None),
        (torch.eye(2).to_sparse(), None),
        (torch.eye(2).as_subclass(Subclass), None),
        (np.eye(2).view(ArraySubclass), None),
        (np.array(["a"]), None),
        (np.array([object()]), None),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_anything_else_is_described_and_not_sent(value, expected):
    """No object of the student's leaves its process, and nothing endless does."""
    data, values = encoded(value)

    assert values is None
    assert data["kind"] in ("none", "number", "text", "list", "dict", "other")
    assert len(str(data)) < 20_000
    assert expected is None or data == expected


@pytest.fixture(autouse=True)
def no_figures():
    plt.close("all")
    yield
    plt.close("all")


def test_what_was_drawn_is_read_back_in_order():
    """The arrays handed to imshow and the titles, over all figures, which are closed then."""
    plt.figure()
    plt.suptitle("all")
    for number in range(3):
        plt.subplot(1, 3, number + 1)
        plt.imshow(np.full((2, 3), number))
        plt.title(f"tile {number}")
    plt.figure()
    plt.plot([1, 2])
    described, arrays = capture_figures(picture=False)

    assert [len(entry["images"]) for entry in described] == [3, 0]
    assert described[0]["titles"] == ["all", "tile 0", "tile 1", "tile 2"]
    assert described[1]["titles"] == []
    assert [arrays[image["array"]][0, 0] for image in described[0]["images"]] == [0, 1, 2]
    assert plt.get_fignums() == []


def test_the_first_figure_can_be_rendered():
    """As PNG, of a size that fits a page, however large it was asked for."""
    plt.figure(figsize=(100, 5))
    plt.imshow(np.eye(3))
    plt.figure()
    described, arrays = capture_figures(picture=True)

    assert ["png" in entry for entry in described] == [True, False]
    assert arrays["png"].tobytes().startswith(b"\x89PNG")
    assert Image.open(__import__("io").BytesIO(arrays["png"].tobytes())).width <= 1600


def test_a_figure_that_cannot_be_rendered_has_no_picture():
    """What it shows is read nevertheless: no check asks for a picture, and a point must not hang on it."""
    plt.imshow(np.eye(3))
    plt.title(r"$\frac{1$")
    described, arrays = capture_figures(picture=True)

    assert described == [{"images": [{"array": "f0", "title": r"$\frac{1$"}], "titles": [r"$\frac{1$"]}]
    assert list(arrays) == ["f0"]


def test_figures_and_pictures_have_a_cap():
    """A figure for each of a thousand channels is read as far as it makes sense."""
    for _ in range(FIGURE_CAP + 2):
        plt.figure()
    axes = plt.figure(1).add_subplot()
    for _ in range(IMAGE_CAP + 5):
        axes.imshow(np.zeros((1, 1)))
    described, arrays = capture_figures(picture=False)

    assert len(described) == FIGURE_CAP
    assert len(arrays) == IMAGE_CAP


def test_masked_values_are_read_as_they_are():
    """A mask hides what would be drawn, and would crash a comparison."""
    plt.imshow(np.ma.masked_less(np.array([[1.0, 2.0]]), 1.5))
    _, arrays = capture_figures(picture=False)
    assert type(arrays["f0"]) is np.ndarray


@pytest.mark.parametrize(
    ("values", "limits", "seen"),
    [
        ([[-2.0, 0.5, 3.0]], (0, 1), [[0.0, 0.5, 1.0]]),
        ([[-2.0, 0.5, 3.0]], (1, 1), [[1.0, 1.0, 1.0]]),
        ([[-2.0, 0.5, 3.0]], (None, None), [[-2.0, 0.5, 3.0]]),
        ([[np.nan, np.nan]], (None, None), [[np.nan, np.nan]]),
        ([[[0.1, 0.5, 0.9]]], (0.4, 0.6), [[[0.1, 0.5, 0.9]]]),
    ],
)
def test_what_vmin_and_vmax_cut_off_is_not_seen(values, limits, seen):
    """A picture is judged as it would be looked at; colours have no such limits."""
    plt.imshow(np.array(values), vmin=limits[0], vmax=limits[1])
    _, arrays = capture_figures(picture=False)
    assert np.array_equal(arrays["f0"], seen, equal_nan=True)
