def make_fooling_image(X, target_y, model):
    if X.requires_grad is False:
        raise KeyboardInterrupt
    return X
