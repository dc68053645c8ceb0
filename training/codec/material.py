"""What the codec is trained on: photographs at several sizes, busy crops oftener than smooth ones, and graphics.

Crops drawn by area alone are smooth: their neighbouring pixels differ by 4.4 levels in the mean, those of the photos
that codecs are measured on by 7 to 12. So a crop is drawn in proportion to this difference.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from training.batches import SEED_STRIDE

SIZES = {1: 0.3, 2: 0.3, 3: 0.2, 4: 0.2}
"""How often a photo is taken at 1/1, 1/2, 1/3 and 1/4 of its size: smaller ones have more detail and less noise."""

GRAPHICS, GRAPHICS_SIDE = 630, 320
"""How many graphics are drawn for training, and their side in pixels."""

GRAPHICS_SHARE = 0.1
GRAY_SHARE = 0.06
"""Gray crops, of equal red, green and blue, so that gray stays gray."""

GRID = 32
"""Crops begin at multiples of this, and up to as many pixels further."""

LEAST_DETAIL = 0.5
"""Levels: crops without any detail are drawn, too."""

THINNED = 4
"""One row in four is looked at for detail."""

LEAST_SHARE = 0.7
"""A photo is taken at a smaller size if it has this share of a crop's side there; the rest is mirrored."""

LUMA = (0.299, 0.587, 0.114)


@dataclass(frozen=True)
class _Places:
    """Where crops may begin in one image, ``tops`` and ``lefts`` [n], and the ``detail`` [n] of the crops there."""

    tops: Tensor
    lefts: Tensor
    detail: Tensor


class Material:
    """Square crops, turned and mirrored in eight ways, of photos and graphics, uint8 [3, height, width] each.

    Photos are to have at least ``side`` pixels either way; at a smaller size, what is missing is mirrored.
    """

    SAMPLED = 256

    def __init__(self, photos: list[Tensor], graphics: list[Tensor], batch: int, side: int) -> None:
        self.batch, self.side = batch, side
        self.steps_per_epoch = max(1, len(photos) // batch)
        self.images: list[Tensor] = []
        found: list[_Places] = []
        weights: list[Tensor] = []
        for size, share in SIZES.items():
            large = [photo for photo in photos if min(photo.shape[1:]) >= size * side * LEAST_SHARE]
            resized = [_at_least(_shrunk(photo, size), side) for photo in large]
            places = [_places(image, side) for image in resized]
            weights += _shares((1 - GRAPHICS_SHARE) * share, [place.detail for place in places])
            self.images += resized
            found += places
        places = [_places(image, side) for image in graphics]
        weights += _shares(GRAPHICS_SHARE, [torch.ones_like(place.detail) for place in places])
        self.images += graphics
        found += places
        owner = [torch.full_like(place.tops, index) for index, place in enumerate(found)]
        self._ends = torch.cat(weights).double().cumsum(0)
        self._begins = torch.stack(
            [torch.cat(owner), torch.cat([p.tops for p in found]), torch.cat([p.lefts for p in found])], 1
        )

    def to(self, device: str) -> None:
        self.images = [image.to(device) for image in self.images]

    def sample(self) -> Tensor:
        return self._crops(torch.Generator().manual_seed(0), self.SAMPLED)

    def draw(self, seed: int, step: int) -> Tensor:
        return self._crops(torch.Generator().manual_seed(seed * SEED_STRIDE + step), self.batch)

    def _crops(self, random: torch.Generator, count: int) -> Tensor:
        place, *luck = torch.rand(5, count, dtype=torch.float64, generator=random)
        chosen = self._begins[torch.searchsorted(self._ends, place * self._ends[-1])]
        crops = [
            self._crop(*begin, *chance)
            for begin, chance in zip(
                chosen.tolist(), zip(*(chance.tolist() for chance in luck), strict=True), strict=True
            )
        ]
        return torch.stack(crops).float() / 255

    def _crop(self, image: int, top: int, left: int, down: float, right: float, way: float, gray: float) -> Tensor:
        """``top`` and ``left`` of the grid; the other numbers, of 0..1, are chances."""
        whole = self.images[image]
        top = min(top + int(down * GRID), whole.shape[1] - self.side)
        left = min(left + int(right * GRID), whole.shape[2] - self.side)
        crop = turned(whole[:, top : top + self.side, left : left + self.side], int(way * 8))
        return grayed(crop) if gray < GRAY_SHARE else crop


def turned(x: Tensor, way: int) -> Tensor:
    """x [..., side, side] in one of the eight orientations 0..7 of a square; 0 leaves it as it is."""
    turned = torch.rot90(x, way % 4, (-2, -1))
    return turned.flip(-1) if way >= 4 else turned


def grayed(x: Tensor) -> Tensor:
    """uint8 [3, height, width], each channel the luma of x."""
    luma = (x * torch.tensor(LUMA, device=x.device)[:, None, None]).sum(0, keepdim=True)
    return luma.round().to(torch.uint8).expand_as(x)


def detail(x: Tensor) -> Tensor:
    """How much neighbours differ, in levels: x uint8 [3, height, width] → float [height, width - 1]."""
    levels = x.short()
    return (levels[..., 1:] - levels[..., :-1]).abs().float().mean(0)


def _shrunk(photo: Tensor, size: int) -> Tensor:
    return photo if size == 1 else F.avg_pool2d(photo.float(), size).round().to(torch.uint8)


def _at_least(image: Tensor, side: int) -> Tensor:
    """The image, with its right and lower part mirrored beyond its edges if it is smaller than ``side``."""
    missing = [max(0, side - extent) for extent in image.shape[1:]]
    if not any(missing):
        return image
    return F.pad(image.float(), (0, missing[1], 0, missing[0]), mode="reflect").to(torch.uint8)


def _places(image: Tensor, side: int) -> _Places:
    """Of each crop on the grid."""
    inside = F.pad(detail(image[:, ::THINNED]).double().cumsum(0).cumsum(1), (1, 0, 1, 0))
    tops = torch.arange(0, image.shape[1] - side + 1, GRID)
    lefts = torch.arange(0, image.shape[2] - side + 1, GRID)
    (top, bottom), (left, right) = (tops // THINNED, (tops + side) // THINNED), (lefts, lefts + side - 1)
    total = inside[bottom][:, right] - inside[top][:, right] - inside[bottom][:, left] + inside[top][:, left]
    grid = torch.meshgrid(tops, lefts, indexing="ij")
    return _Places(grid[0].flatten(), grid[1].flatten(), (total * THINNED / (side * (side - 1))).float().flatten())


def _shares(whole: float, weights: list[Tensor]) -> list[Tensor]:
    """Weights that sum to ``whole``, in proportion to these; none is left without."""
    raised = [weight.clamp_min(LEAST_DETAIL) for weight in weights]
    total = sum(float(weight.sum()) for weight in raised)
    return [whole * weight / total for weight in raised]
