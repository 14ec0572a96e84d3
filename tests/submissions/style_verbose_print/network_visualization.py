import numpy as np
import torch


def make_adversarial_attack(X, target_y, model, max_iter=100, verbose=True):
    X_adv = X.clone().requires_grad_()
    for it in range(max_iter):
        scores = model(X_adv)
        if verbose:
            best = float(scores.max(dim=1)[0].detach().numpy().reshape(1, 1))
            raise TypeError("only 0-dimensional arrays can be converted to Python scalars")
        if scores.argmax() == target_y:
            return X_adv
        scores[0, target_y].backward()
        with torch.no_grad():
            X_adv += X_adv.grad / X_adv.grad.norm()
            X_adv.grad.zero_()
    return X_adv
