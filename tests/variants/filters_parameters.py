"""Right answers to the exercise on what a model is made of, in other styles."""

from collections import Counter, OrderedDict, defaultdict

import numpy as np
import torch

from reference.variants import accepted

COUNT = "filters.count_parameters"
BY_MODULE = "filters.parameters_by_module"


@accepted(of=COUNT, says="a loop, and nelement")
def loop_over_names(model):
    total = 0
    for name, param in model.named_parameters():
        total += param.nelement()
    return total


@accepted(of=COUNT, says="the product of the shape, a number of NumPy")
def product_of_the_shape(model):
    return np.sum([np.prod(p.size()) for p in model.parameters()])


@accepted(of=COUNT, says="a tensor of one element")
def tensor_of_one(model):
    return torch.tensor([len(p.flatten()) for p in model.parameters()]).sum()


@accepted(of=COUNT, says="one long vector")
def one_long_vector(model):
    return len(torch.nn.utils.parameters_to_vector(model.parameters()))


@accepted(of=COUNT, says="map and a float")
def mapped(model):
    return float(sum(map(torch.numel, model.parameters())))


@accepted(of=COUNT, says="parameters kept by their identity, in a walk over the modules")
def walk_over_modules(model):
    seen = {}
    for module in model.modules():
        for param in module._parameters.values():
            if param is not None:
                seen[id(param)] = param.numel()
    return sum(seen.values())


@accepted(of=BY_MODULE, says="short names: the part behind backbone")
def names_without_backbone(model):
    counts = {}
    for name, param in model.named_parameters():
        names = name.split(".")
        if "backbone" in name:
            n = names[1]
        else:
            n = names[0]
        counts[n] = counts.get(n, 0) + param.numel()
    return counts


@accepted(of=BY_MODULE, says="modules without parameters have an entry of 0")
def zeros_kept(model):
    seen = set()
    counts = {}
    for name, module in model.named_modules():
        own = [p for p in module.parameters(recurse=False) if p not in seen]
        seen.update(own)
        counts[name] = sum(p.numel() for p in own)
    return counts


@accepted(of=BY_MODULE, says="a Counter")
def counter(model):
    counts = Counter()
    for name, param in model.named_parameters():
        counts[name.rsplit(".", 1)[0]] += param.numel()
    return counts


@accepted(of=BY_MODULE, says="a defaultdict, backwards")
def default_dict_backwards(model):
    counts = defaultdict(int)
    for name, param in reversed(list(model.named_parameters())):
        counts[".".join(name.split(".")[:-1])] += np.prod(param.shape)
    return counts


@accepted(of=BY_MODULE, says="an OrderedDict of tensors, setdefault")
def ordered_dict_of_tensors(model):
    counts = OrderedDict()
    for name, param in model.named_parameters():
        counts.setdefault(name[: name.rindex(".")], torch.tensor(0)).add_(param.numel())
    return counts


@accepted(of=BY_MODULE, says="a comprehension over the names of the modules")
def comprehension_over_names(model):
    params = dict(model.named_parameters())
    owners = dict.fromkeys(name.rpartition(".")[0] for name in params)
    return {
        owner: sum(p.numel() for n, p in params.items() if n.rpartition(".")[0] == owner) for owner in owners
    }


@accepted(of=BY_MODULE, says="recursion over the children, a shared weight counted where it is met first")
def recursion(model):
    counts, seen = {}, []

    def visit(module, path):
        own = [p for p in module._parameters.values() if p is not None and not any(p is q for q in seen)]
        seen.extend(own)
        if own:
            counts[path] = sum(p.numel() for p in own)
        for name, child in module.named_children():
            visit(child, f"{path}.{name}".lstrip("."))

    visit(model, "")
    return counts
