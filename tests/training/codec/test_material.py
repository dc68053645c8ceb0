"""Crops for training: busy ones oftener, in eight orientations, some gray, some of graphics, the same for a seed."""

import pytest
import torch
from torch import Tensor

from training.codec.material import GRAPHICS_SHARE, GRAY_SHARE, SIZES, Material, detail, grayed, turned

SIDE = 64


def smooth_and_busy(height: int = 300, width: int = 400) -> Tensor:
    """uint8 [3, height, width]: level on the left, noise on the right."""
    photo = torch.full((3, height, width), 90, dtype=torch.uint8)
    noise = torch.randint(0, 256, (3, height, width // 2), generator=torch.Generator().manual_seed(0))
    photo[..., width // 2 :] = noise.to(torch.uint8)
    return photo


@pytest.fixture(scope="module")
def material() -> Material:
    """Photos have blue of less than 100 where they are smooth; graphics are of 255 alone."""
    return Material([smooth_and_busy()], [torch.full((3, 80, 80), 255, dtype=torch.uint8)], 16, SIDE)


def drawn(material: Material, steps: int) -> Tensor:
    return torch.cat([material.draw(0, step) for step in range(steps)])


def test_a_batch_follows_from_seed_and_step(material: Material) -> None:
    assert torch.equal(material.draw(3, 5), material.draw(3, 5))
    assert not torch.equal(material.draw(3, 5), material.draw(3, 6))
    assert not torch.equal(material.draw(3, 5), material.draw(4, 5))


def test_crops_are_of_one_size_and_in_0_to_1(material: Material) -> None:
    crops = drawn(material, 4)
    assert crops.shape == (64, 3, SIDE, SIDE)
    assert crops.min() >= 0 and crops.max() <= 1


def test_busy_crops_are_drawn_oftener(material: Material) -> None:
    crops = drawn(material, 40)
    smooth = (crops == 90 / 255).all((1, 2, 3)).float().mean()
    assert smooth < 0.05
    busy = torch.stack([detail((255 * crop).round().to(torch.uint8)).mean() for crop in crops])
    assert busy.mean() > 1.5 * detail(smooth_and_busy()).mean() * (1 - GRAPHICS_SHARE) / 2


def test_graphics_and_gray_have_their_shares(material: Material) -> None:
    crops = drawn(material, 100)
    graphics = (crops == 1).all((1, 2, 3))
    assert graphics.float().mean() == pytest.approx(GRAPHICS_SHARE, abs=0.02)
    photos = crops[~graphics]
    gray = (photos.amax(1) == photos.amin(1)).all((1, 2)).float().mean()
    assert gray == pytest.approx(GRAY_SHARE, abs=0.04)


def test_photos_come_at_each_size_that_is_large_enough() -> None:
    material = Material([smooth_and_busy(300, 400)], [smooth_and_busy(64, 64)], 4, SIDE)
    sizes = sorted(tuple(image.shape[1:]) for image in material.images[:-1])
    assert sizes == sorted((300 // size, 400 // size) for size in SIZES)


def test_what_a_small_photo_lacks_is_mirrored() -> None:
    material = Material([smooth_and_busy(100, 400)], [smooth_and_busy(64, 64)], 4, SIDE)
    whole, half = material.images[:2]
    assert whole.shape == (3, 100, 400)
    assert half.shape == (3, SIDE, 200)
    assert torch.equal(half[:, 50:], half[:, 35:49].flip(1))


def test_eight_orientations_are_all_different() -> None:
    x = torch.arange(9).reshape(1, 3, 3)
    ways = [tuple(turned(x, way).flatten().tolist()) for way in range(8)]
    assert ways[0] == tuple(range(9))
    assert len(set(ways)) == 8


def test_gray_is_the_luma_in_each_channel() -> None:
    x = torch.tensor([[[255, 0, 10]], [[0, 255, 10]], [[0, 0, 10]]], dtype=torch.uint8)
    assert grayed(x).tolist() == [[[76, 150, 10]]] * 3


def test_detail_is_the_mean_step_between_neighbours() -> None:
    x = torch.tensor([[[0, 10, 7]], [[0, 0, 7]], [[5, 0, 7]]], dtype=torch.uint8)
    assert detail(x).tolist() == [[5, pytest.approx(17 / 3)]]
