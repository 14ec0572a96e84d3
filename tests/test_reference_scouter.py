import numpy as np
import pytest
import torch
from torch import nn

from reference.scouter import scouter_loss, slot_attention
from tests.observers.scouter import make_arguments

DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
SIGNS = pytest.mark.parametrize("e", [1, -1])


def ask_layers(arguments, e, iterations):
    """Return what PyTorch's own layers, nn.Conv2d, nn.Linear and nn.GRUCell, answer for one image after the other."""
    features, W_v, positions, W_k, slots, W_ih, W_hh = arguments
    D, C = W_v.shape
    conv, key = nn.Conv2d(C, D, 1, bias=False).double(), nn.Linear(D, D, bias=False).double()
    gru = nn.GRUCell(D, D, bias=False).double()
    conv.load_state_dict({"weight": W_v[..., None, None]})
    key.load_state_dict({"weight": W_k})
    gru.load_state_dict({"weight_ih": W_ih, "weight_hh": W_hh})
    scores, maps = [], []
    for image in features:
        values = conv(image[None])[0].relu().flatten(1)  # (D, P)
        keys, queries = key(values.T + positions).relu(), slots
        for _ in range(iterations):
            found = (queries @ keys.T / D**0.5).sigmoid()
            updates = torch.stack([(values * row).sum(dim=1) for row in found]) / D
            queries = gru(updates, queries)
        scores.append(e * updates.sum(dim=1))
        maps.append(found.unflatten(1, image.shape[1:]))
    return torch.stack(scores), torch.stack(maps)


@SIGNS
@pytest.mark.parametrize("iterations", [1, 2, 3])
def test_agrees_with_layers_of_pytorch(e, iterations):
    """The oracle shares no line with the solution: convolution, linear layer and GRU cell are modules."""
    arguments = make_arguments()
    torch.testing.assert_close(
        slot_attention(*arguments, e, iterations), ask_layers(arguments, e, iterations)
    )


@SIGNS
def test_the_map_is_the_score(e):
    """The sum over positions of attention times mean value is the score: nothing else goes into it."""
    arguments = make_arguments()
    scores, attention = slot_attention(*arguments, e=e)
    values = torch.einsum("ncij,dc->ndij", arguments[0], arguments[1]).clamp(min=0)
    torch.testing.assert_close(scores, e * (attention * values.mean(dim=1, keepdim=True)).sum(dim=(2, 3)))
    assert (e * scores >= 0).all()


def test_the_sign_turns_the_scores_only():
    """With the same weights, e = -1 negates the scores exactly and leaves the attention."""
    (why, attention), (why_not, same) = (slot_attention(*make_arguments(), e=e) for e in (1, -1))
    assert torch.equal(why_not, -why)
    assert torch.equal(attention, same)


def test_attention_lies_between_0_and_1():
    """Each class decides for each position by itself: the maps of an image need not sum to anything."""
    _, attention = slot_attention(*make_arguments())
    assert attention.min() > 0
    assert attention.max() < 1
    assert attention.sum(dim=1).std() > 0.1
    assert attention.sum(dim=(2, 3)).std() > 0.1


def test_exchanging_positions_exchanges_the_attention():
    """The order of the positions means nothing, as long as each keeps its encoding."""
    features, W_v, positions, *rest = make_arguments()
    order = torch.randperm(12, generator=torch.Generator().manual_seed(1))
    moved = features.flatten(2)[..., order].view_as(features)
    scores, attention = slot_attention(features, W_v, positions, *rest)
    same, exchanged = slot_attention(moved, W_v, positions[order], *rest)
    torch.testing.assert_close(same, scores)
    torch.testing.assert_close(exchanged, attention.flatten(2)[..., order].view_as(attention))
    alone, _ = slot_attention(moved, W_v, positions, *rest)
    assert not torch.allclose(alone, scores)


def test_a_class_does_not_know_of_the_others():
    """Fewer slots, in another order, give the same answers, fewer and in that order."""
    *front, slots, W_ih, W_hh = make_arguments()
    scores, attention = slot_attention(*front, slots, W_ih, W_hh)
    some = slot_attention(*front, slots[[3, 1]], W_ih, W_hh)
    torch.testing.assert_close(some, (scores[:, [3, 1]], attention[:, [3, 1]]))


def test_an_image_does_not_know_of_the_others():
    """A batch of one gives what the batch gives."""
    features, *rest = make_arguments()
    scores, attention = slot_attention(features, *rest)
    alone = slot_attention(features[1:2], *rest)
    torch.testing.assert_close(alone, (scores[1:2], attention[1:2]))


@DTYPES
def test_follows_the_dtype_and_leaves_its_arguments(dtype):
    """No argument is changed, frozen ones are fine."""
    arguments = [argument.to(dtype) for argument in make_arguments()]
    given = [argument.clone() for argument in arguments]
    scores, attention = slot_attention(*given)
    assert {scores.dtype, attention.dtype, scouter_loss(scores, attention, torch.arange(3), 1.0).dtype} == {
        dtype
    }
    assert scores.shape == (3, 4)
    assert attention.shape == (3, 4, 3, 4)
    assert all(map(torch.equal, given, arguments))


def test_can_be_trained():
    """The loss reaches every weight, and its gradient is right by finite differences."""
    arguments = [argument.requires_grad_() for argument in make_arguments(N=2, C=3, h=2, w=3, D=4, K=3)]
    y = torch.tensor([2, 0])

    def loss(*weights):
        return scouter_loss(*slot_attention(*weights), y, 0.7)

    gradients = torch.autograd.grad(loss(*arguments), arguments)
    assert all(gradient.abs().max() > 0 for gradient in gradients)
    assert torch.autograd.gradcheck(loss, arguments)


def test_loss_is_the_cross_entropy_plus_the_area():
    """By hand: the two images pay log(2) and log(4/3) for their classes, and 1/4 is covered."""
    scores = torch.tensor([[0.0, 0.0], [np.log(3.0), 0.0]], dtype=torch.float64)
    attention = torch.tensor([1.0, 0, 0, 0], dtype=torch.float64).view(1, 1, 2, 2).expand(2, 2, 2, 2)
    loss = scouter_loss(scores, attention, torch.tensor([1, 0]), 10.0)
    assert loss.shape == ()
    assert float(loss) == pytest.approx((np.log(2) + np.log(4 / 3)) / 2 + 2.5)


def test_loss_rises_with_the_attention_and_with_its_price():
    """It is a line in area_weight, whose slope is the mean of the attention."""
    scores, attention = slot_attention(*make_arguments())
    y = torch.tensor([3, 0, 1])
    at = [scouter_loss(scores, attention, y, weight) for weight in (0.0, 1.0, 5.0)]
    torch.testing.assert_close(at[1] - at[0], attention.mean())
    torch.testing.assert_close(at[2] - at[0], 5 * attention.mean())
    assert scouter_loss(scores, attention / 2, y, 1.0) < at[1]
