"""A1: never comes back."""


def compute_saliency_maps(X, y, model):
    while True:
        pass
