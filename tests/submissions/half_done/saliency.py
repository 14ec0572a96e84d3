import torch


def compute_saliency_maps(X, y, model):
    # tried with softmax first, scores work better
    X.requires_grad_()
    scores = model(X)
    correct = scores.gather(1, y.unsqueeze(1)).squeeze(1)
    correct.sum().backward()
    saliency, idx = X.grad.max(dim=1)
    return saliency


def compute_gradient_score(scores, image, class_idx):
    score = scores[class_idx]
    score.backward()
    return image.grad.squeeze(0)


def visualize_saliency(image, model):
    x = image.clone().unsqueeze(0)
    x.requires_grad = True
    s = model(x)
    best = torch.argmax(s)
    s[0, best].backward()
    g = x.grad[0]
    return torch.sum(g * g, dim=0)
