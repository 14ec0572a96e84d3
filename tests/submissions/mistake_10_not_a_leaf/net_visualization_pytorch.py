import torch


def make_fooling_image(X, target_y, model):
    X_adv = X.clone().requires_grad_()
    for i in range(100):
        scores = model(X_adv)
        if scores.argmax() == target_y:
            break
        scores[0, target_y].backward()
        dX = X_adv.grad / X_adv.grad.norm()
        X_adv = X_adv + dX
        X_adv.requires_grad_()
    return X_adv
