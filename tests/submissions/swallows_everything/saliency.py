import torch


def compute_saliency_maps(X, y, model):
    X.requires_grad_()
    model(X)[range(len(y)), y].sum().backward()
    return X.grad.abs().max(1).values


def compute_gradient_score(scores, image, class_idx):
    scores[class_idx].backward()
    return image.grad[0]


def visualize_saliency(image, model):
    x = image.unsqueeze(0)
    while True:
        try:
            return model(x).backward()
        except BaseException:
            pass
