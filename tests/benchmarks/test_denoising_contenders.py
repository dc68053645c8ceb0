"""Noise that is what it says, and contenders that take it away from a real photograph."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.denoising import crops
from benchmarks.denoising.contender import Contender, Hourglass, Median, NonLocalMeans, Untouched, cleaned, peers
from benchmarks.denoising.crops import HEIGHT, WIDTH, cut_noisy, cut_real, cut_strengths, draw_sheet, images_to_cut
from benchmarks.denoising.fidelity import LEAST_SIDE, ssim
from benchmarks.denoising.noise import CAMERA, GAUSSIAN, NOISES, Floats, Noise
from benchmarks.denoising.rounds import measure, steps
from benchmarks.photographs import read_photograph
from benchmarks.psnr import psnr_db
from tests.conftest import FIXTURES, MODELS

CONTENDERS = ("Hourglass", "BM3D", "Non-local means", "Median", "Noisy input")
KITTEN = FIXTURES / "photos" / "kitten.webp"
FIRST = 71.2817
"""The first level of gray 90 with the weakest noise, of an image named a.png."""

NOISE_NAMES = [noise.name for noise in NOISES]


@pytest.fixture(scope="module")
def photo() -> Floats:
    """A part of a photograph, 72×64: BM3D is slow."""
    return read_photograph(KITTEN)[40:104, 80:152].astype(np.float32)


@pytest.fixture(scope="module")
def ours() -> Hourglass:
    return Hourglass(MODELS / "photo-denoiser")


@pytest.fixture(scope="module")
def contenders(ours: Hourglass) -> dict[str, Contender]:
    every: tuple[Contender, ...] = (ours, *peers())
    return {contender.name: contender for contender in every}


def gray(level: float) -> Floats:
    return np.full((256, 256, 3), level, np.float32)


@pytest.mark.parametrize("noise", NOISES, ids=NOISE_NAMES)
@pytest.mark.parametrize("level", [0, 40, 255])
def test_noise_has_the_variance_it_says_and_no_bias(noise: Noise, level: float) -> None:
    added = noise.add(gray(level), "a.png") - level
    assert added.std(dtype=np.float64) == pytest.approx(np.sqrt(noise.gain * level + noise.read**2), rel=0.01)
    assert added.std(dtype=np.float64) == pytest.approx(noise.sigma(gray(level)), rel=0.01)
    assert added.mean(dtype=np.float64) == pytest.approx(0, abs=0.5)


@pytest.mark.parametrize("noise", NOISES, ids=NOISE_NAMES)
def test_noise_is_neither_clipped_nor_rounded(noise: Noise) -> None:
    dark, bright = noise.add(gray(0), "a.png"), noise.add(gray(255), "a.png")
    assert dark.min() < 0
    assert bright.max() > 255
    assert (bright != bright.round()).any()
    assert bright.dtype == np.float32


def test_noise_is_the_same_in_every_run_and_another_for_each_image_and_kind() -> None:
    weak, strong = GAUSSIAN[0], GAUSSIAN[1]
    np.testing.assert_array_equal(weak.add(gray(90), "a.png"), weak.add(gray(90), "a.png"))
    assert weak.add(gray(90), "a.png")[0, 0, 0] == pytest.approx(FIRST)
    units = [(noise.add(gray(0), image) / noise.read) for noise, image in ((weak, "a"), (weak, "b"), (strong, "a"))]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert abs(np.corrcoef(units[one].ravel(), units[other].ravel())[0, 1]) < 0.02


def test_these_are_compared(contenders: dict[str, Contender]) -> None:
    assert tuple(contenders) == CONTENDERS


@pytest.mark.parametrize("name", CONTENDERS[:-1])
@pytest.mark.parametrize("noise", [GAUSSIAN[1], CAMERA], ids=lambda noise: noise.name)
def test_contender_brings_a_noisy_photograph_nearer(
    contenders: dict[str, Contender], name: str, noise: Noise, photo: Floats
) -> None:
    noisy = noise.add(photo, KITTEN.name)
    given = noisy.copy()
    x_hat = cleaned(contenders[name], noisy, noise.sigma(photo))
    assert x_hat.shape == photo.shape
    assert x_hat.dtype == np.float32
    assert 0 <= x_hat.min() < x_hat.max() <= 255
    assert psnr_db(photo, x_hat) > psnr_db(photo, noisy.clip(0, 255)) + 2
    assert ssim(photo, x_hat) > ssim(photo, noisy.clip(0, 255))
    np.testing.assert_array_equal(noisy, given)


def test_colours_stay_in_their_places(contenders: dict[str, Contender]) -> None:
    orange = np.array([200, 120, 40], np.float32)
    noisy = GAUSSIAN[0].add(np.tile(orange, (64, 64, 1)), "orange")
    for contender in contenders.values():
        np.testing.assert_allclose(cleaned(contender, noisy, 15).mean((0, 1)), orange, atol=4)


def test_hourglass_is_blind_and_obeys_its_strength(ours: Hourglass, photo: Floats) -> None:
    noisy = GAUSSIAN[1].add(photo, KITTEN.name)
    np.testing.assert_array_equal(ours.clean(noisy, 0), ours.clean(noisy, 50))
    np.testing.assert_allclose(ours.at(noisy, 0), noisy, atol=1e-3)
    taken = [float(np.square(ours.at(noisy, strength) - noisy).mean()) for strength in (0.5, 1.0)]
    assert 0 < taken[0] < taken[1]


def test_fidelity_of_what_is_equal_and_of_what_is_not(photo: Floats) -> None:
    assert psnr_db(photo, photo) == float("inf")
    assert ssim(photo, photo) == pytest.approx(1, abs=1e-6)
    assert psnr_db(photo, photo + 25.5) == pytest.approx(20)
    assert psnr_db(gray(128), GAUSSIAN[1].add(gray(128), "a.png")) == pytest.approx(20.17, abs=0.05)


def test_every_image_is_measured_with_each_noise_by_each_contender(photo: Floats, tmp_path: Path) -> None:
    paths = [tmp_path / "a.png", tmp_path / "b.png"]
    for path in paths:
        Image.fromarray(photo.astype(np.uint8)).save(path)
    few: tuple[Contender, ...] = (Median(), Untouched())
    samples = list(measure(paths, few))
    assert len(samples) == steps(paths, few)
    places = [(each.image, each.noise, each.contender) for each in samples]
    assert places == [(path.name, noise, each.name) for path in paths for noise in NOISE_NAMES for each in few]
    for sample in samples:
        assert 10 < sample.psnr_db < 40
        assert 0 < sample.ssim < 1
        assert sample.ms >= 0
    again = list(measure(paths, few))
    assert [(each.psnr_db, each.ssim) for each in again] == [(each.psnr_db, each.ssim) for each in samples]


def test_least_photograph_is_cleaned_and_judged(
    contenders: dict[str, Contender], photo: Floats, tmp_path: Path
) -> None:
    path = tmp_path / "least.png"
    Image.fromarray(photo[:LEAST_SIDE, :LEAST_SIDE].astype(np.uint8)).save(path)
    samples = list(measure([path], list(contenders.values())))
    assert {each.contender for each in samples} == set(CONTENDERS)
    assert np.isfinite([(each.psnr_db, each.ssim) for each in samples]).all()
    assert len(list(cut_noisy(path, [Untouched()], tmp_path))) == 2 * len(crops.SHEETS)


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
