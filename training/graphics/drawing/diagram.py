"""Boxes and arrows."""

from random import Random

from PIL import Image, ImageDraw

from training.graphics.colours import Scheme, mix, pick_scheme
from training.graphics.drawing.shapes import reduced, rounded
from training.graphics.fields import Size
from training.graphics.lettering import words
from training.graphics.lettering.fonts import Fonts
from training.graphics.lettering.pen import Pen, pick_mode
from training.graphics.lettering.text import letter_size

Draw = ImageDraw.ImageDraw
Points = list[tuple[float, float]]


def diagram(random: Random, size: Size, fonts: Fonts) -> Image.Image:
    """Boxes with labels, joined by lines with arrows, straight or in right angles."""
    scheme = pick_scheme(random)
    font = fonts.pick(random, letter_size(random, 8, 24))
    em = font.size
    across, down = max(1, int(size[0] / (9 * em))), max(1, int(size[1] / (4.5 * em)))
    wide, high = size[0] / across, size[1] / down
    centres = [
        ((i + random.uniform(0.4, 0.6)) * wide, (j + random.uniform(0.4, 0.6)) * high)
        for i in range(across)
        for j in range(down)
        if random.random() < 0.75
    ] or [(size[0] / 2, size[1] / 2)]
    square, line = random.random() < 0.5, random.choice((1, 1, 2, 3))

    def paint(draw: Draw, factor: int) -> None:
        for x, y in centres:
            to = min(random.sample(centres, min(4, len(centres))), key=lambda at: abs(at[0] - x) + abs(at[1] - y))
            _arrow(draw, [(x, y), *([(to[0], y)] if square else []), to], factor, line, scheme)

    image = reduced(size, random.choice((1, 2, 3)), scheme.paper, paint)
    pen = Pen(image, pick_mode(random))
    radius, filled = random.choice((0, 0, 5, 30)), random.random() < 0.7
    for x, y in centres:
        text = words.label(random)
        half = max(2 * em, font.getlength(text) / 2 + 0.6 * em)
        box = (x - half, y - em, x + half, y + em)
        rounded(image, box, radius, scheme.ink)
        inner = (box[0] + line, box[1] + line, box[2] - line, box[3] - line)
        rounded(image, inner, radius, mix(scheme.accent(random), scheme.paper, 0.6) if filled else scheme.paper)
        pen.write_centred(box, text, font, scheme.ink)
    return image


def _arrow(draw: Draw, points: Points, factor: int, line: int, scheme: Scheme) -> None:
    scaled = [(factor * x, factor * y) for x, y in points]
    draw.line(scaled, scheme.ink, factor * line, "curve")
    (x0, y0), (x1, y1) = scaled[-2:]
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    length = max(1.0, ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5)
    dx, dy = (x1 - x0) / length * 5 * factor, (y1 - y0) / length * 5 * factor
    draw.polygon([(x + dx, y + dy), (x - dx - dy, y - dy + dx), (x - dx + dy, y - dy - dx)], scheme.ink)
