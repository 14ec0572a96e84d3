import matplotlib.pyplot as plt
import torch

save_feat = []
save_grad = []


def hook_feat(module, input, output):
    save_feat.append(output)
    return output


def hook_grad(grad):
    save_grad.append(grad)
    return grad


def vis_gradcam(vgg, img):
    vgg.eval()
    handle = vgg.backbone.bn5_2.register_forward_hook(hook_feat)
    s = vgg(img.unsqueeze(0))
    save_feat[-1].register_hook(hook_grad)
    s.backward(torch.ones_like(s))
    alpha = save_grad[-1][0].mean(dim=(1, 2), keepdim=True)
    A = save_feat[-1][0]
    grad_CAM = torch.relu((alpha * A).sum(dim=0))[None, None]
    grad_CAM = torch.nn.Upsample(size=img.shape[-2:], mode="bilinear")(grad_CAM)
    grad_CAM = grad_CAM / grad_CAM.max().clamp(min=1e-12)
    plt.imshow(grad_CAM.squeeze().detach().numpy())
