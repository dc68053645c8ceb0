"""Writes text on an image: anti-aliased, not, or for the sub-pixels of a screen."""

from random import Random

import numpy as np
from PIL import Image, ImageDraw

from training.graphics.colours import Colour
from training.graphics.fields import Box
from training.graphics.lettering.fonts import Font, open_font

MODES = ("smooth", "sharp", "subpixel")
_FILTER = np.array([1, 2, 3, 2, 1], np.float32) / 9


def pick_mode(random: Random) -> str:
    return random.choices(MODES, (6, 2, 2))[0]


class Pen:
    """Writes on ``image`` (RGB), in one of MODES."""

    def __init__(self, image: Image.Image, mode: str = "smooth") -> None:
        self.image, self.mode = image, mode
        self.draw = ImageDraw.Draw(image)
        self.draw.fontmode = "1" if mode == "sharp" else "L"

    def write(self, x: float, y: float, text: str, font: Font, ink: Colour) -> None:
        """``x``, ``y``: the left of the text, and the top of its tallest letters. It may reach over the edges."""
        if y >= self.image.height or x >= self.image.width or y < -2 * font.size:
            return
        if self.mode == "subpixel":
            self._write_subpixels(round(x), round(y), text, font, ink)
        else:
            self.draw.text((round(x), round(y)), text, ink, font)

    def outline(self, x: float, y: float, text: str, font: Font, ink: Colour, edge: Colour, stroke: int) -> None:
        """Letters with an edge around them, ``stroke`` pixels wide; without it where the font is of bitmaps."""
        width = 0 if str(font.path).endswith(".otb") else stroke
        self.draw.text((round(x), round(y)), text, ink, font, stroke_width=width, stroke_fill=edge)

    def write_centred(self, box: Box, text: str, font: Font, ink: Colour) -> None:
        left, top, right, bottom = box
        x = (left + right - font.getlength(text)) / 2
        self.write(x, (top + bottom - 1.25 * font.size) / 2, text, font, ink)

    def _write_subpixels(self, x: int, y: int, text: str, font: Font, ink: Colour) -> None:
        """Three times as wide a mask, whose columns light red, green and blue stripes of the pixels, filtered as
        FreeType's default does, so that colours fringe little."""
        large = open_font(font.path, round(3 * font.size), font.layout_engine == 1)  # type: ignore[arg-type]
        if large.size != 3 * font.size:
            self.draw.text((x, y), text, ink, font)
            return
        width, height = int(large.getlength(text) / 3) + 4, 2 * round(font.size)
        mask = Image.new("L", (3 * width, 3 * height))
        ImageDraw.Draw(mask).text((3, 0), text, 255, large)
        stripes = np.asarray(mask.reduce((1, 3)), np.float32) / 255
        padded = np.pad(stripes, ((0, 0), (2, 2)))
        cover = sum(weight * padded[:, i : i + 3 * width] for i, weight in enumerate(_FILTER))
        box = (x - 1, y, x - 1 + width, y + height)
        under = np.asarray(self.image.crop(box), np.float32)
        drawn = under + (np.array(ink, np.float32) - under) * np.reshape(cover, (height, width, 3))
        self.image.paste(Image.fromarray(drawn.round().astype(np.uint8)), box[:2])


def letter_width(font: Font) -> float:
    """Of a letter on average, in pixels."""
    return max(1.0, font.getlength("the quick brown fox jumps over") / 30)
