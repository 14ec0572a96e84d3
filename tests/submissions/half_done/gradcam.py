import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F


def vis_gradcam(vgg, img):
    acts = {}

    def hook(module, inp, out):
        acts["value"] = out

    h = vgg.backbone.bn5_2.register_forward_hook(hook)
    scores = vgg(img.unsqueeze(0))
    h.remove()
    grads = torch.autograd.grad(scores[0, scores.argmax()], acts["value"])[0]
    alphas = grads.mean(dim=(2, 3), keepdim=True)
    cam = (alphas * acts["value"]).sum(dim=1, keepdim=True)
    cam = F.interpolate(cam, size=img.shape[1:], mode="bilinear", align_corners=False)
    cam = cam[0, 0].detach()
    if cam.max() > 0:
        cam = cam / cam.max()
    plt.imshow(cam)
    plt.title("Grad-CAM")
    return cam
