"""Right answers to `vis_gradcam`, with other ways to the layer's output and its gradient."""

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from reference.variants import accepted

GRADCAM = "gradcam.vis_gradcam"

save_feat = []
save_grad = []


@accepted(of=GRADCAM, says="global lists that are emptied first, Variable-like flags and .data")
def global_lists_emptied(vgg, img):
    del save_feat[:], save_grad[:]
    vgg.eval()
    for module_name, module in vgg.get_model_shortcuts():
        if module_name == "bn5_2":
            forward_handle = module.register_forward_hook(lambda m, i, o: save_feat.append(o))
    img = img.unsqueeze(0)
    s = vgg(img)[0]
    forward_handle.remove()
    save_feat[-1].register_hook(lambda g: save_grad.append(g))
    y = torch.argmax(s).item()
    s[y].backward(retain_graph=True)
    alpha = nn.AdaptiveAvgPool2d(1)(save_grad[0])
    weighted_sum = torch.sum(alpha * save_feat[0], dim=1, keepdim=True)
    cam = nn.ReLU()(weighted_sum).data
    cam = nn.Upsample(size=(img.shape[2], img.shape[3]), mode="bilinear")(cam).squeeze()
    if cam.max() > 0:
        cam = cam / cam.max()
    plt.imshow(cam.numpy())
    return cam


@accepted(of=GRADCAM, says="a class with both hooks, inside the function")
def class_inside(vgg, img):
    class GradCam:
        def __init__(self, model, layer):
            self.model = model
            self.handles = [
                layer.register_forward_hook(self.keep_features),
                layer.register_full_backward_hook(self.keep_gradients),
            ]

        def keep_features(self, module, inputs, output):
            self.features = output.detach().clone()

        def keep_gradients(self, module, grad_input, grad_output):
            self.gradients = grad_output[0].detach().clone()

        def __call__(self, X):
            scores = self.model(X)
            self.model.zero_grad()
            scores.max().backward()
            for handle in self.handles:
                handle.remove()
            alpha = self.gradients.mean(dim=3).mean(dim=2)[0]
            C, h, w = self.features[0].shape
            return (alpha @ self.features[0].reshape(C, h * w)).reshape(h, w).clamp_min(0)

    cam = GradCam(vgg, vgg.backbone.bn5_2)(img[None])
    cam = F.interpolate(cam[None, None], size=img.shape[1:], mode="bilinear", align_corners=False)
    cam = cam.squeeze()
    peak = float(cam.max())
    plt.imshow(cam / peak if peak > 0 else cam, cmap="hot")
    return cam / peak if peak > 0 else cam


@accepted(of=GRADCAM, says="numpy from the hook on, shown over the image")
def numpy_over_the_image(vgg, img):
    kept = {}

    def forward_hook(module, inputs, output):
        kept["A"] = output
        output.register_hook(lambda grad: kept.update(G=grad))

    handle = dict(vgg.named_modules())["backbone.bn5_2"].register_forward_hook(forward_hook)
    scores = vgg(img.unsqueeze(0))
    handle.remove()
    scores[0][scores.data.numpy().argmax()].backward()
    A, G = kept["A"].detach().numpy()[0], kept["G"].numpy()[0]
    cam = np.maximum(np.tensordot(G.mean(axis=(1, 2)), A, axes=1), 0)
    cam = F.interpolate(torch.tensor(cam)[None, None], size=list(img.shape[1:]), mode="bilinear")
    cam = cam.numpy()[0, 0]
    cam = cam / cam.max() if cam.max() else cam
    plt.imshow(cam, cmap="jet", alpha=0.5)
    return cam


@accepted(of=GRADCAM, says="the output is kept on the module, whose attribute is deleted afterwards")
def kept_on_the_module(vgg, img):
    layer = vgg.backbone.bn5_2

    def hook(module, _, output):
        output.retain_grad()
        module.kept = output

    handle = layer.register_forward_hook(hook)
    out = vgg(img.detach().clone().unsqueeze(0).requires_grad_(True))
    handle.remove()
    A = layer.kept
    del layer.kept
    index = out.argmax(dim=-1)
    out.gather(1, index.view(-1, 1)).backward(torch.ones(1, 1, dtype=out.dtype))
    weights = A.grad.flatten(2).mean(-1)
    cam = F.relu(torch.einsum("nk,nkij->nij", weights, A)).detach()
    cam = F.interpolate(cam.unsqueeze(1), img.shape[-2:], mode="bilinear", align_corners=False)
    cam = cam[0, 0]
    if cam.max().item() > 0:
        cam.div_(cam.max())
    plt.imshow(cam)
    plt.show()
    return cam


@accepted(of=GRADCAM, says="the map is weighed by a convolution of size 1, and doubled precision at the end")
def weighed_by_a_convolution(vgg, img):
    outputs = []
    with vgg.get_submodule("backbone.bn5_2").register_forward_hook(lambda *args: outputs.append(args[2])):
        logits = vgg(torch.stack([img]))
    best = max(range(logits.shape[1]), key=lambda c: logits[0, c].item())
    gradient = torch.autograd.grad(logits[:, best].sum(), outputs, retain_graph=True)[0]
    kernel = gradient.mean(dim=(-2, -1), keepdim=True)  # (1, C, 1, 1) is a filter for one channel
    with torch.no_grad():
        cam = F.conv2d(outputs[0], kernel).relu_()
        cam = F.interpolate(cam.double(), size=img.shape[1:], mode="bilinear")[0, 0]
        cam = cam / cam.max() if bool((cam > 0).any()) else cam
        cam = cam.to(img.dtype)
    plt.imshow(cam.cpu().numpy())
    plt.axis("off")
    return cam
