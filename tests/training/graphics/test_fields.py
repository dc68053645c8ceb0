"""Coordinates and smooth fields."""

from random import Random

import numpy as np

from training.graphics.fields import axes, blend, clouds, numbers, ramp, to_image


def test_axes_run_through_the_centre_and_turn() -> None:
    x, y = axes((6, 4))
    assert x.shape == (4, 6) and x[2, 3] == y[2, 3] == 0
    turned, _ = axes((6, 4), 90)
    assert np.allclose(turned, y, atol=1e-5)


def test_clouds_fill_0_to_1_and_are_smooth() -> None:
    field = clouds(np.random.default_rng(0), (90, 70), 3, 2)
    assert (field.shape, field.min(), field.max()) == ((70, 90), 0, 1)
    assert np.abs(np.diff(field)).max() < 0.2


def test_ramps_pass_all_their_colours() -> None:
    field = np.linspace(0, 1, 5, dtype=np.float32)[None]
    passed = ramp([(0, 0, 0), (100, 200, 50), (255, 255, 255)], field)[0]
    assert np.allclose(passed[[0, 2, 4]], [(0, 0, 0), (100, 200, 50), (255, 255, 255)])
    assert np.allclose(blend((10, 20, 30), (30, 20, 10), field)[0, 2], (20, 20, 20))


def test_pixels_are_rounded_and_clipped() -> None:
    assert np.asarray(to_image(np.array([[-3.0, 1.6, 300.0]])))[0, :, 1].tolist() == [0, 2, 255]


def test_numbers_follow_the_seed() -> None:
    random = Random(3)
    one, other = numbers(random).random(), numbers(random).random()
    assert one == numbers(Random(3)).random() != other
