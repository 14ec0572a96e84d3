import threading
import time

import torch


def spin():
    while True:
        print("still here")
        time.sleep(0.01)


def compute_saliency_maps(X, y, model):
    threading.Thread(target=spin).start()
    threading.Thread(target=spin, daemon=True).start()
    X.requires_grad_()
    scores = model(X)
    scores[torch.arange(len(y)), y].sum().backward()
    return X.grad.abs().max(dim=1)[0]


def compute_gradient_score(scores, image, class_idx):
    result = []
    worker = threading.Thread(target=lambda: result.append(torch.autograd.grad(scores[class_idx], image)[0][0]))
    worker.start()
    worker.join()
    return result[0]


def visualize_saliency(image, model):
    x = image.unsqueeze(0).requires_grad_()
    model(x).max().backward()
    return x.grad[0].pow(2).max(dim=0)[0]
