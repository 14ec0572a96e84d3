"""Right answers to the fooling exercise, in other styles."""

import torch
import torch.nn.functional as F
from torch.autograd import Variable

from reference.variants import accepted

FOOL = "fooling.make_fooling_image"


@accepted(of=FOOL, says="backward and .data, a for loop of 100 with break")
def for_loop_with_break(X, target_y, model):
    X_fooling = X.clone()
    X_fooling = X_fooling.requires_grad_()
    learning_rate = 1
    for i in range(100):
        scores = model(X_fooling)
        _, predicted = scores.max(1)
        if predicted == target_y:
            break
        scores[0, target_y].backward()
        g = X_fooling.grad.data
        X_fooling.data += learning_rate * g / g.norm()
        X_fooling.grad.zero_()
    return X_fooling


@accepted(of=FOOL, says="while True, unnormalised, and the gradient is never cleared")
def while_true_unnormalised(X, target_y, model):
    X_fooling = X.clone()
    X_fooling = X_fooling.requires_grad_()
    learning_rate = 1
    while True:
        scores = model(X_fooling)
        target = scores.argmax(axis=1)
        print(target)
        if target == target_y:
            break
        loss = scores[0, target_y]
        loss.backward()
        X_fooling.data += learning_rate * X_fooling.grad
    return X_fooling


@accepted(of=FOOL, says="steps along the sign of the gradient")
def sign_steps(X, target_y, model):
    X_fooling = X.clone().detach().requires_grad_(True)
    for _ in range(200):
        scores = model(X_fooling)
        if scores.argmax().item() == target_y:
            break
        model.zero_grad()
        scores[0][target_y].backward()
        with torch.no_grad():
            X_fooling += 0.01 * X_fooling.grad.sign()
            X_fooling.grad.zero_()
    return X_fooling.detach()


@accepted(of=FOOL, says="cross-entropy towards the target goes down")
def cross_entropy_descent(X, target_y, model):
    X_fooling = X.clone().requires_grad_()
    for _ in range(100):
        scores = model(X_fooling)
        if scores.argmax() == target_y:
            break
        loss = F.cross_entropy(scores, torch.tensor([target_y]))
        (g,) = torch.autograd.grad(loss, X_fooling)
        X_fooling.data -= g / torch.norm(g)
    return X_fooling


@accepted(of=FOOL, says="Adam")
def adam(X, target_y, model):
    X_fooling = X.clone().detach().requires_grad_()
    optimizer = torch.optim.Adam([X_fooling], lr=0.01)
    for _ in range(100):
        scores = model(X_fooling)
        if scores.argmax().item() == target_y:
            break
        optimizer.zero_grad()
        (-scores[0, target_y]).backward()
        optimizer.step()
    return X_fooling.detach()


@accepted(of=FOOL, says="a new leaf in each step, tested by a while condition")
def new_leaf_each_step(X, target_y, model):
    X_fooling = X.clone()
    steps = 0
    while model(X_fooling).argmax(1).item() != target_y and steps < 100:
        X_fooling = X_fooling.detach().requires_grad_()
        score = model(X_fooling)[:, target_y]
        g = torch.autograd.grad(score.sum(), X_fooling)[0]
        X_fooling = X_fooling + g / g.norm()
        steps += 1
    return X_fooling.detach()


@accepted(of=FOOL, says="the margin to the strongest other class grows")
def margin_ascent(X, target_y, model):
    X_fooling = X.clone().requires_grad_()
    for _ in range(100):
        scores = model(X_fooling)[0]
        top = scores.argmax()
        if top == target_y:
            return X_fooling.detach()
        g = torch.autograd.grad(scores[target_y] - scores[top], X_fooling)[0]
        X_fooling = (X_fooling + 0.5 * g / g.norm()).detach().requires_grad_()
    return X_fooling.detach()


@accepted(of=FOOL, says="Variable, and the one-dimensional norm by hand")
def old_pytorch(X, target_y, model):
    X_fooling_var = Variable(X.clone(), requires_grad=True)
    for i in range(100):
        scores = model(X_fooling_var)
        index = scores.data.max(dim=1)[1][0]
        if index == target_y:
            break
        scores[0, target_y].backward()
        dX = X_fooling_var.grad.data
        dX = dX / torch.sqrt(torch.sum(dX**2))
        X_fooling_var.data = X_fooling_var.data + dX
        X_fooling_var.grad.data.zero_()
    return X_fooling_var.data


@accepted(of=FOOL, says="half steps, so up to 200 of them")
def half_steps(X, target_y, model):
    X_fooling = X.clone().requires_grad_()
    for _ in range(200):
        scores = model(X_fooling)
        if int(scores.argmax()) == int(target_y):
            break
        scores[0, target_y].backward()
        with torch.no_grad():
            X_fooling.add_(X_fooling.grad / X_fooling.grad.norm(), alpha=0.5)
        X_fooling.grad = None
    return X_fooling


@accepted(
    of=FOOL, says="the first step comes before the first test, so an image that is the target moves once"
)
def steps_before_testing(X, target_y, model):
    X_fooling = X.clone().requires_grad_()
    prediction = -1
    while prediction != target_y:
        scores = model(X_fooling)
        scores[0, target_y].backward()
        X_fooling.data += X_fooling.grad / X_fooling.grad.norm()
        X_fooling.grad.zero_()
        prediction = model(X_fooling)[0].argmax().item()
    return X_fooling.detach()
