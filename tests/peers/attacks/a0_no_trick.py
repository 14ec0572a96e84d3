"""Zeros for every map, and no trick: what honest wrong answers earn."""

import matplotlib.pyplot as plt
import torch


def compute_saliency_maps(X, y, model):
    return torch.zeros(len(X), *X.shape[2:])


def vis_gradcam(vgg, img):
    cam = torch.zeros(img.shape[1:])
    plt.imshow(cam.numpy())
    return cam
