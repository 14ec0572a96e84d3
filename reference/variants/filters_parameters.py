"""Wrong answers to the exercise on what a model is made of."""

from torch import nn

from reference.variants import mistake

COUNT = "filters.count_parameters"
BY_MODULE = "filters.parameters_by_module"


@mistake(
    of=COUNT,
    says="It looks like the buffers were counted as well: the state dict also holds running means and variances, which "
    "are not learned, so go through model.parameters().",
)
def counts_buffers(model: nn.Module) -> int:
    return sum(tensor.numel() for tensor in model.state_dict().values())


@mistake(
    of=COUNT,
    says="It looks like frozen parameters were left out: they are parameters all the same, so do not look at "
    "requires_grad.",
)
def leaves_out_frozen(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


@mistake(
    of=COUNT,
    says="It looks like only the weights were counted: biases and the scales of normalisation layers are parameters "
    "too.",
)
def counts_weights_only(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters() if p.dim() > 1)


@mistake(
    of=COUNT,
    says="It looks like the parameter tensors were counted and not the numbers in them: add up p.numel().",
)
def counts_tensors(model: nn.Module) -> int:
    return len(list(model.parameters()))


@mistake(
    of=COUNT,
    says="It looks like the first axis of each parameter was counted in place of all its numbers: len(p) is the length "
    "of one axis, p.numel() the number of values.",
)
def counts_rows(model: nn.Module) -> int:
    return sum(len(p) for p in model.parameters())


@mistake(
    of=COUNT,
    says="It looks like the lengths of the axes were added: the number of values in a tensor is their product, "
    "p.numel().",
)
def adds_the_axes(model: nn.Module) -> int:
    return sum(sum(p.shape) for p in model.parameters())


@mistake(
    of=COUNT,
    says="It looks like only the modules at the top were looked at: the parameters of backbone.conv1 belong to a "
    "module within a module, and model.parameters() finds them all.",
)
def stays_at_the_top(model: nn.Module) -> int:
    return sum(p.numel() for child in model.children() for p in child.parameters(recurse=False))


@mistake(
    of=COUNT,
    says="It looks like parameters were counted once for each module that they lie in: module.parameters() already "
    "holds those of the modules inside, so ask the whole model once.",
)
def counts_each_level(model: nn.Module) -> int:
    return sum(p.numel() for module in model.modules() for p in module.parameters())


@mistake(
    of=COUNT,
    says="It looks like a weight that two modules share was counted twice: model.parameters() gives it once.",
)
def counts_shared_twice(model: nn.Module) -> int:
    return sum(p.numel() for module in model.modules() for p in module.parameters(recurse=False))


@mistake(
    of=BY_MODULE,
    says="It looks like the modules at the top were counted as a whole: go down to the modules that hold the "
    "parameters themselves, such as backbone.conv1.",
)
def by_top_module(model: nn.Module) -> dict[str, int]:
    return {
        name: sum(p.numel() for p in child.parameters())
        for name, child in model.named_children()
        if list(child.parameters())
    }


@mistake(
    of=BY_MODULE,
    says="It looks like each parameter has an entry of its own: the weight and the bias of a module belong together, "
    "so take the last part off the name and add them up.",
)
def one_entry_per_parameter(model: nn.Module) -> dict[str, int]:
    return {name: p.numel() for name, p in model.named_parameters()}


@mistake(
    of=BY_MODULE,
    says="It looks like modules were counted together with what they contain: a parameter then counts at each level, "
    "so ask each module for its own only, parameters(recurse=False).",
)
def containers_as_well(model: nn.Module) -> dict[str, int]:
    return {name: sum(p.numel() for p in module.parameters()) for name, module in model.named_modules()}


@mistake(
    of=BY_MODULE,
    says="It looks like modules of one type were put together: each module has an entry of its own, under its name.",
)
def by_type(model: nn.Module) -> dict[str, int]:
    counts: dict[str, int] = {}
    for module in model.modules():
        for p in module.parameters(recurse=False):
            kind = module.__class__.__name__
            counts[kind] = counts.get(kind, 0) + p.numel()
    return counts


@mistake(
    of=BY_MODULE,
    says="It looks like the buffers of each module were added to its parameters: the state dict holds both, so go "
    "through model.named_parameters().",
)
def with_buffers(model: nn.Module) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name, tensor in model.state_dict().items():
        owner = name.rsplit(".", 1)[0]
        counts[owner] = counts.get(owner, 0) + tensor.numel()
    return counts


@mistake(
    of=BY_MODULE,
    says="It looks like the frozen parameters of a module were left out: they are parameters all the same, so do not "
    "look at requires_grad.",
)
def without_frozen(model: nn.Module) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name, p in model.named_parameters():
        if p.requires_grad:
            owner = name.rsplit(".", 1)[0]
            counts[owner] = counts.get(owner, 0) + p.numel()
    return counts


@mistake(
    of=BY_MODULE,
    says="It looks like the bias overwrote the weight: where a module already has an entry, add to it with +=.",
)
def last_one_wins(model: nn.Module) -> dict[str, int]:
    counts = {}
    for name, p in model.named_parameters():
        counts[name.rsplit(".", 1)[0]] = p.numel()
    return counts


@mistake(
    of=BY_MODULE,
    says="It looks like a weight that two modules share counts for both: then the numbers no longer add up to all "
    "parameters, and model.named_parameters() gives it once.",
)
def shared_by_both(model: nn.Module) -> dict[str, int]:
    counts = {}
    for name, module in model.named_modules():
        own = list(module.parameters(recurse=False))
        if own:
            counts[name] = sum(p.numel() for p in own)
    return counts
