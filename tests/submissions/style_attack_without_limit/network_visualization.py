import torch
from a4_helper import *


def make_adversarial_attack(X, target_y, model):
    X_adv = X.clone()
    X_adv = X_adv.requires_grad_()
    while model(X_adv).argmax(dim=1).item() != target_y:
        model(X_adv)[0, target_y].backward()
        g = X_adv.grad
        X_adv.data += g / g.norm()
        X_adv.grad.zero_()
    return X_adv
