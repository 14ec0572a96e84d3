import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fixtures.enlarging import enlarge

maps = st.tuples(st.integers(1, 6), st.integers(1, 6)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.floats(-5, 5))
)
sizes = st.tuples(st.integers(1, 20), st.integers(1, 20))


@given(maps, sizes)
def test_it_is_what_torch_interpolates(values, size):
    """Larger, smaller or as before, with the middles of the squares in the same places."""
    oracle = torch.nn.functional.interpolate(torch.from_numpy(values)[None, None], size, mode="bilinear")
    np.testing.assert_allclose(enlarge(values, size), oracle[0, 0].numpy(), atol=1e-9)


def test_an_unknown_value_leaves_its_neighbours_as_they_are():
    """A hole of one position, and no shade around it."""
    values = np.full((5, 5), 3.0)
    values[2, 2] = np.nan
    enlarged = enlarge(values, (50, 50))
    hole = np.isnan(enlarged)
    np.testing.assert_allclose(enlarged[~hole], 3.0)
    assert hole[25, 25]
    assert 60 <= hole.sum() <= 140  # a square of 10 x 10 with rounded corners


@pytest.mark.parametrize("size", [(1, 1), (3, 4), (6, 8)])
def test_where_nothing_is_known_nothing_is_drawn(size):
    """All NaN, without a warning."""
    assert np.isnan(enlarge(np.full((3, 4), np.nan), size)).all()
