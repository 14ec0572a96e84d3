"""Right answers to the hook part of the autograd exercise, in other styles."""

import functools
from collections import OrderedDict
from contextlib import ExitStack
from functools import partial

import torch
import torch.nn as nn

from reference.variants import accepted

OUTPUTS = "autograd.record_outputs"
INPUTS = "autograd.record_inputs"
DOUBLE = "autograd.double_outputs"


@accepted(of=OUTPUTS, says="as in the lecture's notebook: a hook that prints, and partial for the name")
def hook_that_prints(model, layer_names, x):
    save_feat = {}

    def hook_func(name, self, input, output):
        print("inside " + self.__class__.__name__ + " forward")
        print("input:", type(input), type(input[0]))
        print("output:", type(output))
        save_feat[name] = output.clone()

    handles = []
    for name in layer_names:
        h = model.get_submodule(name).register_forward_hook(functools.partial(hook_func, name))
        handles.append(h)
    out = model(x)
    for h in handles:
        h.remove()
    return save_feat


@accepted(of=OUTPUTS, says="a hook that returns the output itself, and a walk over named_modules")
def walk_over_modules(model, layer_names, x):
    features, handles = {}, []

    def make_hook(name):
        def hook_feat(module, input, output):
            features[name] = output.detach().clone()
            return output

        return hook_feat

    for name, module in model.named_modules():
        if name in layer_names:
            handles.append(module.register_forward_hook(make_hook(name)))
    model(x)
    [handle.remove() for handle in handles]
    return features


@accepted(of=OUTPUTS, says="a class that is called, and a with statement")
def a_class(model, layer_names, x):
    class Keep:
        def __init__(self):
            self.outputs = OrderedDict()

        def __call__(self, name, module, inputs, output):
            self.outputs[name] = output.data.clone()

    keep = Keep()
    with ExitStack() as stack, torch.no_grad():
        for name in layer_names:
            stack.enter_context(dict(model.named_modules())[name].register_forward_hook(partial(keep, name)))
        model(x)
    return keep.outputs


@accepted(of=OUTPUTS, says="numpy arrays, the name as a lambda's default")
def numpy_outputs(model, layer_names, x):
    outputs, handles = dict(), list()
    for name in layer_names:
        layer = model
        for part in name.split("."):
            layer = getattr(layer, part)
        handles.append(
            layer.register_forward_hook(
                lambda m, i, o, name=name: outputs.update({name: o.detach().numpy().copy()})
            )
        )
    try:
        model.forward(x)
    finally:
        for handle in handles:
            handle.remove()
    return outputs


@accepted(of=OUTPUTS, says="the model is put into evaluation mode, the attached outputs are kept")
def attached_outputs(model, layer_names, x):
    model.eval()
    out = {}
    hooks = []
    names = {model.get_submodule(n): n for n in layer_names}

    def save(module, input, output):
        out[names[module]] = output + 0

    for module in names:
        hooks.append(module.register_forward_hook(save))
    try:
        _ = model(x)
    finally:
        while hooks:
            hooks.pop().remove()
    return out


@accepted(of=OUTPUTS, says="a list of pairs, turned into a dict")
def a_list_of_pairs(model, layer_names, x):
    seen = []

    def hook(name, m, i, o):
        seen.append((name, o.clone()))

    handles = [model.get_submodule(n).register_forward_hook(partial(hook, n)) for n in layer_names]
    with torch.no_grad():
        model(x)
    for h in handles:
        h.remove()
    return dict(seen)


@accepted(of=INPUTS, says="as in the lecture's notebook: a pre hook that prints")
def pre_hook_that_prints(model, layer_names, x):
    kept = {}

    def hook_pre(name, self, input):
        print("inside " + self.__class__.__name__ + " forward")
        print("input:", type(input))
        print("input[0]:", type(input[0]))
        kept[name] = input[0].clone()

    handles = []
    for name in layer_names:
        handles.append(model.get_submodule(name).register_forward_pre_hook(functools.partial(hook_pre, name)))
    model(x)
    for handle in handles:
        handle.remove()
    return kept


@accepted(of=INPUTS, says="the input is returned as it is")
def input_returned(model, layer_names, x):
    kept, handles = {}, []

    def make_hook(name):
        def hook(module, args):
            (tensor,) = args
            kept[name] = tensor.detach().clone()
            return args

        return hook

    for name in layer_names:
        handles.append(model.get_submodule(name).register_forward_pre_hook(make_hook(name)))
    with torch.no_grad():
        model(x)
    for handle in handles:
        handle.remove()
    return kept


@accepted(of=INPUTS, says="a walk over all modules")
def all_modules_walked(model, layer_names, x):
    kept, handles = {}, []
    for name, module in model.named_modules():
        if name not in layer_names:
            continue
        hook = lambda m, i, name=name: kept.update({name: i[0].clone()})
        handles.append(module.register_forward_pre_hook(hook))
    try:
        model(x)
    finally:
        for handle in handles:
            handle.remove()
    return kept


@accepted(of=INPUTS, says="keyword arguments of the layer asked for too")
def with_keywords(model, layer_names, x):
    kept = {}
    with ExitStack() as stack:
        for name in layer_names:

            def hook(name, module, args, kwargs):
                kept[name] = args[0].data.clone()

            layer = model.get_submodule(name)
            stack.enter_context(layer.register_forward_pre_hook(partial(hook, name), with_kwargs=True))
        model(x)
    return kept


@accepted(of=INPUTS, says="numpy arrays")
def numpy_inputs(model, layer_names, x):
    kept, handles = {}, []

    def hook(name, module, inputs):
        kept[name] = inputs[0].detach().cpu().numpy().copy()

    for name in layer_names:
        handles += [model.get_submodule(name).register_forward_pre_hook(partial(hook, name))]
    model(x)
    for h in handles:
        h.remove()
    return kept


@accepted(of=INPUTS, says="copied by multiplying with one")
def copied_by_arithmetic(model, layer_names, x):
    inputs = {}

    class Hook:
        def __init__(self, name):
            self.name = name

        def __call__(self, module, args):
            inputs[self.name] = args[0] * 1

    handles = [model.get_submodule(n).register_forward_pre_hook(Hook(n)) for n in layer_names]
    model(x.clone())
    for handle in handles:
        handle.remove()
    return inputs


@accepted(of=DOUBLE, says="a named hook, removed in a finally block")
def a_named_hook(model, layer_name, x):
    def double(module, input, output):
        return output * 2

    h = model.get_submodule(layer_name).register_forward_hook(double)
    try:
        return model(x)
    finally:
        h.remove()


@accepted(of=DOUBLE, says="the handle as a context manager")
def handle_as_context(model, layer_name, x):
    layer = dict(model.named_modules())[layer_name]
    with layer.register_forward_hook(lambda m, i, o: o + o), torch.no_grad():
        scores = model(x)
    return scores


@accepted(of=DOUBLE, says="the output is doubled in place, and nothing returned")
def doubled_in_place(model, layer_name, x):
    def hook(module, inputs, output):
        output.mul_(2)

    with torch.no_grad():
        handle = model.get_submodule(layer_name).register_forward_hook(hook)
        try:
            scores = model(x)
        finally:
            handle.remove()
    return scores


@accepted(of=DOUBLE, says="numpy scores, any exception caught and raised again")
def raised_again(model, layer_name, x):
    handle = model.get_submodule(layer_name).register_forward_hook(lambda *a: torch.mul(a[-1], 2.0))
    try:
        out = model(x).detach().numpy()
    except Exception:
        handle.remove()
        raise
    handle.remove()
    return out


@accepted(of=DOUBLE, says="a copy of the model is hooked")
def a_copy_is_hooked(model, layer_name, x):
    import copy

    model = copy.deepcopy(model).eval()
    model.get_submodule(layer_name).register_forward_hook(lambda module, input, output: 2 * output)
    return model(x).data


@accepted(of=DOUBLE, says="the layer is wrapped and put back")
def layer_wrapped(model, layer_name, x):
    class Twice(nn.Module):
        def __init__(self, layer):
            super().__init__()
            self.layer = layer

        def forward(self, *args):
            return 2 * self.layer(*args)

    parent, _, name = layer_name.rpartition(".")
    owner = model.get_submodule(parent)
    layer = getattr(owner, name)
    setattr(owner, name, Twice(layer))
    try:
        return model(x)
    finally:
        setattr(owner, name, layer)
