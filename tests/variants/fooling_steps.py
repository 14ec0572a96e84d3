"""Right answers to the fooling exercise, with other steps."""

import torch
import torch.nn.functional as F

from reference.variants import accepted

FOOL = "fooling.make_fooling_image"


@accepted(of=FOOL, says="the log-probability goes up, printed on the way")
def log_probability(X, target_y, model):
    X_fooling = X.clone().requires_grad_()
    count = 0
    while count < 100:
        scores = model(X_fooling)
        predicted = torch.argmax(scores, dim=1)
        print(f"Iteration {count}: target score {scores[0, target_y].item():.3f}")
        if predicted.item() == target_y:
            print("fooled")
            break
        F.log_softmax(scores, dim=1)[0, target_y].backward(retain_graph=True)
        dX = X_fooling.grad.data / torch.norm(X_fooling.grad.data, p=2)
        X_fooling.data.add_(dX)
        X_fooling.grad.data.zero_()
        count += 1
    return X_fooling


@accepted(of=FOOL, says="SGD that maximises, with the gradient brought to length 1")
def optimiser_that_maximises(X, target_y, model):
    X_fooling = torch.nn.Parameter(X.detach().clone())
    optimizer = torch.optim.SGD([X_fooling], lr=1.0, maximize=True)
    for _ in range(100):
        scores = model(X_fooling)
        if scores.argmax(dim=1)[0] == target_y:
            break
        optimizer.zero_grad()
        scores[0][target_y].backward()
        X_fooling.grad /= X_fooling.grad.norm()
        optimizer.step()
    return X_fooling.data


@accepted(of=FOOL, says="divided by the largest gradient, a number of tries, model.zero_grad")
def largest_gradient(X, target_y, model):
    model.eval()
    X_fooling = torch.tensor(X.tolist(), dtype=X.dtype, requires_grad=True)
    for i in range(1, 1001):
        out = model.forward(X_fooling)
        value, index = out.max(dim=1)
        if index == target_y:
            return X_fooling
        model.zero_grad()
        if X_fooling.grad is not None:
            X_fooling.grad.zero_()
        out[:, target_y].backward()
        g = X_fooling.grad
        X_fooling.data = X_fooling.data + 0.05 * g / g.abs().max()
    return X_fooling
