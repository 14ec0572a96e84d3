import torch


def make_fooling_image(X, target_y, model):
    X_fooling = X.clone().requires_grad_()
    for i in range(10):
        model(X_fooling)[0, target_y].backward()
        X_fooling.data += X_fooling.grad / X_fooling.grad.norm()
        X_fooling.grad.zero_()
    return X_fooling
