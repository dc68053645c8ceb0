"""Text in three ways."""

from random import Random

import numpy as np
import pytest
from PIL import Image

from training.graphics.fields import Pixels
from training.graphics.lettering.fonts import Face, Fonts, open_font
from training.graphics.lettering.pen import MODES, Pen, letter_width, pick_mode


@pytest.fixture
def face(fonts: Fonts) -> Face:
    return next(face for face in fonts.faces if face.family == "DejaVu Sans" and face.plain)


def written(face: Face, mode: str) -> Pixels:
    image = Image.new("RGB", (120, 30), (255, 255, 255))
    Pen(image, mode).write(5, 3, "Waving in", open_font(face.path, 18), (0, 0, 0))
    return np.asarray(image)


def test_sharp_text_has_two_colours_and_smooth_text_more(face: Face) -> None:
    assert set(np.unique(written(face, "sharp"))) == {0, 255}
    smooth = written(face, "smooth")
    assert len(np.unique(smooth)) > 10
    assert (smooth == smooth[..., :1]).all()


def test_subpixels_have_coloured_fringes_and_as_much_ink_in_the_same_place(face: Face) -> None:
    smooth, fringed = written(face, "smooth"), written(face, "subpixel")
    assert (fringed != fringed[..., :1]).any()
    ink, other = (255.0 - pixels.astype(float).mean(-1) for pixels in (smooth, fringed))
    assert abs(ink.sum() / other.sum() - 1) < 0.1
    assert abs((ink.sum(0) * range(120)).sum() / ink.sum() - (other.sum(0) * range(120)).sum() / other.sum()) < 1.5


def test_subpixel_text_is_not_cut_where_hinting_made_the_smooth_one_shorter(fonts: Fonts) -> None:
    face = next(face for face in fonts.faces if face.family == "Liberation Sans" and face.plain)
    text = "1" * 40
    image = Image.new("RGB", (500, 30))
    Pen(image, "subpixel").write(5, 3, text, open_font(face.path, 15), (255, 255, 255))
    columns = np.flatnonzero(np.asarray(image).max((0, 2)))
    assert columns[-1] - 5 > open_font(face.path, 45).getlength(text) / 3 - 4


def test_text_outside_draws_nothing_and_text_across_an_edge_is_cut(face: Face) -> None:
    font = open_font(face.path, 18)
    for mode in MODES:
        image = Image.new("RGB", (50, 30))
        pen = Pen(image, mode)
        for at in ((0, 40), (60, 0), (0, -90)):
            pen.write(*at, "far", font, (255, 255, 255))
        assert not np.asarray(image).any()
        pen.write(-10, -5, "WWWWWWWWWWWW", font, (255, 255, 255))
        assert np.asarray(image)[:, 0].any() and np.asarray(image)[:, -1].any()


def test_centred_text_is_in_the_middle(face: Face) -> None:
    image = Image.new("RGB", (200, 60))
    Pen(image).write_centred((0, 0, 200, 60), "HOOH", open_font(face.path, 20), (255, 255, 255))
    left, top, right, bottom = image.getbbox() or (0, 0, 0, 0)
    assert abs(left + right - 200) <= 4 and abs(top + bottom - 60) <= 8


def test_fonts_of_bitmaps_are_written_without_an_edge(fonts: Fonts) -> None:
    faces = {face.path.suffix: face for face in fonts.faces if face.mono}
    for suffix, face in faces.items():
        image = Image.new("RGB", (200, 60))
        Pen(image).outline(5, 5, "edge", open_font(face.path, 20), (255, 0, 0), (0, 255, 0), 2)
        assert np.asarray(image)[..., 1].any() == (suffix != ".otb")


def test_letters_are_narrower_than_high(face: Face) -> None:
    assert 5 < letter_width(open_font(face.path, 18)) < 18


def test_all_modes_are_picked() -> None:
    assert {pick_mode(Random(seed)) for seed in range(40)} == set(MODES)
