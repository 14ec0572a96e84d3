import torch
from google.colab import drive
from image_utils import SQUEEZENET_MEAN
from scipy.ndimage.filters import gaussian_filter1d
from torch.autograd import Variable

drive.mount("/content/drive")


def compute_saliency_maps(X, y, model):
    model.eval()
    X_var = Variable(X, requires_grad=True)
    y_var = Variable(y)
    scores = model.forward(X_var)
    right = scores.gather(1, y_var.view(-1, 1)).squeeze()
    right.backward(torch.ones_like(right.data), retain_graph=True)
    saliency = X_var.grad.data.abs().max(dim=1)[0].squeeze(1) if X.dim() == 5 else X_var.grad.data.abs().max(dim=1)[0]
    X.requires_grad = True
    X.grad = X_var.grad
    return saliency


def make_fooling_image(X, target_y, model):
    from tqdm import tqdm

    for _ in tqdm(range(1)):
        X_fooling = X.clone()
    X_fooling = X_fooling.requires_grad_()
    while True:
        scores = model(X_fooling)
        pred = torch.argmax(scores)
        print("the model sees", pred.item())
        if pred == target_y:
            break
        model.zero_grad()
        scores[0, target_y].backward()
        X_fooling.data += X_fooling.grad.data / torch.norm(X_fooling.grad.data)
        X_fooling.grad.data.zero_()
    return X_fooling * 1


def class_visualization_update_step(img, model, target_y, l2_reg, learning_rate):
    if img.grad is not None:
        img.grad.zero_()
    loss = model(img)[0, target_y] - l2_reg * torch.sum(img**2)
    loss.backward()
    with torch.no_grad():
        img += learning_rate * img.grad
