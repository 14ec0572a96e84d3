import torch


def compute_saliency_maps(X, y, model):
    model = model.float()
    X = X.float().requires_grad_()
    scores = model(X)
    scores[torch.arange(len(y)), y].sum().backward()
    return X.grad.abs().max(dim=1)[0]


def compute_gradient_score(scores, image, class_idx):
    one_hot = torch.zeros(len(scores), dtype=torch.float32)
    one_hot[class_idx] = 1
    scores.backward(one_hot)
    return image.grad[0]


def visualize_saliency(image, model):
    x = torch.FloatTensor(image.numpy()[None]).requires_grad_()
    model(x).max().backward()
    return x.grad[0].pow(2).max(dim=0)[0]
