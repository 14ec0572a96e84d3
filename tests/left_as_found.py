"""Models in the states that students' models are in, and what a function may have changed about one."""

import torch

STATES = ("plain", "train", "frozen", "with_gradients", "no_grad")


def prepare(model, state):
    """Return the model in one of STATES."""
    if state == "train":
        model.train()
        next(model.children()).eval()  # modes are mixed, as in fine-tuning
    if state == "frozen":
        model.requires_grad_(False)
    if state == "with_gradients":
        for parameter in model.parameters():
            parameter.grad = torch.ones_like(parameter)
    return model


def describe(model):
    """Return everything that must be as before: modes, hooks, weights, buffers, gradients, what requires them."""
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    modules = [
        (
            module.training,
            getattr(module, "inplace", None),
            sorted(vars(module)),
            [len(getattr(module, kind)) for kind in kinds],
        )
        for module in model.modules()
    ]
    parameters = [
        (name, values.requires_grad, None if values.grad is None else values.grad.tolist())
        for name, values in model.named_parameters()
    ]
    state = {name: values.tolist() for name, values in model.state_dict().items()}
    return modules, parameters, state
