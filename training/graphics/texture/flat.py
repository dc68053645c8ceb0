"""Large areas of flat colours."""

from random import Random

from PIL import Image, ImageDraw

from training.graphics.colours import Colour, any_colour, gray, saturated, vivid
from training.graphics.drawing.shapes import reduced
from training.graphics.fields import Size


def flat(random: Random, size: Size) -> Image.Image:
    """Few colours in large areas: one only, rectangles, discs, triangles, or stripes as flags have."""
    style = random.choice(("one", *2 * ("rectangles", "discs", "triangles", "flag", "swatches")))
    pick = random.choice((saturated, saturated, vivid, any_colour))
    palette = [pick(random) for _ in range(random.randint(2, 7))]
    width, height = size
    image = Image.new("RGB", size, palette[0])
    draw = ImageDraw.Draw(image)
    if style == "rectangles":
        _divide(draw, random, (0, 0, width, height), palette, random.choice((0, 0, 2, 6)))
    elif style == "discs":
        image = reduced(size, random.choice((1, 2)), palette[0], lambda d, f: _discs(d, random, size, f, palette))
    elif style == "triangles":
        for _ in range(random.randint(3, 40)):
            corners = [(random.uniform(-0.2, 1.2) * width, random.uniform(-0.2, 1.2) * height) for _ in range(3)]
            draw.polygon(corners, random.choice(palette))
    elif style == "flag":
        upright, count = random.random() < 0.5, random.randint(2, 9)
        for i in range(count):
            band = (i / count, 0, (i + 1) / count, 1) if upright else (0, i / count, 1, (i + 1) / count)
            draw.rectangle(
                [edge * side for edge, side in zip(band, (*size, *size), strict=True)], palette[i % len(palette)]
            )
    elif style == "swatches":
        side = random.randint(8, 96)
        for x in range(0, width, side):
            for y in range(0, height, side):
                draw.rectangle((x, y, x + side - 1, y + side - 1), pick(random))
    return image


def _divide(
    draw: ImageDraw.ImageDraw, random: Random, box: tuple[int, int, int, int], palette: list[Colour], line: int
) -> None:
    left, top, right, bottom = box
    if max(right - left, bottom - top) < 40 or (max(right - left, bottom - top) < 200 and random.random() < 0.2):
        draw.rectangle(box, random.choice(palette), gray(0), line)
    elif right - left > bottom - top:
        cut = random.randint(left + 10, right - 10)
        _divide(draw, random, (left, top, cut, bottom), palette, line)
        _divide(draw, random, (cut, top, right, bottom), palette, line)
    else:
        cut = random.randint(top + 10, bottom - 10)
        _divide(draw, random, (left, top, right, cut), palette, line)
        _divide(draw, random, (left, cut, right, bottom), palette, line)


def _discs(draw: ImageDraw.ImageDraw, random: Random, size: Size, factor: int, palette: list[Colour]) -> None:
    for _ in range(random.randint(2, 60)):
        x, y, radius = random.random() * size[0], random.random() * size[1], random.uniform(3, 0.3 * size[0])
        box = [factor * edge for edge in (x - radius, y - radius, x + radius, y + radius)]
        draw.ellipse(box, random.choice(palette))
