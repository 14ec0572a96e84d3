import torch


def compute_saliency_maps(X, y, model):
    # Make sure the model is in "test" mode
    model.eval()

    # Make input tensor require gradient
    X.requires_grad_()

    saliency = None
    # *****START OF YOUR CODE*****
    pass
    # *****END OF YOUR CODE*****
    return saliency


def make_fooling_image(X, target_y, model):
    X_fooling = X.clone()
    X_fooling = X_fooling.requires_grad_()

    learning_rate = 1
    # *****START OF YOUR CODE*****
    pass
    # *****END OF YOUR CODE*****
    return X_fooling


def class_visualization_update_step(img, model, target_y, l2_reg, learning_rate):
    # *****START OF YOUR CODE*****
    pass
    # *****END OF YOUR CODE*****
