import matplotlib.pyplot as plt
import torch


class SaliencyMap:
    def compute_saliency_maps(self, X, y, model):
        X.requires_grad_()
        model(X).gather(1, y.view(-1, 1)).sum().backward()
        saliency = X.grad.abs().max(dim=1)[0]
        plt.imshow(saliency[0].numpy(), cmap=plt.cm.hot)
        plt.savefig("visualization/saliency_map.png")
        plt.show()
        return saliency
