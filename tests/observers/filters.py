"""What an answer on a model's parameters does on small nets; see `tests.observe`."""

from fixtures.models import load_model
from reference.filters import count_parameters, parameters_by_module


def of_count(answer):
    """Compare the numbers on nets with buffers, frozen parameters and a shared one."""
    found = []
    for name, frozen in (("flat_vgg", False), ("flat_vgg", True), ("tied", False)):
        model = load_model(name).requires_grad_(not frozen)
        if int(answer(model)) != count_parameters(model):
            found.append(f"count of {name}, frozen: {frozen}")
    return found


def of_modules(answer):
    """Compare the entries, in full or by the last part of their names; zeros may stand."""
    found = []
    for name, frozen in (("flat_vgg", False), ("flat_vgg", True), ("tied", False)):
        model = load_model(name).requires_grad_(not frozen)
        counts = {key: int(count) for key, count in answer(model).items() if int(count)}
        full = parameters_by_module(model)
        if counts not in (full, {key.rpartition(".")[2]: count for key, count in full.items()}):
            found.append(f"modules of {name}, frozen: {frozen}")
    return found


OBSERVERS = {"count_parameters": of_count, "parameters_by_module": of_modules}
