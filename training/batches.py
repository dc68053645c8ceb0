"""Where a run's images come from. The batch of a step follows from (seed, step) alone."""

from typing import Protocol

import torch
from torch import Tensor

SEED_STRIDE = 1_000_003


class Batches(Protocol):
    """A source of training batches; ``steps_per_epoch`` of them go over the images once."""

    steps_per_epoch: int

    def to(self, device: str) -> None:
        """Moves the images, which stay uint8, to the device that trains."""

    def sample(self) -> Tensor:
        """Images to set the first weights from, float [n, channels, height, width] in 0..1."""

    def draw(self, seed: int, step: int) -> Tensor:
        """The batch of a step, float [batch, channels, height, width] in 0..1."""


class Shuffled:
    """All images [n, channels, height, width], uint8, in another order each epoch."""

    def __init__(self, images: Tensor, batch: int) -> None:
        self.images, self.batch = images, batch
        self.steps_per_epoch = len(images) // batch
        self._shuffled = -1, torch.empty(0)

    def to(self, device: str) -> None:
        self.images = self.images.to(device)

    def sample(self) -> Tensor:
        return self.images.float() / 255

    def draw(self, seed: int, step: int) -> Tensor:
        epoch, position = divmod(step, self.steps_per_epoch)
        chosen = self._order(seed, epoch)[position * self.batch :][: self.batch]
        return self.images[chosen].float() / 255

    def _order(self, seed: int, epoch: int) -> Tensor:
        if self._shuffled[0] != epoch:
            shuffle = torch.Generator().manual_seed(seed * SEED_STRIDE + epoch)
            order = torch.randperm(len(self.images), generator=shuffle)
            self._shuffled = epoch, order.to(self.images.device)
        return self._shuffled[1]


class Crops:
    """Square crops of photos, uint8 [3, height, width] each, of any size not below ``side``; half of them mirrored.

    A photo is chosen as often as its area says, so every pixel counts the same.
    """

    SAMPLED = 256

    def __init__(self, photos: list[Tensor], batch: int, side: int) -> None:
        self.photos, self.batch, self.side = photos, batch, side
        self.steps_per_epoch = max(1, len(photos) // batch)
        self._areas = torch.tensor([float(photo[0].numel()) for photo in photos])

    def to(self, device: str) -> None:
        self.photos = [photo.to(device) for photo in self.photos]

    def sample(self) -> Tensor:
        return self._crops(torch.Generator().manual_seed(0), self.SAMPLED)

    def draw(self, seed: int, step: int) -> Tensor:
        return self._crops(torch.Generator().manual_seed(seed * SEED_STRIDE + step), self.batch)

    def _crops(self, random: torch.Generator, count: int) -> Tensor:
        chosen = torch.multinomial(self._areas, count, replacement=True, generator=random)
        places = torch.rand(count, 3, generator=random)
        crops = [self._crop(self.photos[photo], *place) for photo, place in zip(chosen, places.tolist(), strict=True)]
        return torch.stack(crops).float() / 255

    def _crop(self, photo: Tensor, down: float, right: float, mirror: float) -> Tensor:
        top, left = (
            int(share * (size - self.side + 1)) for share, size in ((down, photo.shape[1]), (right, photo.shape[2]))
        )
        crop = photo[:, top : top + self.side, left : left + self.side]
        return crop.flip(2) if mirror < 0.5 else crop
