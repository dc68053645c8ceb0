"""What a step sees follows from the seed and the step alone."""

import pytest
import torch
from torch import Tensor

from training.batches import Crops, Shuffled


@pytest.fixture
def photos() -> list[Tensor]:
    """Every pixel says where it is: red its column, green its row, blue the photo."""
    made = []
    for number, (height, width) in enumerate(((40, 90), (64, 64), (120, 50))):
        rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
        made.append(torch.stack([columns, rows, torch.full_like(rows, number)]).to(torch.uint8))
    return made


def test_an_epoch_sees_every_image_once(images: Tensor) -> None:
    batches = Shuffled(images[:60], 20)
    assert batches.steps_per_epoch == 3
    epochs = [torch.cat([batches.draw(0, 3 * epoch + i) for i in range(3)]) for epoch in (0, 1)]
    for epoch in epochs:
        assert torch.equal(epoch.flatten(1).sum(1).sort()[0], (images[:60].float() / 255).flatten(1).sum(1).sort()[0])
    assert not torch.equal(*epochs)


def test_crops_are_parts_of_photos(photos: list[Tensor]) -> None:
    crops = (Crops(photos, 64, 32).draw(0, 0) * 255).round()
    assert crops.shape == (64, 3, 32, 32)
    mirrored = crops[:, 0, 0, 0] > crops[:, 0, 0, 1]
    assert 10 < mirrored.sum() < 54
    straight = torch.where(mirrored[:, None, None], crops[:, 0].flip(2), crops[:, 0])
    assert torch.equal(straight - straight[:, :1, :1], torch.arange(32.0).expand(64, 32, 32))
    assert {int(crop[2, 0, 0]) for crop in crops} == {0, 1, 2}


def test_every_place_of_a_photo_can_be_cropped(photos: list[Tensor]) -> None:
    tall = Crops(photos[2:], 400, 32).draw(0, 0) * 255
    assert round(tall[:, 1].min().item()) == 0 and round(tall[:, 1].max().item()) == 119
    assert round(tall[:, 0].min().item()) == 0 and round(tall[:, 0].max().item()) == 49


def test_seed_and_step_decide(photos: list[Tensor]) -> None:
    crops = Crops(photos, 4, 32)
    assert torch.equal(crops.draw(1, 5), Crops(photos, 4, 32).draw(1, 5))
    assert not torch.equal(crops.draw(1, 5), crops.draw(1, 6))
    assert not torch.equal(crops.draw(1, 5), crops.draw(2, 5))
