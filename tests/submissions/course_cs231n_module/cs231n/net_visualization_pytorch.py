import random

import numpy as np
import torch
import torchvision.transforms as T
from scipy.ndimage.filters import gaussian_filter1d

from .image_utils import SQUEEZENET_MEAN, SQUEEZENET_STD


def compute_saliency_maps(X, y, model):
    """Saliency maps, (N, H, W), for images X (N, 3, H, W) and labels y (N,)."""
    # Make sure the model is in "test" mode
    model.eval()

    # Make input tensor require gradient
    X.requires_grad_()

    saliency = None
    # *****START OF YOUR CODE*****

    scores = model(X)
    right = scores.gather(1, y.view(-1, 1)).squeeze(1)
    right.backward(torch.ones_like(right))
    saliency, _ = X.grad.data.abs().max(dim=1)

    # *****END OF YOUR CODE*****
    return saliency


def make_fooling_image(X, target_y, model):
    """An image close to X, (1, 3, H, W), that the model takes for target_y."""
    X_fooling = X.clone()
    X_fooling = X_fooling.requires_grad_()

    learning_rate = 1
    # *****START OF YOUR CODE*****

    for it in range(100):
        scores = model(X_fooling)
        if scores.data.max(1)[1][0] == target_y:
            print("fooled after %d steps" % it)
            break
        scores[0, target_y].backward()
        with torch.no_grad():
            X_fooling += learning_rate * X_fooling.grad / X_fooling.grad.norm()
            X_fooling.grad.zero_()

    # *****END OF YOUR CODE*****
    return X_fooling


def class_visualization_update_step(img, model, target_y, l2_reg, learning_rate):
    # *****START OF YOUR CODE*****

    score = model(img)[0, target_y] - l2_reg * (img * img).sum()
    score.backward()
    img.data += learning_rate * img.grad.data
    img.grad.zero_()

    # *****END OF YOUR CODE*****


def preprocess(img, size=224):
    transform = T.Compose(
        [
            T.Resize(size),
            T.ToTensor(),
            T.Normalize(mean=SQUEEZENET_MEAN.tolist(), std=SQUEEZENET_STD.tolist()),
        ]
    )
    return transform(img)


def blur_image(X, sigma=1):
    X_np = X.cpu().clone().numpy()
    X_np = gaussian_filter1d(X_np, sigma, axis=2)
    X_np = gaussian_filter1d(X_np, sigma, axis=3)
    X.copy_(torch.Tensor(X_np).type_as(X))
    return X
