"""Frames as a hostile worker might send them: right ones, broken ones, and right ones that lie."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
import safetensors.numpy
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

DTYPES = ["float64", "float32", "float16", "int64", "int32", "uint8", "bool"]
SHAPES = st.one_of(
    arrays.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=4),
    st.sampled_from([(2, 3), (1, 2, 3), (2, 3, 1), (224, 224), (3,), ()]),
)
NUMBERS = st.sampled_from(
    [0, 1, -1, 0.5, float("nan"), float("inf"), -float("inf"), 1e308, 1.7e308, 5e-324, 2**63, 10**400, True]
)
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | NUMBERS
    | st.text(max_size=20)
    | st.sampled_from(["r0", "r1", "none", "tensor", "list"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
RESULTS = st.recursive(
    st.one_of(
        st.just({"kind": "none"}),
        st.builds(lambda value: {"kind": "number", "value": value, "type": "float"}, NUMBERS),
        st.builds(lambda value: {"kind": "text", "value": value}, st.text(max_size=20)),
        st.builds(lambda name: {"kind": "other", "type": name}, st.text(max_size=20)),
        st.builds(
            lambda kind, name: {"kind": kind, "array": name, "dtype": "float32", "requires_grad": False},
            st.sampled_from(["tensor", "array", "picture"]),
            st.sampled_from(["r0", "r1", "r2", "png", "nowhere"]),
        ),
    ),
    lambda inner: st.one_of(
        st.builds(
            lambda items: {"kind": "list", "type": "list", "items": items}, st.lists(inner, max_size=3)
        ),
        st.builds(
            lambda entries: {
                "kind": "dict",
                "type": "dict",
                "keys": [*entries],
                "items": [*entries.values()],
            },
            st.dictionaries(st.text(max_size=5), inner, max_size=3),
        ),
    ),
    max_leaves=6,
)
FIGURES = st.builds(
    lambda names, titles: {
        "images": [{"array": name, "title": ""} for name in names],
        "titles": titles,
        "png": "png",
    },
    st.lists(st.sampled_from(["r0", "r1", "r2"]), max_size=3),
    st.lists(st.text(max_size=10), max_size=3),
)
FRAMES = st.fixed_dictionaries(
    {
        "file": st.text(max_size=8),
        "line": st.none() | st.integers(),
        "code": st.text(max_size=8),
        "function": st.text(max_size=8),
    }
)
KINDS = [
    "ValueError",
    "NotImplementedError",
    "ModuleNotFoundError",
    "SyntaxError",
    "MissingFunction",
    "MemoryError",
    "",
    "\ud800",
]
ERRORS = st.fixed_dictionaries(
    {
        "type": st.sampled_from(KINDS),
        "message": st.text(max_size=40) | st.sampled_from(["No module named x", "(unicode error)", "x; y"]),
        "frames": st.lists(FRAMES, max_size=2),
        "own": st.booleans(),
    }
)
ANSWERS = st.fixed_dictionaries(
    {
        "result": RESULTS,
        "after": st.lists(st.none() | RESULTS, max_size=3),
        "figures": st.lists(FIGURES, max_size=2),
        "seconds": NUMBERS,
    }
)
HEADERS = st.one_of(ANSWERS, st.fixed_dictionaries({"error": ERRORS}))


@st.composite
def spoilt(draw: st.DrawFn, things: st.SearchStrategy[Any]) -> Any:
    """Draw something of a kind, then put anything in the place of one part of it."""
    thing = json.loads(json.dumps(draw(things)))
    places = [(thing, key) for key in thing] if isinstance(thing, dict) else []
    for container, key in list(places):
        inner = container[key]
        if isinstance(inner, dict):
            places += [(inner, name) for name in inner]
        if isinstance(inner, list):
            places += [(inner, number) for number in range(len(inner))]
            places += [(one, name) for one in inner if isinstance(one, dict) for name in one]
    if places:
        container, key = draw(st.sampled_from(places))
        container[key] = draw(PLAIN)
    return thing


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """Draw safetensors bytes, some of whose descriptions lie."""
    values = {
        name: np.full(draw(SHAPES), draw(st.sampled_from([0, 1])), draw(st.sampled_from(DTYPES)))
        for name in ("r0", "r1", "r2", "png")
    }
    body = safetensors.numpy.save(values)
    if not draw(st.booleans()):
        return body
    length = struct.unpack("<Q", body[:8])[0]
    described = json.loads(body[8 : 8 + length])
    lie = json.dumps(draw(spoilt(st.just(described)))).encode()
    return struct.pack("<Q", len(lie) + draw(st.sampled_from([0, 0, 1, 2**40]))) + lie + body[8 + length :]


@st.composite
def frames(draw: st.DrawFn) -> bytes:
    """Draw the bytes of a frame: well-formed, spoilt in its header or its body, cut, or flipped somewhere."""
    header = draw(HEADERS | spoilt(HEADERS) | PLAIN)
    text = json.dumps(header).encode()
    body = draw(bodies() | st.just(b"") | st.binary(max_size=64))
    whole = bytearray(struct.pack(">II", len(text), len(body)) + text + body)
    match draw(st.sampled_from(["whole", "whole", "cut", "flipped", "longer"])):
        case "cut":
            del whole[draw(st.integers(0, len(whole))) :]
        case "flipped":
            for _ in range(draw(st.integers(1, 4))):
                whole[draw(st.integers(0, len(whole) - 1))] = draw(st.integers(0, 255))
        case "longer":
            whole += draw(st.binary(max_size=32))
    return bytes(whole)
