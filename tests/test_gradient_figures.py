import numpy as np
import pytest
import torch
from matplotlib import pyplot as plt

from fixtures.gradient_figures import draw_gradients, gradient_picture, image_gradient


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_the_gradient_is_that_of_one_score():
    """Of a linear model the row of its class, and the image needs no gradient for it."""
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(3 * 2 * 4, 5))
    image = torch.rand(3, 2, 4)
    assert torch.equal(image_gradient(model, image, 3).flatten(), model[1].weight[3])
    assert not image.requires_grad


def test_grey_is_zero_and_colours_keep_their_sign():
    """Red above 0 is redder than grey, below 0 less red."""
    gradient = np.zeros((3, 4, 6))
    gradient[0, 1, 2], gradient[0, 3, 5] = 2.0, -2.0
    picture = gradient_picture(gradient)
    assert picture.shape == (4, 6, 3)
    assert picture[1, 2].tolist() == [1.0, 0.5, 0.5]
    assert picture[3, 5].tolist() == [0.0, 0.5, 0.5]
    assert np.count_nonzero(picture != 0.5) == 2


def test_a_gradient_of_zeros_is_grey():
    """And no division by zero."""
    assert (gradient_picture(np.zeros((3, 2, 2))) == 0.5).all()


def test_a_few_extreme_values_do_not_pale_the_rest():
    """The scale ends at a percentile, and what lies beyond is drawn as its end."""
    gradient = np.ones((3, 20, 20))
    gradient[0, 0, 0] = 1e6
    picture = gradient_picture(gradient)
    assert picture.min() == picture.max() == 1.0


def test_each_kind_has_a_row_below_the_images():
    """Named at the side, the titles above."""
    images, zeros = np.zeros((2, 8, 12, 3)), np.zeros((2, 3, 8, 12))
    figure = draw_gradients(images, {"plain": zeros, "guided": zeros}, ["star", "moon"])
    assert [axes.get_ylabel() for axes in figure.axes[::2]] == ["image", "plain", "guided"]
    assert [axes.get_title() for axes in figure.axes[:2]] == ["star", "moon"]
    assert all(axes.images[0].get_array().shape == (8, 12, 3) for axes in figure.axes)
