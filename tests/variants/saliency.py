"""Right answers to the saliency exercise, in other styles."""

import numpy as np
import torch
import torch.nn.functional as F
from torch.autograd import Variable

from reference.variants import accepted

MAPS = "saliency.compute_saliency_maps"
SCORE = "saliency.compute_gradient_score"
VISUALIZE = "saliency.visualize_saliency"


@accepted(of=MAPS, says="gather, squeeze(1), and a backward with a vector of ones")
def gather_and_ones(X, y, model):
    model.eval()
    X.requires_grad_()
    scores = model(X).gather(1, y.view(-1, 1)).squeeze(1)
    scores.backward(torch.ones_like(scores))
    saliency, _ = torch.max(X.grad.data.abs(), dim=1)
    return saliency


@accepted(of=MAPS, says="the scores are averaged over the batch, as in a loss")
def mean_over_batch(X, y, model):
    model.eval()
    X.requires_grad_()
    scores = model(X)
    loss = scores[range(len(y)), y].sum() / len(y)
    loss.backward()
    saliency, _ = X.grad.abs().max(axis=1)
    return saliency


@accepted(of=MAPS, says="a one-hot matrix is the gradient given to backward")
def one_hot_backward(X, y, model):
    X = X.detach().clone()
    X.requires_grad = True
    scores = model(X)
    one_hot = torch.zeros_like(scores)
    one_hot[torch.arange(len(y)), y] = 1
    scores.backward(gradient=one_hot)
    return X.grad.abs().max(dim=1).values


@accepted(of=MAPS, says="a one-hot matrix multiplies the scores")
def one_hot_product(X, y, model):
    X = X.clone().requires_grad_()
    scores = model(X)
    wanted = F.one_hot(y, num_classes=scores.shape[1]).to(scores.dtype)
    torch.sum(scores * wanted).backward()
    return torch.amax(torch.abs(X.grad), 1)


@accepted(of=MAPS, says="a loop over the batch with retain_graph, each time the gradient of one score")
def loop_with_retain_graph(X, y, model):
    X.requires_grad_()
    scores = model(X)
    maps = []
    for i in range(X.shape[0]):
        if X.grad is not None:
            X.grad.zero_()
        scores[i, y[i]].backward(retain_graph=True)
        maps.append(X.grad[i].abs().max(dim=0)[0].clone())
    return torch.stack(maps)


@accepted(of=MAPS, says="one forward and backward pass for each image")
def one_image_at_a_time(X, y, model):
    saliency = torch.zeros(X.shape[0], X.shape[2], X.shape[3], dtype=X.dtype)
    for i in range(len(X)):
        x = X[i : i + 1].clone().detach().requires_grad_(True)
        score = model(x)[0][y[i].item()]
        score.backward()
        saliency[i] = x.grad.abs()[0].max(0)[0]
    return saliency


@accepted(of=MAPS, says="Variable and .data, as in old PyTorch")
def old_pytorch(X, y, model):
    model.eval()
    X_var = Variable(X, requires_grad=True)
    y_var = Variable(y)
    scores = model.forward(X_var)
    picked = scores.gather(1, y_var.view(-1, 1)).squeeze()
    picked.backward(torch.ones_like(picked.data))
    saliency = X_var.grad.data
    saliency = saliency.abs()
    saliency, _ = saliency.max(dim=1)
    return saliency.squeeze(1) if saliency.dim() == 4 else saliency


@accepted(of=MAPS, says="torch.autograd.grad with grad_outputs")
def autograd_grad(X, y, model):
    X = X.clone().requires_grad_(True)
    picked = torch.gather(model(X), 1, y[:, None])
    gradient = torch.autograd.grad(outputs=picked, inputs=X, grad_outputs=torch.ones_like(picked))[0]
    return gradient.abs().max(1)[0].detach()


@accepted(of=MAPS, says="the negated score goes down: the absolute value is the same")
def negated_score(X, y, model):
    X.requires_grad_()
    loss = -model(X)[torch.arange(X.size(0)), y].mean()
    model.zero_grad()
    loss.backward()
    return X.grad.data.abs().max(dim=1)[0]


@accepted(of=MAPS, says="nll_loss on raw scores, which is the negated score")
def nll_loss_on_raw_scores(X, y, model):
    X.requires_grad_()
    F.nll_loss(model(X), y).backward()
    return X.grad.abs().max(dim=1)[0]


@accepted(of=MAPS, says="each map is divided by its largest value")
def divided_by_largest(X, y, model):
    X.requires_grad_()
    model(X)[np.arange(len(y)), y].sum().backward()
    saliency = X.grad.abs().max(dim=1)[0]
    return saliency / saliency.flatten(1).max(dim=1)[0].view(-1, 1, 1)


@accepted(of=MAPS, says="the maximum of the gradient and of its negative")
def maximum_of_both_signs(X, y, model):
    X = X.clone().requires_grad_()
    model(X)[torch.arange(len(y)), y].sum().backward()
    return torch.maximum(X.grad.max(dim=1)[0], (-X.grad).max(dim=1)[0])


@accepted(of=MAPS, says="numpy does the reduction")
def numpy_reduction(X, y, model):
    X.requires_grad_()
    model(X)[torch.arange(len(y)), y].sum().backward()
    return torch.from_numpy(np.abs(X.grad.numpy()).max(axis=1))


@accepted(of=SCORE, says="backward and image.grad")
def backward_and_grad(scores, image, class_idx):
    s_y = scores[class_idx]
    s_y.backward()
    return image.grad[0]


@accepted(of=SCORE, says="backward with retain_graph, squeezed and cloned")
def retain_graph(scores, image, class_idx):
    scores[class_idx].backward(retain_graph=True)
    grad = image.grad.data.clone()
    return grad.squeeze(0)


@accepted(of=SCORE, says="a one-hot vector is given to backward")
def one_hot_vector(scores, image, class_idx):
    one_hot = torch.zeros_like(scores)
    one_hot[class_idx] = 1
    scores.backward(gradient=one_hot)
    return image.grad[0]


@accepted(of=SCORE, says="the batch axis goes with view")
def viewed_without_batch(scores, image, class_idx):
    grad = torch.zeros_like(image)
    torch.index_select(scores, 0, torch.as_tensor([int(class_idx)])).sum().backward()
    grad = image.grad
    return grad.view(*image.shape[1:])


@accepted(of=SCORE, says="torch.autograd.grad with retain_graph")
def autograd_grad_retained(scores, image, class_idx):
    return torch.autograd.grad(scores[class_idx], image, retain_graph=True)[0].squeeze()


@accepted(of=SCORE, says="a tensor hook takes the gradient")
def tensor_hook(scores, image, class_idx):
    kept = []
    handle = image.register_hook(kept.append)
    scores[class_idx].backward()
    handle.remove()
    return kept[0][0]


@accepted(of=VISUALIZE, says="Variable, torch.max of the output, and a square with **")
def variable_and_power(image, model):
    batch = Variable(image.unsqueeze(0), requires_grad=True)
    output = model(batch)[0]
    max_score, max_idx = torch.max(output, 0)
    max_score.backward()
    vis = batch.grad[0] ** 2
    vis, _ = torch.max(vis, 0)
    return vis


@accepted(of=VISUALIZE, says="the square of the largest absolute value")
def square_of_largest_absolute(image, model):
    batch = image[None].clone().requires_grad_()
    scores = model(batch)
    scores[0, scores.argmax(dim=1).item()].backward()
    return batch.grad.abs().max(dim=1)[0][0].pow(2)


@accepted(of=VISUALIZE, says="backward on the largest score, without an index")
def backward_on_maximum(image, model):
    model.eval()
    batch = image.unsqueeze(0).detach().requires_grad_()
    model(batch).max().backward()
    return torch.amax(batch.grad.squeeze(0).square(), dim=0)


@accepted(of=VISUALIZE, says="the batch axis is kept: (1, H, W)")
def batch_axis_kept(image, model):
    batch = image.unsqueeze(0).clone().requires_grad_()
    output = model(batch)
    output.max(dim=1)[0].sum().backward()
    return (batch.grad**2).max(dim=1)[0]


@accepted(of=VISUALIZE, says="a product in place of the square, and a numpy result")
def numpy_result(image, model):
    batch = image.unsqueeze(0).clone().requires_grad_()
    output = model(batch)[0]
    output[output.argmax()].backward()
    g = batch.grad[0].numpy()
    return (g * g).max(axis=0)


@accepted(of=VISUALIZE, says="divided by the maximum for display")
def divided_by_maximum(image, model):
    batch = image.unsqueeze(0).clone().requires_grad_()
    output = model(batch)[0]
    (g,) = torch.autograd.grad(output.max(), batch)
    vis = (g[0] ** 2).max(0)[0]
    return vis / vis.max()
