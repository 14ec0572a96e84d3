import matplotlib.pyplot as plt
import torch
from image_utils import SQUEEZENET_MEAN, SQUEEZENET_STD, deprocess, preprocess


class SaliencyMap:
    def compute_saliency_maps(self, X, y, model):
        # Make sure the model is in "test" mode
        model.eval()

        # Wrap the input tensors in Variables
        X_var = torch.autograd.Variable(X, requires_grad=True)
        saliency = None

        scores = model(X_var)
        chosen = scores.gather(1, y.view(-1, 1)).squeeze(1)
        gradient = torch.autograd.grad(chosen.sum(), X_var)[0]
        saliency = gradient.abs().max(1)[0]
        return saliency

    def show_saliency_maps(self, X, y, class_names, model):
        X_tensor = torch.cat([preprocess(x) for x in X], dim=0)
        y_tensor = torch.LongTensor(y)
        saliency = self.compute_saliency_maps(X_tensor, y_tensor, model).numpy()
        for i in range(X.shape[0]):
            plt.subplot(2, X.shape[0], i + 1)
            plt.imshow(X[i])
            plt.title(class_names[y[i]])
            plt.subplot(2, X.shape[0], X.shape[0] + i + 1)
            plt.imshow(saliency[i], cmap=plt.cm.gray)
        plt.savefig("visualization/saliency_map.png")
        plt.show()
