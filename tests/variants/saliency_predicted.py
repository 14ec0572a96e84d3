"""Right answers to `visualize_saliency`, in more styles."""

import numpy as np
import torch
from torch.autograd import Variable

from reference.saliency import compute_gradient_score
from reference.variants import accepted

VISUALIZE = "saliency.visualize_saliency"


@accepted(of=VISUALIZE, says="the image itself requires grad, model.forward and .data")
def image_requires_grad(image, model):
    model.eval()
    image.requires_grad_()
    output = model.forward(image.unsqueeze(0))
    model.zero_grad()
    output[0, output.data.max(1)[1].item()].backward()
    return (image.grad.data**2).max(0)[0]


@accepted(of=VISUALIZE, says="the largest of three channels, one after the other")
def channel_after_channel(image, model):
    X = image.detach().clone().unsqueeze(0)
    X.requires_grad = True
    scores = model(X)
    scores[0, scores[0].argmax()].backward()
    r, g, b = X.grad[0].pow(2)
    return torch.max(r, torch.max(g, b))


@accepted(of=VISUALIZE, says="topk and gather, and a backward with ones")
def topk_and_gather(image, model):
    X = Variable(image[None], requires_grad=True)
    scores = model(X)
    _, index = scores.topk(1, dim=1)
    scores.gather(1, index).backward(torch.ones(1, 1, dtype=scores.dtype), retain_graph=True)
    saliency, _ = torch.max(X.grad.data**2, dim=1)
    return saliency.squeeze(0)


@accepted(of=VISUALIZE, says="a one-hot row where the probability is largest, numpy for the rest")
def one_hot_of_the_likeliest(image, model):
    X = image.unsqueeze(0).clone().requires_grad_(True)
    scores = model(X)
    probabilities = torch.softmax(scores.detach(), dim=1).numpy()
    one_hot = np.zeros_like(probabilities)
    one_hot[0, np.argmax(probabilities)] = 1
    scores.backward(gradient=torch.from_numpy(one_hot))
    return np.amax(np.square(X.grad.numpy()[0]), axis=0)


@accepted(of=VISUALIZE, says="compute_gradient_score with a plain number, printed on the way")
def plain_number(image, model):
    batch = image.reshape(1, *image.shape).detach().requires_grad_()
    scores = model(batch).squeeze()
    predicted = torch.argmax(scores).item()
    print("predicted class:", predicted)
    gradient = compute_gradient_score(scores, batch, predicted)
    return torch.max(gradient * gradient, dim=0).values


@accepted(of=VISUALIZE, says="sorted along the channels, the last one taken")
def sorted_channels(image, model):
    with torch.enable_grad():
        batch = torch.stack([image.detach()]).requires_grad_()
        scores = model(batch)
        label = int(scores.argsort(dim=1)[0, -1])
        gradient = torch.autograd.grad(scores[:, label].sum(), batch, retain_graph=True)[0]
    return gradient.square().sort(dim=1)[0][0, -1]
