"""Right answers to `compute_gradient_score`, in more styles."""

import torch
import torch.nn.functional as F

from reference.variants import accepted

SCORE = "saliency.compute_gradient_score"


@accepted(of=SCORE, says="gather picks the score, squeeze takes the batch axis off")
def gathered(scores, image, class_idx):
    index = torch.as_tensor(class_idx).view(1)
    scores.gather(0, index).backward()
    return image.grad.squeeze(0)


@accepted(of=SCORE, says="a one-hot vector multiplies the scores, and the gradient is copied")
def one_hot_score(scores, image, class_idx):
    wanted = F.one_hot(torch.as_tensor(class_idx), len(scores)).to(scores)
    (wanted * scores).sum().backward()
    return image.grad[0].clone().detach()


@accepted(of=SCORE, says="the gradient of before is cleared first")
def cleared_first(scores, image, class_idx):
    if image.grad is not None:
        image.grad.data.zero_()
    score = scores[class_idx]
    score.backward(retain_graph=True)
    dX = image.grad.data
    return dX[0, :, :, :]


@accepted(of=SCORE, says="a slice of one score, numpy on the way")
def slice_and_numpy(scores, image, class_idx):
    c = int(class_idx)
    scores[c : c + 1].backward()
    return torch.from_numpy(image.grad.detach().numpy()[0].copy())


@accepted(of=SCORE, says="a row of the identity matrix is given to torch.autograd.grad")
def row_of_the_identity(scores, image, class_idx):
    rows = torch.eye(scores.shape[0], dtype=scores.dtype)
    return torch.autograd.grad(outputs=scores, inputs=image, grad_outputs=rows[class_idx])[0][0]


@accepted(of=SCORE, says="a loss that is the negated score, turned round afterwards")
def negated_twice(scores, image, class_idx):
    loss = -scores[class_idx]
    loss.backward()
    return image.grad.data.neg()[0]


@accepted(of=SCORE, says="backward with inputs=[image]")
def backward_with_inputs(scores, image, class_idx):
    image.retain_grad()
    torch.autograd.backward(scores[class_idx], inputs=[image])
    return image.grad.reshape(image.shape[-3:])
