"""Parts of images side by side, as each denoiser leaves them."""

from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.denoising import crops
from benchmarks.denoising.contender import Contender, Hourglass, NonLocalMeans, Untouched
from benchmarks.denoising.crops import HEIGHT, WIDTH, cut_noisy, cut_real, cut_strengths, draw_sheet, images_to_cut
from benchmarks.denoising.fidelity import LEAST_SIDE
from tests.conftest import FIXTURES

KITTEN = FIXTURES / "photos" / "kitten.webp"


def test_parts_are_shown_in_rows(ours: Hourglass, tmp_path: Path) -> None:
    few: tuple[Contender, ...] = (NonLocalMeans(), Untouched())
    cuts = [each for name in ("kitten", "city") for each in cut_noisy(KITTEN.with_stem(name), few, tmp_path)]
    assert len({each.file for each in cuts}) == len(cuts) == 2 * len(crops.SHEETS) * 3
    sheet = [each for each in cuts if each.sheet == "camera"]
    assert [each.label.partition(",")[0] for each in sheet[:3]] == ["original", "Non-local means", "Noisy input"]
    draw_sheet(sheet, tmp_path, tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as drawn:
        assert drawn.width >= 3 * WIDTH
        assert drawn.height >= 2 * HEIGHT
    strengths = list(cut_strengths(KITTEN, ours, tmp_path))
    assert [each.label.partition(",")[0] for each in strengths] == ["0.0", "0.5", "1.0", "1.5", "2.0"]
    for each in (*cuts, *strengths):
        with Image.open(tmp_path / each.file) as part:
            assert part.size == (WIDTH, HEIGHT)


def test_least_photograph_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "least.png"
    Image.new("RGB", (LEAST_SIDE, LEAST_SIDE), "teal").save(path)
    cuts = list(cut_noisy(path, [Untouched()], tmp_path))
    assert len(cuts) == 2 * len(crops.SHEETS)
    with Image.open(tmp_path / cuts[0].file) as part:
        assert part.size == (LEAST_SIDE, LEAST_SIDE)


def test_what_was_taken_from_the_real_photograph_is_shown_stronger(ours: Hourglass, tmp_path: Path) -> None:
    real = list(cut_real(ours, tmp_path))
    assert [each.label for each in real] == ["before", "after", "taken, 8 times as strong"]
    before, after, taken = (np.asarray(Image.open(tmp_path / each.file), np.float32) for each in real)
    assert 1 < (before - after).std() < 8
    inside = (taken > 0) & (taken < 255)  # elsewhere it was cut
    assert inside.mean() > 0.9
    np.testing.assert_allclose((taken - 128)[inside], 8 * (before - after)[inside], atol=5)


def test_known_images_are_shown_or_else_the_first() -> None:
    others = [Path(f"{name}.png") for name in "abcdef"]
    assert images_to_cut(others) == others[:2]
    assert images_to_cut([*others, Path("kodim19.png")]) == [Path("kodim19.png")]
