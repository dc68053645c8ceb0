"""Maps of towns that there are not."""

from math import cos, pi, sin
from random import Random

from PIL import Image, ImageDraw

from training.graphics.colours import BLACK, WHITE, gray, hsv, mix
from training.graphics.drawing.shapes import reduced
from training.graphics.fields import Size
from training.graphics.lettering import words
from training.graphics.lettering.fonts import Fonts
from training.graphics.lettering.pen import Pen, pick_mode
from training.graphics.lettering.text import letter_size

Draw = ImageDraw.ImageDraw
Points = list[tuple[float, float]]


def street_map(random: Random, size: Size, fonts: Fonts) -> Image.Image:
    """Land, water, parks, buildings, streets with casings, and names."""
    dark = random.random() < 0.25
    hues = [hsv(hue, random.uniform(0.1, 0.5), random.uniform(0.2, 0.4) if dark else 0.9) for hue in (0.1, 0.58, 0.3)]
    land = gray(0.15) if dark else random.choice((hues[0], gray(0.95), (242, 239, 233)))
    streets = [gray(0.35), gray(0.45), hsv(0.1, 0.5, 0.5)] if dark else [WHITE, (255, 240, 160), (250, 190, 110)]
    spacing = random.uniform(25, 110)
    bend = random.uniform(0, 0.35) * spacing
    turn = random.uniform(0, pi)

    def paint(draw: Draw, factor: int) -> None:
        for colour in (*hues[1:], hues[2]):
            blob = _blob(
                random, random.random() * size[0], random.random() * size[1], random.uniform(30, 0.5 * size[0])
            )
            draw.polygon([(factor * x, factor * y) for x, y in blob], colour)
        for corners in _buildings(random, size, turn):
            draw.polygon([(factor * x, factor * y) for x, y in corners], mix(land, BLACK, 0.12))
        lines = _streets(random, size, spacing, bend, turn)
        for extra, tone in ((2, mix(land, BLACK, 0.25)), (0, None)):
            for points, width, kind in lines:
                scaled = [(factor * x, factor * y) for x, y in points]
                draw.line(scaled, tone or streets[kind], factor * (width + extra), "curve")

    image = reduced(size, random.choice((1, 2, 2)), land, paint)
    pen = Pen(image, pick_mode(random))
    font = fonts.pick(random, letter_size(random, 8, 18))
    for _ in range(random.randint(2, 4 + size[0] * size[1] // 15000)):
        x, y, text = random.uniform(-0.1, 0.9) * size[0], random.random() * size[1], words.title(random, 2)
        pen.outline(x, y, text, font, gray(0.9 if dark else 0.2), land, 1)
    return image


def _blob(random: Random, x: float, y: float, radius: float) -> Points:
    phases = [random.uniform(0, 2 * pi) for _ in range(3)]
    points = []
    for i in range(60):
        angle = 2 * pi * i / 60
        reach = radius * (1 + 0.3 * sum(sin((k + 2) * angle + phase) / (k + 1) for k, phase in enumerate(phases)))
        points.append((x + reach * cos(angle), y + reach * sin(angle)))
    return points


def _buildings(random: Random, size: Size, turn: float) -> list[Points]:
    found = []
    for _ in range(random.choice((0, size[0] * size[1] // 2500))):
        x, y, c, s = random.random() * size[0], random.random() * size[1], cos(turn), sin(turn)
        wide, high = random.uniform(4, 20), random.uniform(4, 20)
        corners = ((-wide, -high), (wide, -high), (wide, high), (-wide, high))
        found.append([(x + c * u - s * v, y + s * u + c * v) for u, v in corners])
    return found


def _streets(random: Random, size: Size, spacing: float, bend: float, turn: float) -> list[tuple[Points, int, int]]:
    lines = []
    reach = max(size)
    for direction in (turn, turn + pi / 2):
        c, s = cos(direction), sin(direction)
        offset = -reach + random.random() * spacing
        while offset < reach:
            phase = random.uniform(0, 2 * pi)
            start, end = sorted((random.uniform(-reach, 0), random.uniform(0, reach)))
            points = []
            for i in range(25):
                along = start + (end - start) * i / 24
                across = offset + bend * sin(along / (2 * spacing) + phase)
                points.append((size[0] / 2 + c * along - s * across, size[1] / 2 + s * along + c * across))
            kind = random.choices((0, 1, 2), (8, 2, 1))[0]
            lines.append((points, random.randint(2, 5) + 3 * kind, kind))
            offset += spacing * random.uniform(0.5, 1.3)
    return sorted(lines, key=lambda line: line[2])
