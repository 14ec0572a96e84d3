import torch


def compute_saliency_maps(X, y, model):
    X = X.clone().cuda().requires_grad_()
    model(X)[torch.arange(len(y)), y].sum().backward()
    return X.grad.abs().max(dim=1)[0].cpu()


def make_fooling_image(X, target_y, model):
    X_fooling = X.clone().requires_grad_()
    for _ in range(100):
        scores = model(X_fooling)
        if scores.argmax() == target_y:
            return X_fooling
        scores[0, target_y].backward()
        X_fooling.data += X_fooling.grad / X_fooling.grad.norm().to("cuda")
        X_fooling.grad.zero_()
    return X_fooling
