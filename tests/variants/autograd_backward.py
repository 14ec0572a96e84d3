"""Right answers to `record_gradients`, in other styles."""

import torch

from reference.variants import accepted

GRADIENTS = "autograd.record_gradients"


@accepted(of=GRADIENTS, says="as in the lecture's notebook: the old register_backward_hook, and prints")
def old_backward_hook(model, layer_name, x, class_idx):
    kept = []

    def hook_grad(self, grad_input, grad_output):
        print("inside " + self.__class__.__name__ + " backward")
        print("grad_input:", type(grad_input), type(grad_input[0]))
        print("grad_output:", type(grad_output), type(grad_output[0]))
        kept.append((grad_input[0], grad_output[0]))

    h = model.get_submodule(layer_name).register_backward_hook(hook_grad)
    input = x.clone().requires_grad_()
    out = model(input)
    out[0, class_idx].backward()
    h.remove()
    return kept[0]


@accepted(of=GRADIENTS, says="a full backward hook, the image made a leaf in place")
def full_backward_hook(model, layer_name, x, class_idx):
    x.requires_grad_()
    grads = {}

    def hook(module, grad_input, grad_output):
        grads["input"], grads["output"] = grad_input[0], grad_output[0]

    handle = model.get_submodule(layer_name).register_full_backward_hook(hook)
    try:
        scores = model(x).squeeze(0)
        scores[class_idx].backward()
    finally:
        handle.remove()
    return grads["input"].detach(), grads["output"].detach()


@accepted(of=GRADIENTS, says="a one-hot row handed to backward, a list returned")
def one_hot_row(model, layer_name, x, class_idx):
    kept = []
    handle = model.get_submodule(layer_name).register_full_backward_hook(
        lambda m, gi, go: kept.extend((*gi, *go))
    )
    scores = model(x.detach().clone().requires_grad_(True))
    one_hot = torch.zeros_like(scores)
    one_hot[0, class_idx] = 1
    scores.backward(gradient=one_hot)
    handle.remove()
    return kept


@accepted(of=GRADIENTS, says="a forward hook keeps both tensors, autograd.grad does the rest")
def forward_hook_and_autograd(model, layer_name, x, class_idx):
    kept = {}

    def hook(module, inputs, output):
        kept["pair"] = (inputs[0], output)

    with model.get_submodule(layer_name).register_forward_hook(hook):
        score = model(x.clone().requires_grad_())[:, class_idx].sum()
    return torch.autograd.grad(score, kept["pair"])


@accepted(of=GRADIENTS, says="tensor hooks within a forward hook")
def tensor_hooks(model, layer_name, x, class_idx):
    grads = {}

    def hook(module, inputs, output):
        inputs[0].register_hook(lambda g: grads.__setitem__("in", g))
        output.register_hook(lambda g: grads.__setitem__("out", g.clone()))

    handle = model.get_submodule(layer_name).register_forward_hook(hook)
    img = torch.autograd.Variable(x, requires_grad=True)
    model(img)[0][class_idx].backward()
    handle.remove()
    return grads["in"], grads["out"]


@accepted(of=GRADIENTS, says="retain_grad, numpy results, the model's gradients cleared")
def retained_gradients(model, layer_name, x, class_idx):
    inside = []

    def hook(module, inputs, output):
        for tensor in (inputs[0], output):
            tensor.retain_grad()
            inside.append(tensor)

    handle = model.get_submodule(layer_name).register_forward_hook(hook)
    try:
        scores = model(x.clone().requires_grad_())
    finally:
        handle.remove()
    model.zero_grad()
    scores[0, class_idx].backward()
    return inside[0].grad.numpy(), inside[1].grad.numpy()
