"""Codecs, measured on a real photograph: out and back, nearer to it the more bytes there are."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_image

from benchmarks.compression.contender import QUALITIES, Contender, Hourglass, MissingCodec, PillowCodec, peers
from benchmarks.compression.crops import HEIGHT, ORIGINAL, WIDTH, cut, draw_sheet, images_to_cut, nearest
from benchmarks.compression.fidelity import LEAST_SIDE, ms_ssim
from benchmarks.compression.rounds import measure, steps
from benchmarks.photographs import Pixels, find_photographs, read_photograph
from benchmarks.psnr import psnr_db
from tests.conftest import MODELS

CONTENDERS = ("JPEG", "WebP", "AVIF", "JPEG XL", "Hourglass")


@pytest.fixture(scope="module")
def photo() -> Pixels:
    """A photograph of a temple, 320×214."""
    return np.asarray(Image.fromarray(load_sample_image("china.jpg")).reduce(2))


@pytest.fixture(scope="module")
def contenders() -> dict[str, Contender]:
    every: tuple[Contender, ...] = (*peers(), Hourglass(MODELS / "photo-codec"))
    return {contender.name: contender for contender in every}


@pytest.fixture
def folder(photo: Pixels, tmp_path: Path) -> Path:
    """Two photographs, and a file that is none."""
    folder = tmp_path / "photographs"
    folder.mkdir()
    Image.fromarray(photo).save(folder / "b.png")
    Image.fromarray(photo[:, ::-1]).save(folder / "a.bmp")
    (folder / "c.txt").write_text("no image")
    return folder


def test_these_are_compared(contenders: dict[str, Contender]) -> None:
    assert tuple(contenders) == CONTENDERS


@pytest.mark.parametrize("name", CONTENDERS)
def test_higher_quality_is_a_larger_file_and_nearer_to_the_photograph(
    contenders: dict[str, Contender], name: str, photo: Pixels
) -> None:
    contender = contenders[name]
    files = [contender.encode(photo, quality) for quality in contender.qualities]
    images = [contender.decode(file) for file in files]
    sizes = [len(file) for file in files]
    fidelities = [psnr_db(photo, image) for image in images]
    assert {(image.shape, image.dtype) for image in images} == {(photo.shape, photo.dtype)}
    assert sizes == sorted(set(sizes))
    assert fidelities == sorted(set(fidelities))
    assert set(contender.qualities) <= set(QUALITIES)


def test_format_that_pillow_cannot_write_is_told() -> None:
    with pytest.raises(MissingCodec, match="cannot write HEIC"):
        PillowCodec("HEIC", "HEIC", (50,), "")


def test_fidelity_is_of_all_samples(photo: Pixels) -> None:
    darker = np.clip(photo, 1, None) - np.uint8(1)
    brighter = darker + np.uint8(1)
    assert psnr_db(brighter, darker) == pytest.approx(48.1308, abs=1e-4)
    assert psnr_db(photo, photo) == float("inf")
    assert ms_ssim(photo, photo) == pytest.approx(1, abs=1e-6)
    noisy = np.random.default_rng(0).normal(photo, 20).clip(0, 255).astype(np.uint8)
    assert 0.8 < ms_ssim(photo, noisy) < 0.99


def test_every_image_is_measured_by_each_codec_at_each_quality(
    contenders: dict[str, Contender], folder: Path, tmp_path: Path
) -> None:
    pair = [contenders["JPEG"], contenders["WebP"]]
    images = find_photographs(folder, LEAST_SIDE, "MS-SSIM")
    done = []
    samples = list(measure(images, pair, 2, tmp_path, lambda: done.append(1)))
    assert len(done) == steps(images, pair, 2)
    assert {(each.image, each.contender, each.quality) for each in samples} == {
        (image, contender.name, quality)
        for image in ("a.bmp", "b.png")
        for contender in pair
        for quality in contender.qualities
    }
    for sample in samples:
        data = contenders[sample.contender].encode(read_photograph(folder / sample.image), sample.quality)
        assert sample.bytes == len(data)
        assert sample.bpp == pytest.approx(8 * len(data) / (320 * 214))
        assert len(sample.encode_ms) == len(sample.decode_ms) == 2
        assert min(*sample.encode_ms, *sample.decode_ms) > 0


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
        assert psnr_db(parts[0], part) > 20
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


def test_photographs_are_the_images_of_a_folder(folder: Path, photo: Pixels) -> None:
    assert [path.name for path in find_photographs(folder, LEAST_SIDE, "MS-SSIM")] == ["a.bmp", "b.png"]
    np.testing.assert_array_equal(read_photograph(folder / "b.png"), photo)


def test_photograph_too_small_to_be_judged_is_told(photo: Pixels, tmp_path: Path) -> None:
    Image.fromarray(photo[: LEAST_SIDE - 1]).save(tmp_path / "small.png")
    Image.fromarray(photo[:LEAST_SIDE, :LEAST_SIDE]).save(tmp_path / "enough.png")
    with pytest.raises(ValueError, match=r"small\.png is 320×175; MS-SSIM needs 176 pixels each way"):
        find_photographs(tmp_path, LEAST_SIDE, "MS-SSIM")
    (tmp_path / "small.png").unlink()
    enough = read_photograph(find_photographs(tmp_path, LEAST_SIDE, "MS-SSIM")[0])
    assert ms_ssim(enough, enough) == pytest.approx(1, abs=1e-6)
