"""Pages."""

from random import Random

import numpy as np
from PIL import Image

from training.graphics.lettering.document import document, picture
from training.graphics.lettering.fonts import Fonts


def test_pages_have_a_paper_and_text_in_bounds(fonts: Fonts) -> None:
    for seed in range(10):
        image = document(Random(seed), (320, 240), fonts)
        most, _ = max(image.getcolors(320 * 240) or [(0, (0, 0, 0))])
        assert most > 0.35 * 320 * 240
        assert (np.diff(np.asarray(image).astype(int), axis=1) != 0).any(-1).mean() > 0.05


def test_a_picture_stays_in_its_box() -> None:
    image = Image.new("RGB", (100, 80))
    picture(image, Random(1), (30, 20, 70, 60))
    assert image.getbbox() == (30, 20, 70, 60)
    picture(image, Random(1), (90, 70, 300, 300))
    picture(image, Random(1), (99, 10, 300, 300))
    assert image.size == (100, 80) and image.getpixel((99, 15)) == (0, 0, 0)
