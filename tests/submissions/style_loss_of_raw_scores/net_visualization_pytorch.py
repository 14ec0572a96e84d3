import torch
import torch.nn.functional as F


def compute_saliency_maps(X, y, model):
    X.requires_grad_()
    scores = model(X)
    maps = []
    for i in range(X.shape[0]):
        if X.grad is not None:
            X.grad.zero_()
        F.nll_loss(scores[i : i + 1], y[i : i + 1]).backward(retain_graph=True)
        maps.append(X.grad[i].abs().max(dim=0)[0].clone())
    return torch.stack(maps)


def make_fooling_image(X, target_y, model):
    X_fooling = X.clone().requires_grad_()
    for i in range(100):
        scores = model(X_fooling)
        _, index = torch.max(scores, dim=1)
        if index.item() == target_y:
            break
        (-scores[0, target_y]).backward()
        with torch.no_grad():
            X_fooling -= X_fooling.grad / X_fooling.grad.norm()
            X_fooling.grad = None
    return X_fooling


def update_class_visulization(model, target_y, l2_reg, learning_rate, img):
    loss = model(img)[0, target_y] - l2_reg * (img**2).sum()
    loss.backward()
    img.data = img.data + learning_rate * img.grad.data / img.grad.data.norm()
    img.grad.data.zero_()
    return img
