"""Pixel art."""

from random import Random

import numpy as np

from training.graphics.drawing.pixel_art import _sprite, pixel_art


def test_there_are_at_most_32_colours() -> None:
    numbers = [len(pixel_art(Random(seed), (150, 130)).getcolors(20000) or []) for seed in range(30)]
    assert max(numbers) <= 32 and np.mean(np.array(numbers) >= 3) > 0.7


def test_some_are_enlarged_without_smoothing() -> None:
    doubled = 0
    for seed in range(30):
        pixels = np.asarray(pixel_art(Random(seed), (96, 96)))
        doubled += bool((pixels[:, ::2] == pixels[:, 1::2]).all() and (pixels[::2] == pixels[1::2]).all())
    assert 5 < doubled < 28


def test_sprites_are_symmetric_with_an_outline_and_air_around() -> None:
    for seed in range(20):
        sprite = _sprite(np.random.default_rng(seed), Random(seed), 16, 9)
        assert np.array_equal(sprite, sprite[:, ::-1])
        assert sprite.min() >= -1 and sprite.max() < 9
    assert (sprite == -1).any() and (sprite >= 0).any()
