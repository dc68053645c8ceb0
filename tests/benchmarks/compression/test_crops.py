"""Parts of images side by side, at about the same bytes."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.compression.contender import QUALITIES, Contender
from benchmarks.compression.crops import HEIGHT, ORIGINAL, WIDTH, cut, draw_sheet, images_to_cut, nearest
from benchmarks.photographs import Pixels
from hourglass.imaging.fidelity import psnr


@pytest.mark.parametrize("size", [0, 3_000, 12_345, 10_000_000])
def test_nearest_size_is_found_among_all_qualities(contenders: dict[str, Contender], photo: Pixels, size: int) -> None:
    jpeg = contenders["JPEG"]
    best = min((len(jpeg.encode(photo, quality)) for quality in QUALITIES), key=lambda each: abs(each - size))
    assert len(nearest(jpeg, photo, size)) == best


def test_parts_are_of_the_same_place_and_about_the_same_bytes(
    contenders: dict[str, Contender], folder: Path, tmp_path: Path
) -> None:
    path = folder / "b.png"
    cuts = list(cut(path, [contenders["WebP"], contenders["JPEG XL"]], tmp_path))
    assert [each.contender for each in cuts] == [ORIGINAL, "WebP", "JPEG XL"]
    parts = [np.asarray(Image.open(tmp_path / each.file)) for each in cuts]
    for part in parts[1:]:
        assert psnr(parts[0], part, peak=255) > 20
    webp, jpeg_xl = cuts[1].bytes, cuts[2].bytes
    assert webp == pytest.approx(jpeg_xl, rel=0.5)
    draw_sheet(cuts, tmp_path, tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width >= 3 * WIDTH
        assert sheet.height >= HEIGHT


def test_known_images_are_shown_or_else_the_first() -> None:
    others = [Path(f"{name}.png") for name in "abcdef"]
    assert images_to_cut(others) == others[:4]
    assert images_to_cut([*others, Path("kodim19.png")]) == [Path("kodim19.png")]
