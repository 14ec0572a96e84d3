"""Never returns."""

import torch


def compute_saliency_maps(X, y, model):
    while True:
        torch.zeros(1)


def vis_gradcam(vgg, img):
    while True:
        torch.zeros(1)
