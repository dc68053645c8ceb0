"""One image of a seed, and many."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from training.graphics.catalogue import DRAWN, KINDS, SMALLEST, WRITTEN, draw, draw_graphics, write_graphics
from training.graphics.lettering.fonts import Fonts


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_gives_one_image_of_the_size(kind: str, request: pytest.FixtureRequest) -> None:
    if kind in WRITTEN:
        request.getfixturevalue("fonts")
    for seed, size in enumerate([(96, 64), (SMALLEST, SMALLEST), (70, 301), (200, 200)]):
        pixels = draw(seed, size, kind)
        assert pixels.shape == (*size[::-1], 3) and pixels.dtype == np.uint8
        assert np.array_equal(pixels, draw(seed, size, kind))
    assert len({draw(seed, (64, 64), kind).tobytes() for seed in range(8)}) > 6


@pytest.mark.parametrize("kind", DRAWN)
def test_held_out_images_are_others(kind: str) -> None:
    assert not any(np.array_equal(draw(seed, (64, 64), kind), draw(seed, (64, 64), kind, True)) for seed in range(3))


def test_a_seed_chooses_the_kind(fonts: Fonts) -> None:
    assert any(np.array_equal(draw(5, (64, 64)), draw(5, (64, 64), kind)) for kind in KINDS)


def test_all_kinds_come_in_turn_and_more_begin_with_the_same(fonts: Fonts) -> None:
    few, more = draw_graphics(3, 48, seed=1), draw_graphics(len(KINDS) + 1, 48, seed=1)
    assert all(torch.equal(one, other) for one, other in zip(few, more, strict=False))
    assert {(tuple(image.shape), image.dtype) for image in more} == {((3, 48, 48), torch.uint8)}
    assert not torch.equal(draw_graphics(1, 48, seed=2)[0], few[0])


def test_files_are_the_same_images(fonts: Fonts, tmp_path: Path) -> None:
    write_graphics(tmp_path / "new", 2, 40, 3, True)
    paths = sorted((tmp_path / "new").iterdir())
    assert [path.name for path in paths] == [f"{i:04}-{KINDS[i]}.png" for i in range(2)]
    for path, image in zip(paths, draw_graphics(2, 40, 3, True), strict=True):
        with Image.open(path) as found:
            assert np.array_equal(np.asarray(found), image.permute(1, 2, 0).numpy())


def test_too_small_ones_are_refused() -> None:
    with pytest.raises(ValueError, match="32 pixels wide and high at least, not 31x40"):
        draw(0, (31, 40), "noise")
