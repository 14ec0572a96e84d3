"""Right answers to the Grad-CAM exercise, in other styles."""

import matplotlib.pyplot as plt
import torch
import torch.nn as nn
import torch.nn.functional as F

from reference.variants import accepted

GRADCAM = "gradcam.vis_gradcam"


@accepted(of=GRADCAM, says="a forward hook and a tensor hook, lists inside the function, drawn and returned")
def forward_and_tensor_hook(vgg, img):
    vgg.eval()
    save_feat, save_grad = [], []

    def hook_feat(module, input, output):
        save_feat.append(output)
        return output

    def hook_grad(grad):
        save_grad.append(grad)
        return grad

    handle = vgg.backbone.bn5_2.register_forward_hook(hook_feat)
    img = img.unsqueeze(0)
    s = vgg(img)[0]
    handle.remove()
    save_feat[0].register_hook(hook_grad)
    y = torch.argmax(s).item()
    s_y = s[y]
    s_y.backward()
    gap_layer = torch.nn.AdaptiveAvgPool2d(1)
    alpha = gap_layer(save_grad[0][0].squeeze())
    A = save_feat[0].squeeze()
    relu_layer = torch.nn.ReLU()
    weighted_sum = torch.sum(alpha * A, dim=0)
    grad_CAM = relu_layer(weighted_sum)
    grad_CAM = grad_CAM.unsqueeze(0)
    grad_CAM = grad_CAM.unsqueeze(0)
    upscale_layer = torch.nn.Upsample(scale_factor=img.shape[-1] / grad_CAM.shape[-1], mode="bilinear")
    grad_CAM = upscale_layer(grad_CAM)
    if torch.max(grad_CAM) > 0:
        grad_CAM = grad_CAM / torch.max(grad_CAM)
    plt.imshow(grad_CAM.detach().numpy()[0, 0])
    return grad_CAM[0, 0].detach()


@accepted(of=GRADCAM, says="drawn only, nothing returned")
def drawn_only(vgg, img):
    kept = {}
    handle = vgg.backbone.bn5_2.register_forward_hook(lambda m, i, o: kept.update(A=o))
    s = vgg(img[None])[0]
    handle.remove()
    G = torch.autograd.grad(s.max(), kept["A"])[0]
    cam = F.relu((G.mean((2, 3), keepdim=True) * kept["A"]).sum(1, keepdim=True)).detach()
    cam = F.interpolate(cam, size=img.shape[1:], mode="bilinear")
    cam = cam / cam.max() if cam.max() > 0 else cam
    plt.figure()
    plt.imshow(cam.squeeze().numpy(), cmap="jet")
    plt.axis("off")


@accepted(of=GRADCAM, says="returned only, nothing drawn")
def returned_only(vgg, img):
    A = None

    def hook(module, inputs, output):
        nonlocal A
        A = output
        A.retain_grad()

    handle = vgg.backbone.bn5_2.register_forward_hook(hook)
    try:
        s = vgg(img.unsqueeze(0))
    finally:
        handle.remove()
    s[0, s.argmax(dim=1)].sum().backward()
    w = A.grad.mean(dim=[2, 3])[0]
    cam = torch.einsum("k,khw->hw", w, A.detach()[0]).clamp(min=0)
    cam = F.interpolate(cam[None, None], img.shape[-2:], mode="bilinear", align_corners=False)[0, 0]
    return cam / (cam.max() + 1e-12)


@accepted(of=GRADCAM, says="returned as (1, 1, H, W)")
def returned_with_both_axes(vgg, img):
    feats, grads = [], []
    layer = vgg.backbone.bn5_2
    handles = [
        layer.register_forward_hook(lambda m, i, o: feats.append(o.detach())),
        layer.register_full_backward_hook(lambda m, gi, go: grads.append(go[0])),
    ]
    s = vgg(img.unsqueeze(0).requires_grad_())
    s[0, s[0].argmax()].backward()
    for handle in handles:
        handle.remove()
    alpha = nn.AdaptiveAvgPool2d(1)(grads[0])
    cam = nn.ReLU()((alpha * feats[0]).sum(1, keepdim=True))
    cam = F.interpolate(cam, size=tuple(img.shape[-2:]), mode="bilinear", align_corners=False)
    if cam.max() != 0:
        cam /= cam.max()
    plt.imshow(cam[0, 0].numpy())
    return cam


@accepted(of=GRADCAM, says="returned as a numpy array, the sum of the gradients in place of their mean")
def numpy_and_sum(vgg, img):
    kept = []
    handle = vgg.backbone.bn5_2.register_forward_hook(lambda m, i, o: kept.append(o))
    s = vgg(img.unsqueeze(0)).squeeze(0)
    handle.remove()
    grad = torch.autograd.grad(s[s.argmax()], kept[0])[0][0].numpy()
    A = kept[0][0].detach().numpy()
    cam = (grad.sum(axis=(1, 2))[:, None, None] * A).sum(axis=0)
    cam = cam * (cam > 0)
    cam = F.interpolate(torch.from_numpy(cam)[None, None], size=img.shape[-2:], mode="bilinear")[0, 0].numpy()
    if cam.max() > 0:
        cam = cam / cam.max()
    plt.imshow(cam)
    return cam


@accepted(of=GRADCAM, says="the net is split by hand: a loop over the shortcuts finds the layer")
def layer_found_by_name(vgg, img):
    kept = []
    for name, module in vgg.get_model_shortcuts():
        if name == "bn5_2":
            handle = module.register_forward_hook(lambda m, i, o: kept.append(o))
    output = vgg(img.unsqueeze(0))
    handle.remove()
    one_hot = torch.zeros_like(output)
    one_hot[0, output.argmax(1)] = 1
    kept[0].retain_grad()
    output.backward(gradient=one_hot)
    weights = kept[0].grad.view(kept[0].shape[1], -1).mean(1)
    cam = torch.zeros(kept[0].shape[2:], dtype=img.dtype)
    for k, w in enumerate(weights):
        cam += w * kept[0][0, k].detach()
    cam = torch.relu(cam)
    cam = nn.Upsample(size=tuple(img.shape[-2:]), mode="bilinear", align_corners=False)(cam[None, None])[0, 0]
    peak = cam.max().item()
    cam = cam / peak if peak > 0 else cam
    plt.imshow(cam)
    return cam


@accepted(of=GRADCAM, says="backward with inputs=[A], and a colour bar")
def backward_with_inputs(vgg, img):
    kept = []
    handle = vgg.backbone.bn5_2.register_forward_hook(lambda m, i, o: kept.append(o))
    with torch.enable_grad():
        s = vgg(img.detach().clone().unsqueeze(0))[0]
    handle.remove()
    A = kept[-1]
    s[torch.argsort(s)[-1]].backward(inputs=[A])
    weighted = (F.adaptive_avg_pool2d(A.grad, 1) * A).sum(dim=1).detach()
    cam = F.interpolate(F.relu(weighted).unsqueeze(1), size=img.shape[-2:], mode="bilinear").squeeze()
    cam = torch.where(cam.max() > 0, cam / cam.max().clamp(min=1e-20), cam)
    plt.imshow(cam)
    plt.colorbar()
    return cam
