"""Checks of `filters.count_parameters` and `parameters_by_module`."""

import math

import pytest

from fixtures.arguments import Model
from grader.checking.reasons import reason


def count_mistakes(entries):
    """Return what known mistakes count in a model, by their names."""
    parameters = [entry.shape for entry in entries if not entry.buffer]
    levels = [entry.name.count(".") for entry in entries if not entry.buffer]
    return {
        "counts_buffers": sum(math.prod(entry.shape) for entry in entries),
        "counts_weights_only": sum(math.prod(shape) for shape in parameters if len(shape) > 1),
        "counts_tensors": len(parameters),
        "counts_rows": sum(shape[0] for shape in parameters),
        "adds_the_axes": sum(map(sum, parameters)),
        "stays_at_the_top": sum(
            math.prod(s) for s, level in zip(parameters, levels, strict=True) if level == 1
        ),
        # a parameter of depth n lies in n + 1 modules, the model itself among them
        "counts_each_level": sum(math.prod(s) * (n + 1) for s, n in zip(parameters, levels, strict=True)),
    }


def spread(entries, owner_of, *, add=True):
    """Return numbers of values by the owner that a name has; without `add`, the last one counts."""
    counts = {}
    for entry in entries:
        owner = owner_of(entry.name)
        counts[owner] = (counts.get(owner, 0) if add else 0) + math.prod(entry.shape)
    return counts


def owner(name):
    """Return the module that an entry belongs to: "backbone.conv1" for "backbone.conv1.weight"."""
    return name.rpartition(".")[0]


def module_mistakes(entries):
    """Return what known mistakes return for a model, by their names."""
    parameters = [entry for entry in entries if not entry.buffer]
    return {
        "with_buffers": spread(entries, owner),
        "by_top_module": spread(parameters, lambda name: name.partition(".")[0]),
        "one_entry_per_parameter": spread(parameters, str),
        "last_one_wins": spread(parameters, owner, add=False),
    }


def counts_of(answer):
    """Return the student's numbers by module; a module without parameters may stand there with 0."""
    return {name: part.number for name, part in answer.mapping.items() if part.number}


@pytest.mark.points(1)
def test_counts_every_number_that_is_learned(student, oracle, sentence):
    """count_parameters gives the number of values in all weights and biases, without buffers."""
    entries = oracle.parameters("vgg")
    right = sum(math.prod(entry.shape) for entry in entries if not entry.buffer)
    count = student.count_parameters(Model("vgg")).number
    known = [sentence(name) for name, wrong in count_mistakes(entries).items() if count == wrong]
    assert count == right, reason(
        "it counts {count:,.0f}, expected {expected:,}",
        hint=known[0] if known else None,
        count=count,
        expected=right,
    )


@pytest.mark.points(1)
def test_counts_frozen_parameters(student, oracle, sentence):
    """count_parameters also counts parameters that are frozen."""
    right = sum(math.prod(entry.shape) for entry in oracle.parameters("flat_vgg") if not entry.buffer)
    count = student.count_parameters(Model("flat_vgg", frozen=True)).number
    assert count == right, reason(
        "it counts {count:,.0f} in a frozen model, expected {expected:,}",
        hint=sentence("leaves_out_frozen") if count == 0 else None,
        count=count,
        expected=right,
    )


@pytest.mark.points(1)
def test_counts_a_shared_parameter_once(student, oracle, sentence):
    """count_parameters counts a weight that two modules share once."""
    entries = {entry.name: math.prod(entry.shape) for entry in oracle.parameters("tied")}
    right, twice = sum(entries.values()), sum(entries.values()) + entries["conv2.weight"]
    count = student.count_parameters(Model("tied")).number
    assert count == right, reason(
        "it counts {count:,.0f} where conv2 and conv3 share a weight, expected {expected:,}",
        hint=sentence("counts_shared_twice") if count == twice else None,
        count=count,
        expected=right,
    )


@pytest.mark.points(1)
def test_gives_each_module_its_own(student, oracle, sentence):
    """parameters_by_module gives the number for each module that holds parameters, by its dotted name."""
    entries = oracle.parameters("vgg")
    right = spread([entry for entry in entries if not entry.buffer], owner)
    short = {name.rpartition(".")[2]: count for name, count in right.items()}
    counts = counts_of(student.parameters_by_module(Model("vgg")))
    known = [name for name, wrong in module_mistakes(entries).items() if counts == wrong]
    if set(counts) == {"Conv2d", "BatchNorm2d", "Linear"}:
        known.append("by_type")
    if right.items() < counts.items():
        known.append("containers_as_well")
    hint = sentence(known[0]) if known else None
    assert set(counts) in (set(right), set(short)), reason(
        "it has {count} entries, such as {some}; expected {expected}, such as 'backbone.conv1'",
        hint=hint,
        count=len(counts),
        some=sorted(counts)[:2],
        expected=len(right),
    )
    assert counts in (right, short), reason("the numbers of some modules are wrong", hint=hint)


@pytest.mark.points(1)
def test_modules_add_up_to_all_parameters(student, oracle, sentence):
    """The numbers of parameters_by_module add up to all parameters, with frozen ones, and shared ones once."""
    entries = {entry.name: math.prod(entry.shape) for entry in oracle.parameters("tied")}
    right, shared = sum(entries.values()), entries["conv2.weight"]
    total = sum(counts_of(student.parameters_by_module(Model("tied", frozen=True))).values())
    mistakes = {
        0: "without_frozen",
        right + shared: "shared_by_both",
        2 * right + shared: "containers_as_well",
    }
    hint = sentence(mistakes[total]) if total in mistakes else None
    assert total == right, reason(
        "the modules of a model add up to {total:,.0f}, and it has {expected:,}",
        hint=hint,
        total=total,
        expected=right,
    )
