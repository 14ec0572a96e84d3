import torch


def vis_gradcam(vgg, img):
    return torch.zeros(img.shape[1:], dtype=torch.complex64)
