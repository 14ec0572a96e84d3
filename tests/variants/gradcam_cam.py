"""Right answers to the exercise on class activation maps and Grad-CAM of any class, in other styles."""

import copy

import torch
import torch.nn.functional as F

from reference.variants import accepted

CAM = "gradcam.class_activation_map"
ANY = "gradcam.grad_cam"


def add_up(vgg, image, class_idx):
    """A forward hook on the pooling, a loop over the channels."""
    net, kept = copy.deepcopy(vgg).eval(), {}
    net.gap.register_forward_hook(lambda module, given, out: kept.update(A=given[0]))
    net(image.unsqueeze(0))
    A = kept["A"][0].detach()
    cam = torch.zeros_like(A[0])
    for k in range(A.shape[0]):
        cam += net.fc_out.weight[class_idx, k].item() * A[k]
    return cam


@accepted(of=CAM, says="a forward hook on the pooling, a loop over the channels")
def cam_by_loop(vgg, image, class_idx):
    return add_up(vgg, image, class_idx)


@accepted(of=CAM, says="the backbone called by itself, a matrix product")
def cam_by_product(vgg, image, class_idx):
    net = copy.deepcopy(vgg).eval()
    with torch.no_grad():
        A = net.backbone(image[None])[0]
        return (net.fc_out.weight[class_idx] @ A.flatten(1)).view(A.shape[1:])


@accepted(of=CAM, says="all classes by einsum, then one of them")
def cam_of_all_classes(vgg, image, class_idx):
    net = copy.deepcopy(vgg).eval()
    A = net.backbone(image[None])
    return torch.einsum("kc,nchw->nkhw", net.fc_out.weight, A)[0, class_idx].detach()


@accepted(of=CAM, says="as a convolution of size one")
def cam_by_convolution(vgg, image, class_idx):
    net = copy.deepcopy(vgg).eval()
    with torch.no_grad():
        return F.conv2d(net.backbone(image[None]), net.fc_out.weight[:, :, None, None])[:, class_idx]


@accepted(of=CAM, says="in numpy")
def cam_in_numpy(vgg, image, class_idx):
    return add_up(vgg, image, class_idx).numpy()


@accepted(of=CAM, says="with its graph")
def cam_with_graph(vgg, image, class_idx):
    net = copy.deepcopy(vgg).eval()
    return (net.fc_out.weight[class_idx].view(-1, 1, 1) * net.backbone(image[None])[0]).sum(dim=0)


def settled(model):
    """A copy to work on, ready to be asked for gradients."""
    return copy.deepcopy(model).eval().requires_grad_()


def small_map(model, layer_name, image, class_idx):
    """A forward hook that hands on a copy, autograd.grad."""
    net, kept = settled(model), []

    def keep(module, given, out):
        kept.append(out)
        return out.clone()

    net.get_submodule(layer_name).register_forward_hook(keep)
    s = net(image[None])[0, class_idx]
    (G,) = torch.autograd.grad(s, kept[0])
    return F.relu((G.mean(dim=(2, 3), keepdim=True) * kept[0]).sum(dim=1))[0].detach()


@accepted(of=ANY, says="a forward hook that hands on a copy, autograd.grad")
def any_by_grad(model, layer_name, image, class_idx):
    return small_map(model, layer_name, image, class_idx)


@accepted(of=ANY, says="sums in place of means, and /max")
def any_by_sums(model, layer_name, image, class_idx):
    net, kept = settled(model), []
    handle = net.get_submodule(layer_name).register_forward_hook(
        lambda module, given, out: kept.append(out) or out.clone()
    )
    s = net(image[None])[0, class_idx]
    handle.remove()
    (G,) = torch.autograd.grad(s, kept[0])
    cam = F.relu((G.sum(dim=(2, 3))[0][:, None, None] * kept[0][0]).sum(dim=0)).detach()
    return cam / cam.max() if cam.max() > 0 else cam


@accepted(of=ANY, says="no ReLU works in place on a copy, retain_grad and backward")
def any_by_retain_grad(model, layer_name, image, class_idx):
    net, kept = settled(model), {}
    for module in net.modules():
        if hasattr(module, "inplace"):
            module.inplace = False

    def keep(module, given, out):
        out.retain_grad()
        kept["A"] = out

    dict(net.named_modules())[layer_name].register_forward_hook(keep)
    net(image[None])[0, class_idx].backward()
    w = kept["A"].grad.mean((2, 3), keepdim=True)
    return torch.relu((w * kept["A"]).sum(1)).squeeze().detach()


@accepted(of=ANY, says="a tensor hook for the gradient, a copy of the activations")
def any_by_tensor_hook(model, layer_name, image, class_idx):
    net, kept = settled(model), {}

    def keep(module, given, out):
        kept["A"] = out.detach().clone()
        copied = out.clone()
        copied.register_hook(lambda g: kept.update(G=g))
        return copied.clone()

    net.get_submodule(layer_name).register_forward_hook(keep)
    net(image[None])[0, class_idx].backward()
    return torch.relu(torch.einsum("nk,nkij->nij", kept["G"].mean((2, 3)), kept["A"]))[0]


@accepted(of=ANY, says="in numpy")
def any_in_numpy(model, layer_name, image, class_idx):
    return small_map(model, layer_name, image, class_idx).numpy()


@accepted(of=ANY, says="with a batch axis and a channel axis in front")
def any_with_further_axes(model, layer_name, image, class_idx):
    return small_map(model, layer_name, image, class_idx)[None, None]
