"""Other answers to `class_visualization_update_step`."""
# Students write img.grad without asking whether it is None, and so do these.
# mypy: disable-error-code="union-attr, operator"

import torch
from torch import Tensor, nn

from reference.variants import accepted, mistake

STEP = "class_visualization.class_visualization_update_step"

# Shared, because the two steps are equal.
NO_L2 = (
    "It looks like the L2 term has no effect on the step: subtract l2_reg * ||img||^2 from the score before you call "
    "backward, and compute it from img itself, since autograd can't see img.data or .item()."
)


@accepted(of=STEP, says="The step is learning_rate * g, without the division by the norm of g.")
def plain_step(img: Tensor, model: nn.Module, target_y: int, l2_reg: float, learning_rate: float) -> None:
    loss = model(img)[0, target_y] - l2_reg * torch.sum(img * img)
    loss.backward()
    img.data += learning_rate * img.grad
    img.grad.zero_()


@mistake(
    of=STEP,
    says="It looks like the gradient of the step before was still there when the next one was added: clear it, "
    "img.grad.zero_(), after each update.",
)
def gradient_not_cleared(
    img: Tensor, model: nn.Module, target_y: int, l2_reg: float, learning_rate: float
) -> None:
    loss = model(img)[0, target_y] - l2_reg * img.norm() ** 2
    loss.backward()
    img.data += learning_rate * img.grad / img.grad.norm()


@mistake(
    of=STEP,
    says="It looks like the L2 term has the wrong sign, so the image is pushed to grow: subtract l2_reg * ||img||^2 "
    "from the score.",
)
def l2_sign(img: Tensor, model: nn.Module, target_y: int, l2_reg: float, learning_rate: float) -> None:
    loss = model(img)[0, target_y] + l2_reg * img.norm() ** 2
    loss.backward()
    img.data += learning_rate * img.grad / img.grad.norm()
    img.grad.zero_()


@mistake(
    of=STEP,
    says=NO_L2,
)
def l2_without_gradient(
    img: Tensor, model: nn.Module, target_y: int, l2_reg: float, learning_rate: float
) -> None:
    loss = model(img)[0, target_y] - l2_reg * img.data.norm() ** 2
    loss.backward()
    img.data += learning_rate * img.grad / img.grad.norm()
    img.grad.zero_()


@mistake(
    of=STEP,
    says=NO_L2,
)
def l2_missing(img: Tensor, model: nn.Module, target_y: int, l2_reg: float, learning_rate: float) -> None:
    model(img)[0, target_y].backward()
    img.data += learning_rate * img.grad / img.grad.norm()
    img.grad.zero_()


@mistake(
    of=STEP,
    says="It looks like the L2 term is the norm and not its square: subtract l2_reg * (img ** 2).sum(), so that "
    "large images are held back more.",
)
def l2_norm_not_squared(
    img: Tensor, model: nn.Module, target_y: int, l2_reg: float, learning_rate: float
) -> None:
    loss = model(img)[0, target_y] - l2_reg * torch.norm(img)
    loss.backward()
    img.data += learning_rate * img.grad / img.grad.norm()
    img.grad.zero_()


@mistake(
    of=STEP,
    says="It looks like the gradient was divided by the square of its norm, so the steps have no fixed length: divide "
    "by g.norm(), the root of the sum of squares.",
)
def squared_norm(img: Tensor, model: nn.Module, target_y: int, l2_reg: float, learning_rate: float) -> None:
    loss = model(img)[0, target_y] - l2_reg * img.norm() ** 2
    loss.backward()
    g = img.grad
    img.data += learning_rate * g / (g**2).sum()
    img.grad.zero_()


@mistake(
    of=STEP,
    says="It looks like the step goes downhill: the score should rise, so add learning_rate times the gradient of the "
    "score in place of subtracting it.",
)
def descent(img: Tensor, model: nn.Module, target_y: int, l2_reg: float, learning_rate: float) -> None:
    loss = model(img)[0, target_y] - l2_reg * img.norm() ** 2
    loss.backward()
    img.data -= learning_rate * img.grad / img.grad.norm()
    img.grad.zero_()


@mistake(
    of=STEP,
    says="It looks like a probability is maximised: it rises just as well when other scores fall, so leave the softmax "
    "out and use the raw score.",
)
def probability(img: Tensor, model: nn.Module, target_y: int, l2_reg: float, learning_rate: float) -> None:
    probs = torch.softmax(model(img), dim=1)
    loss = probs[0, target_y] - l2_reg * img.norm() ** 2
    loss.backward()
    img.data += learning_rate * img.grad / img.grad.norm()
    img.grad.zero_()


@mistake(
    of=STEP,
    says="It looks like the class with the highest score is pushed up: use the score of target_y, scores[0, target_y].",
)
def predicted_class(
    img: Tensor, model: nn.Module, target_y: int, l2_reg: float, learning_rate: float
) -> None:
    loss = model(img).max() - l2_reg * img.norm() ** 2
    loss.backward()
    img.data += learning_rate * img.grad / img.grad.norm()
    img.grad.zero_()


@mistake(
    of=STEP,
    says="It looks like the image was not changed: img = img + step makes a new tensor and leaves the caller's alone, "
    "so write img.data += step.",
)
def makes_a_new_tensor(
    img: Tensor, model: nn.Module, target_y: int, l2_reg: float, learning_rate: float
) -> None:
    loss = model(img)[0, target_y] - l2_reg * img.norm() ** 2
    (g,) = torch.autograd.grad(loss, img)
    img = img + learning_rate * g / g.norm()
