"""Charts, with axes and labels."""

from random import Random

from PIL import Image, ImageDraw

from training.graphics.colours import Scheme, mix, pick_scheme
from training.graphics.drawing.shapes import reduced
from training.graphics.fields import Box, Size
from training.graphics.lettering import words
from training.graphics.lettering.fonts import Font, Fonts
from training.graphics.lettering.pen import Pen, pick_mode
from training.graphics.lettering.text import letter_size

Draw = ImageDraw.ImageDraw
Points = list[tuple[float, float]]


def chart(random: Random, size: Size, fonts: Fonts) -> Image.Image:
    """Bars, lines, areas, points, pies or heat, with axes, grid, legend and labels; one to four of them."""
    scheme = pick_scheme(random)
    factor = random.choice((1, 2, 2))
    across, down = random.choice(((1, 1), (1, 1), (2, 1), (1, 2), (2, 2)))
    font = fonts.pick(random, letter_size(random, 7, 18), plain=True)
    boxes = [
        (
            (i + 0.04) * size[0] / across + 3.5 * font.size,
            (j + 0.04) * size[1] / down + 2 * font.size,
            (i + 0.96) * size[0] / across,
            (j + 0.96) * size[1] / down - 2 * font.size,
        )
        for i in range(across)
        for j in range(down)
    ]

    def paint(draw: Draw, factor: int) -> None:
        for box in boxes:
            _plot(draw, random, _scaled(box, factor), factor, scheme)

    image = reduced(size, factor, scheme.paper, paint)
    pen = Pen(image, pick_mode(random))
    for box in boxes:
        _label(pen, random, box, font, scheme)
    return image


def _scaled(box: Box, factor: int) -> Box:
    left, top, right, bottom = (factor * edge for edge in box)
    return left, top, max(right, left + 8), max(bottom, top + 8)


def _plot(draw: Draw, random: Random, box: Box, factor: int, scheme: Scheme) -> None:
    left, top, right, bottom = box
    style = random.choice((_bars, _bars, _curves, _curves, _areas, _points, _heat, _pie))
    if style is not _pie and random.random() < 0.6:
        lines = random.randint(3, 10)
        for i in range(lines):
            y = top + (bottom - top) * i / lines
            draw.line((left, y, right, y), mix(scheme.paper, scheme.faint, 0.5), factor)
    style(draw, random, box, factor, scheme)
    if style is not _pie:
        draw.line((left, top, left, bottom, right, bottom), scheme.ink, factor)
        if random.random() < 0.4:
            draw.rectangle(box, None, scheme.ink, factor)


def _pie(draw: Draw, random: Random, box: Box, factor: int, scheme: Scheme) -> None:
    left, top, right, bottom = box
    radius = min(right - left, bottom - top) / 2
    x, y = (left + right) / 2, (top + bottom) / 2
    cuts = sorted(random.uniform(0, 360) for _ in range(random.randint(2, 9)))
    for i, (start, end) in enumerate(zip(cuts, [*cuts[1:], cuts[0] + 360], strict=True)):
        whole = (x - radius, y - radius, x + radius, y + radius)
        draw.pieslice(whole, start, end, scheme.accents[i % 6], scheme.paper, factor)
    if random.random() < 0.4:
        radius /= 2
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), scheme.paper)


def _bars(draw: Draw, random: Random, box: Box, factor: int, scheme: Scheme) -> None:
    left, top, right, bottom = box
    count, series = random.randint(3, 40), random.choice((1, 1, 2, 3))
    step, fill = (right - left) / count, random.uniform(0.5, 1)
    for i in range(count):
        for k in range(series):
            x = left + step * (i + (1 - fill) / 2 + fill * k / series)
            y = bottom - random.random() * (bottom - top)
            draw.rectangle((x, y, x + step * fill / series, bottom), scheme.accents[k])


def _points(draw: Draw, random: Random, box: Box, factor: int, scheme: Scheme) -> None:
    left, top, right, bottom = box
    for colour in scheme.accents[: random.randint(1, 4)]:
        slope, radius = random.uniform(-0.4, 0.4), factor * random.uniform(1, 4)
        shape = random.choice((draw.ellipse, draw.rectangle))
        for _ in range(random.randint(10, 200)):
            u = random.random()
            x = left + u * (right - left)
            y = top + (bottom - top) * min(1, max(0, 0.5 + slope * (u - 0.5) + random.gauss(0, 0.15)))
            shape((x - radius, y - radius, x + radius, y + radius), colour)


def _heat(draw: Draw, random: Random, box: Box, factor: int, scheme: Scheme) -> None:
    left, top, right, bottom = box
    count = random.randint(4, 24)
    wide, high = (right - left) / count, (bottom - top) / count
    for i in range(count):
        for j in range(count):
            cell = (left + i * wide, top + j * high, left + (i + 1) * wide, top + (j + 1) * high)
            draw.rectangle(cell, mix(scheme.accents[0], scheme.paper, random.random()))


def _curves(draw: Draw, random: Random, box: Box, factor: int, scheme: Scheme) -> None:
    for colour in scheme.accents[: random.randint(1, 5)]:
        draw.line(_walk(random, box), colour, factor * random.choice((1, 1, 2, 3)), "curve")


def _areas(draw: Draw, random: Random, box: Box, factor: int, scheme: Scheme) -> None:
    left, _, right, bottom = box
    for colour in scheme.accents[: random.randint(1, 4)]:
        draw.polygon([*_walk(random, box), (right, bottom), (left, bottom)], colour)


def _walk(random: Random, box: Box) -> Points:
    left, top, right, bottom = box
    count = random.choice((5, 12, 40, 150))
    level, points = random.random(), []
    for i in range(count + 1):
        points.append((left + (right - left) * i / count, bottom - level * (bottom - top)))
        level = min(1.0, max(0.0, level + random.gauss(0, 0.7 / count**0.5)))
    return points


def _label(pen: Pen, random: Random, box: Box, font: Font, scheme: Scheme) -> None:
    left, top, right, bottom = box
    pen.write(left, top - 1.7 * font.size, words.title(random, 4), font, scheme.ink)
    ticks, step = random.choice((2, 4, 5, 10)), random.choice((0.1, 0.25, 1, 2, 5, 20, 100))
    for i in range(ticks + 1):
        y, text = bottom - (bottom - top) * i / ticks, f"{i * step:g}"
        pen.write(left - font.getlength(text) - 4, y - 0.6 * font.size, text, font, scheme.ink)
    for i in range(max(2, int((right - left) / (6 * font.size)))):
        pen.write(left + 6 * i * font.size, bottom + 0.4 * font.size, words.label(random)[:8], font, scheme.ink)
    if random.random() < 0.5:
        for i in range(random.randint(1, 4)):
            y = top + (0.5 + 1.4 * i) * font.size
            pen.draw.rectangle(
                (right - 7 * font.size, y, right - 6.2 * font.size, y + 0.8 * font.size), scheme.accents[i]
            )
            pen.write(right - 5.8 * font.size, y - 0.2 * font.size, words.label(random), font, scheme.ink)
