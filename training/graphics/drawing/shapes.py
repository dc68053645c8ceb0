"""Smooth shapes: Pillow's are not anti-aliased, so they are drawn larger and reduced."""

from collections.abc import Callable
from functools import lru_cache

from PIL import Image, ImageDraw

from training.graphics.colours import Colour
from training.graphics.fields import Box, Size


def reduced(size: Size, factor: int, paper: Colour, paint: Callable[[ImageDraw.ImageDraw, int], None]) -> Image.Image:
    """What ``paint`` draws at ``factor`` times the size: it is told the factor, and scales its coordinates."""
    image = Image.new("RGB", (size[0] * factor, size[1] * factor), paper)
    paint(ImageDraw.Draw(image), factor)
    return image.reduce(factor) if factor > 1 else image


def rounded(image: Image.Image, box: Box, radius: int, fill: Colour, opacity: float = 1) -> None:
    """A rectangle with smooth round corners; ``opacity`` in 0..1."""
    left, top, right, bottom = map(round, box)
    if right <= left or bottom <= top:
        return
    radius = min(radius, (right - left) // 2, (bottom - top) // 2)
    mask = Image.new("L", (right - left, bottom - top), 255)
    if radius:
        corner = _corner(radius)
        for turns, at in enumerate(((0, 0), (0, mask.height - radius), (mask.width - radius, mask.height - radius))):
            mask.paste(corner.rotate(90 * turns), at)
        mask.paste(corner.rotate(270), (mask.width - radius, 0))
    shown = mask if opacity == 1 else mask.point(lambda cover: round(opacity * cover))
    image.paste(fill, (left, top), shown)


def disc(image: Image.Image, x: float, y: float, radius: int, fill: Colour) -> None:
    rounded(image, (x - radius, y - radius, x + radius, y + radius), radius, fill)


@lru_cache(maxsize=256)
def _corner(radius: int) -> Image.Image:
    mask = Image.new("L", (4 * radius, 4 * radius))
    ImageDraw.Draw(mask).ellipse((0, 0, 8 * radius - 1, 8 * radius - 1), 255)
    return mask.reduce(4)
