"""Everything right, in a style that also saves pictures, as many notebooks do."""
import os
import tempfile

import matplotlib.pyplot as plt
import numpy as np
import torch


def compute_saliency_maps(X, y, model):
    X.requires_grad_()
    scores = model(X)
    scores[np.arange(len(y)), y].sum().backward()
    maps = torch.amax(X.grad.abs(), dim=1)
    os.makedirs("visualization", exist_ok=True)
    plt.imshow(maps[0])
    plt.savefig("visualization/saliency.png")
    with tempfile.TemporaryFile() as file:
        file.write(maps.numpy().tobytes())
    return maps


def compute_gradient_score(scores, image, class_idx):
    scores[class_idx].backward()
    print("done")
    return image.grad[0]


def visualize_saliency(image, model):
    x = image[None].requires_grad_()
    model(x).max().backward()
    return torch.amax(x.grad[0] ** 2, dim=0)
