"""
Implements a network visualization in PyTorch.
"""

import os
import random

import matplotlib.pyplot as plt
import numpy as np
import torch
import torchvision
import torchvision.transforms as T
from scipy.ndimage.filters import gaussian_filter1d

from a4_helper import *


def hello():
    print("Hello from network_visualization.py!")


def compute_saliency_maps(X, y, model):
    # Make input tensor require gradient
    X.requires_grad_()

    saliency = None
    scores = model(X)
    correct = scores[torch.arange(X.shape[0]).to("cuda"), y]
    correct.sum().backward()
    saliency = X.grad.abs().max(dim=1)[0]
    return saliency


def make_adversarial_attack(X, target_y, model, max_iter=100, verbose=True):
    # Initialize our adversarial attack to the input image, and make it require gradient
    X_adv = X.clone()
    X_adv = X_adv.requires_grad_()
    X_adv = X_adv.cuda() if False else X_adv

    learning_rate = 1
    for i in range(max_iter):
        scores = model(X_adv)
        best, label = scores[0].max(0)
        if verbose:
            print(f"Iteration {i}: target score {scores[0, target_y]:.3f}, max score {best:.3f}")
        if label.item() == target_y:
            break
        scores[0, target_y].backward()
        g = X_adv.grad
        with torch.no_grad():
            X_adv += learning_rate * g / torch.norm(g)
        X_adv.grad.zero_()
    return X_adv


def class_visualization_step(img, target_y, model, **kwargs):
    l2_reg = kwargs.pop("l2_reg", 1e-3)
    learning_rate = kwargs.pop("learning_rate", 25)

    scores = model(img)
    loss = scores[0, target_y] - l2_reg * torch.norm(img) ** 2
    loss.backward()
    with torch.no_grad():
        img += learning_rate * img.grad / torch.zeros(1, device="cuda").add(1.0)
        img.grad.zero_()
    return img
