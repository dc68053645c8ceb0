"""The two halves of the latents: together they are the whole, and their order never changes."""

import numpy as np
import pytest

from hourglass.models.codec.checkerboard import Half

SHAPE = (4, 6, 8)
WHOLE = np.arange(np.prod(SHAPE)).reshape(SHAPE)
HALVES = [Half(odd=False), Half(odd=True)]


def test_halves_are_the_colours_of_a_checkerboard() -> None:
    colour = np.indices(SHAPE).sum(0) % 2
    for half in HALVES:
        assert set(half.of(WHOLE).tolist()) == set(WHOLE[colour == half.odd].tolist())
        assert half.of(WHOLE).shape == (WHOLE.size // 2,)


def test_order_is_even_channels_then_even_rows() -> None:
    whole = np.arange(8).reshape(2, 2, 2)
    assert HALVES[0].of(whole).tolist() == [0, 3, 5, 6]
    assert HALVES[1].of(whole).tolist() == [1, 2, 4, 7]
    places = [np.argwhere(np.isin(WHOLE, value))[0] for value in HALVES[0].of(WHOLE)]
    order = [(channel % 2, row % 2, channel, row, column) for channel, row, column in places]
    assert order == sorted(order)


def test_both_halves_put_back_are_the_whole() -> None:
    again = np.zeros_like(WHOLE)
    for half in HALVES:
        half.put(again, half.of(WHOLE))
    assert np.array_equal(again, WHOLE)


@pytest.mark.parametrize("half", HALVES)
def test_put_leaves_the_other_half_alone(half: Half) -> None:
    changed = WHOLE.copy()
    half.put(changed, np.full(WHOLE.size // 2, -1))
    other = Half(odd=not half.odd)
    assert (half.of(changed) == -1).all()
    assert np.array_equal(other.of(changed), other.of(WHOLE))


def test_half_is_a_copy() -> None:
    whole = WHOLE.copy()
    HALVES[0].of(whole)[:] = -1
    assert np.array_equal(whole, WHOLE)


@pytest.mark.parametrize("count", [0, WHOLE.size // 2 - 1, WHOLE.size])
def test_values_of_another_count_are_an_error(count: int) -> None:
    with pytest.raises(ValueError, match="reshape"):
        HALVES[0].put(WHOLE.copy(), np.zeros(count))
