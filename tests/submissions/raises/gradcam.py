import matplotlib.pyplot as plt
import torch


def vis_gradcam(vgg, img):
    kept = []
    handle = vgg.backbone.bn5_2.register_forward_hook(lambda m, i, o: kept.append(o))
    s = vgg(img.unsqueeze(0))[0]
    handle.remove()
    kept[0].retain_grad()
    s.max().backward()
    weights = kept[0].grad.mean(dim=(2, 3), keepdim=True)
    cam = torch.relu((weights * kept[0]).sum(dim=1)).detach()
    cam = torch.nn.Upsample(scale_factor=16, mode="bilinear")(cam)
    plt.imshow(cam[0])
    return cam[0]
