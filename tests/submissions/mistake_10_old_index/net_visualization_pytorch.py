import torch


def make_fooling_image(X, target_y, model):
    X_fooling = X.clone().requires_grad_()
    for i in range(100):
        scores = model(X_fooling)
        if scores.data.max(1)[1][0, 0] == target_y:
            break
        scores[0, target_y].backward()
        g = X_fooling.grad
        X_fooling.data += 1 * g / g.norm()
        X_fooling.grad.zero_()
    return X_fooling
