import torch


def compute_saliency_maps(X, y, model):
    X.requires_grad_()
    s = model(X)
    total = 0
    for i in range(len(y)):
        total = total + s[i, y[i]]
    total.backward()
    return X.grad.abs().amax(1)


def compute_gradient_score(scores, image, class_idx):
    return torch.autograd.grad(scores[class_idx], image)[0][0]


def visualize_saliency(image, model):
    scores = model(image.unsqueeze(0))
    best = 0
    while scores[0, best] < scores.max() + 1e-3:
        best = (best + 1) % scores.shape[1]
    return image[0]
