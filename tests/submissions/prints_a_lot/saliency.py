import sys

import torch

LINE = "gradient " * 111 + "\n"  # 1 kB


def compute_saliency_maps(X, y, model):
    X.requires_grad_()
    scores = model(X)
    scores[torch.arange(len(y)), y].sum().backward()
    print("\x1b[2J\x1b[31mclearing your screen\x1b[0m\x07")
    return X.grad.abs().max(dim=1)[0]


def compute_gradient_score(scores, image, class_idx):
    scores[class_idx].backward()
    for _ in range(100_000):
        sys.stdout.write(LINE)
    return image.grad[0]


def visualize_saliency(image, model):
    image = image.unsqueeze(0).requires_grad_()
    model(image).max().backward()
    sys.stderr.write("done\n" * 10_000)
    return image.grad[0].pow(2).max(dim=0)[0]
