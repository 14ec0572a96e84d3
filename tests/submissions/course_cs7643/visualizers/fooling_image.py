import torch


class FoolingImage:
    def make_fooling_image(self, X, target_y, model):
        model.eval()
        X_fooling = X.clone()
        X_fooling = X_fooling.requires_grad_()
        learning_rate = 1

        for i in range(100):
            scores = model(X_fooling)
            pred = scores.argmax(dim=1).item()
            if pred == target_y:
                break
            model.zero_grad()
            scores[0, target_y].backward()
            grad = X_fooling.grad.data
            X_fooling.data = X_fooling.data + learning_rate * grad / grad.norm()
            X_fooling.grad.data.zero_()
        return X_fooling
