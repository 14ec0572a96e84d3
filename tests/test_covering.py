import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.covering import frame_drops


@given(
    stride=st.integers(1, 5), odd=st.integers(0, 3), places=st.tuples(st.integers(1, 6), st.integers(1, 6))
)
def test_a_value_lies_at_the_middle_of_its_square(stride, odd, places):
    """Each in the stride x stride pixels around it, of an image that the squares cover without a rest."""
    window = (2 * odd + 1) * stride
    drops = np.arange(np.prod(places), dtype=float).reshape(places)
    framed = frame_drops(drops, window, stride)
    size = [(count - 1) * stride + window for count in places]
    assert [length * stride for length in framed.shape] == size
    for (i, j), drop in np.ndenumerate(drops):
        middle = (i * stride + window // 2, j * stride + window // 2)
        assert framed[middle[0] // stride, middle[1] // stride] == drop


def test_the_frame_repeats_the_edge():
    """Nothing is known there."""
    assert frame_drops([[1.0, 2.0]], 3, 1).tolist() == [[1, 1, 2, 2]] * 3


@pytest.mark.parametrize(("window", "stride"), [(32, 16), (20, 8), (8, 12)])
def test_a_map_that_would_lie_beside_its_squares_is_refused(window, stride):
    """Half a position cannot be drawn."""
    with pytest.raises(
        ValueError, match=f"expected an odd number of strides of {stride} as window, got {window}"
    ):
        frame_drops(np.zeros((3, 3)), window, stride)
