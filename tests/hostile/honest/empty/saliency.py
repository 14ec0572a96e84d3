"""Nothing is written yet."""


def compute_saliency_maps(X, y, model):
    raise NotImplementedError


def compute_gradient_score(scores, image, class_idx):
    raise NotImplementedError


def visualize_saliency(image, model):
    raise NotImplementedError
