import torch

torch.set_num_threads(4)
torch.backends.mkldnn.enabled = False
torch.use_deterministic_algorithms(True, warn_only=True)


def compute_saliency_maps(X, y, model):
    X.requires_grad_()
    scores = model(X)
    scores[torch.arange(len(y)), y].sum().backward()
    return X.grad.abs().max(dim=1)[0]


def compute_gradient_score(scores, image, class_idx):
    scores[class_idx].backward()
    return image.grad[0]


def visualize_saliency(image, model):
    x = image.unsqueeze(0).requires_grad_()
    model(x).max().backward()
    return x.grad[0].pow(2).max(dim=0)[0]
