"""Paragraphs and lettering."""

from random import Random

import numpy as np
from PIL import Image

from training.graphics.lettering.fonts import Fonts
from training.graphics.lettering.pen import Pen
from training.graphics.lettering.text import ALIGNS, letter_size, lettering, paragraphs, set_text


def test_sizes_are_in_bounds_and_small_ones_more_frequent() -> None:
    sizes = [letter_size(Random(seed), 8, 32) for seed in range(500)]
    assert 8 <= min(sizes) < 8.5 and 30 < max(sizes) <= 32
    assert 8 < np.median(sizes) < 14


def test_text_fills_its_box_and_keeps_inside(fonts: Fonts) -> None:
    for align in ALIGNS:
        image = Image.new("RGB", (300, 200))
        font = fonts.pick(Random(4), 12, plain=True)
        end = set_text(Pen(image, "sharp"), Random(1), (40, 30, 260, 170), font, (255, 255, 255), align)
        left, top, right, bottom = image.getbbox() or (0, 0, 0, 0)
        assert 36 <= left < 70 and 30 <= top < 50 and 140 < bottom <= 172 and 200 < right < 290
        assert 140 < end < 190


def test_justified_lines_end_at_the_edge(fonts: Fonts) -> None:
    ends = {}
    for align in ("left", "justified"):
        image = Image.new("RGB", (300, 400))
        set_text(Pen(image, "sharp"), Random(1), (0, 0, 280, 400), fonts.pick(Random(4), 12), (255, 255, 255), align)
        ends[align] = np.asarray(image)[:, 276:280].any(-1).sum()
    assert ends["justified"] > 2 * ends["left"]


def test_paragraphs_cover_much_of_the_image(fonts: Fonts) -> None:
    for seed in range(8):
        pixels = np.asarray(paragraphs(Random(seed), (256, 256), fonts)).astype(int)
        busy = (np.abs(np.diff(pixels, axis=1)).max(-1) > 4).reshape(4, 64, 255).any(1)
        assert busy.mean() > 0.3


def test_lettering_has_fewer_edges_than_paragraphs(fonts: Fonts) -> None:
    def edges(image: Image.Image) -> float:
        return float((np.diff(np.asarray(image).astype(int), axis=1) != 0).mean())

    large, small = (
        sum(edges(draw(Random(seed), (256, 256), fonts)) for seed in range(9)) for draw in (lettering, paragraphs)
    )
    assert 0 < large < small / 2
