import torch


def make_fooling_image(X, target_y, model):
    x_fool = X
    x_fool.requires_grad_()
    for i in range(100):
        out = model(x_fool)
        if int(out.argmax(dim=1)) == target_y:
            print("fooled after", i, "steps")
            break
        out[0][target_y].backward()
        with torch.no_grad():
            step = x_fool.grad / torch.norm(x_fool.grad)
            x_fool += step
        x_fool.grad.zero_()
    return x_fool.detach()
