"""Drawings of thin lines."""

from math import cos, pi, sin
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from training.graphics.colours import Scheme, pick_scheme
from training.graphics.drawing.shapes import reduced
from training.graphics.fields import Size, clouds, numbers

Draw = ImageDraw.ImageDraw
Points = list[tuple[float, float]]


def line_art(random: Random, size: Size) -> Image.Image:
    """Curves, hatching, contours, plans, rosettes or branches: thin lines of one or few inks."""
    scheme = pick_scheme(random)
    style = random.choice(("curves", "hatching", "contours", "plan", "rosette", "branches", "engraving"))
    if style in ("contours", "engraving"):
        return _contours(random, size, scheme, engraved=style == "engraving")
    strokes = _STROKES[style](random, size)
    width = random.choice((1, 1, 2, 3))
    inks = [scheme.ink, *scheme.accents[:2]] if random.random() < 0.3 else [scheme.ink]

    def paint(draw: Draw, factor: int) -> None:
        for stroke in strokes:
            scaled = [(factor * x, factor * y) for x, y in stroke]
            draw.line(scaled, random.choice(inks), factor * width, "curve" if width > 1 else None)

    return reduced(size, random.choice((1, 2, 2)), scheme.paper, paint)


def _contours(random: Random, size: Size, scheme: Scheme, engraved: bool) -> Image.Image:
    field = clouds(numbers(random), size, random.randint(1, 3), 3)
    if engraved:
        period = random.uniform(4, 10)
        rows = np.arange(size[1], dtype=np.float32)[:, None] + 0.4 * period * np.sin(field * 12)
        ink = (np.abs((rows / period) % 1 - 0.5) * period < field * period / 2.2).astype(np.float32)
    else:
        level = field * random.randint(6, 40)
        down, right = np.gradient(level)
        ink = (1.2 - np.abs((level + 0.5) % 1 - 0.5) / np.maximum(np.hypot(down, right), 1e-3)).clip(0, 1)
    mask = Image.fromarray((255 * ink).astype(np.uint8))
    return Image.composite(Image.new("RGB", size, scheme.ink), Image.new("RGB", size, scheme.paper), mask)


def _curves(random: Random, size: Size) -> list[Points]:
    strokes = []
    for _ in range(random.randint(4, 60)):
        ends = [np.array((random.uniform(-0.2, 1.2) * size[0], random.uniform(-0.2, 1.2) * size[1])) for _ in range(4)]
        t = np.linspace(0, 1, 40)[:, None]
        curve = (1 - t) ** 3 * ends[0] + 3 * (1 - t) ** 2 * t * ends[1] + 3 * (1 - t) * t**2 * ends[2] + t**3 * ends[3]
        strokes.append([(x, y) for x, y in curve.tolist()])
    return strokes


def _hatching(random: Random, size: Size) -> list[Points]:
    strokes = []
    for _ in range(random.randint(4, 16)):
        x, y, reach = random.random() * size[0], random.random() * size[1], random.uniform(20, 150)
        angle, gap = random.uniform(0, pi), random.uniform(3, 10)
        c, s = cos(angle), sin(angle)
        for i in range(int(2 * reach / gap)):
            across = -reach + i * gap
            half = (reach**2 - across**2) ** 0.5
            strokes.append([(x + end * half * c - across * s, y + end * half * s + across * c) for end in (-1, 1)])
    return strokes


def _plan(random: Random, size: Size) -> list[Points]:
    strokes: list[Points] = []

    def divide(left: float, top: float, right: float, bottom: float) -> None:
        strokes.append([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)])
        if max(right - left, bottom - top) < 50 or (len(strokes) > 4 and random.random() < 0.15):
            if random.random() < 0.3:
                strokes.append([(left, top), (right, bottom)])
            return
        gap = random.choice((0, 4))
        if right - left > bottom - top:
            cut = left + (right - left) * random.uniform(0.3, 0.7)
            divide(left, top, cut - gap, bottom)
            divide(cut, top, right, bottom)
        else:
            cut = top + (bottom - top) * random.uniform(0.3, 0.7)
            divide(left, top, right, cut - gap)
            divide(left, cut, right, bottom)

    divide(4, 4, size[0] - 4, size[1] - 4)
    return strokes


def _rosette(random: Random, size: Size) -> list[Points]:
    strokes = []
    for _ in range(random.randint(1, 4)):
        x, y, radius = random.random() * size[0], random.random() * size[1], random.uniform(0.2, 0.6) * size[0]
        ratio, share = random.randint(2, 40) + random.choice((0, 1 / 3, 0.2)), random.uniform(0.2, 0.8)
        angles = np.linspace(0, 10 * pi, 900)
        along = radius * ((1 - share) * np.exp(1j * angles) + share * np.exp(-1j * ratio * angles))
        strokes.append([(x + point.real, y + point.imag) for point in along.tolist()])
    return strokes


def _branches(random: Random, size: Size) -> list[Points]:
    strokes: list[Points] = []

    def grow(x: float, y: float, angle: float, length: float) -> None:
        if length < 4 or len(strokes) > 3000:
            return
        end = x + length * cos(angle), y - length * sin(angle)
        strokes.append([(x, y), end])
        for side in (-1, 1):
            if random.random() < 0.92:
                grow(*end, angle + side * random.uniform(0.1, 0.7), length * random.uniform(0.6, 0.85))

    for _ in range(random.randint(1, 4)):
        grow(random.random() * size[0], size[1], pi / 2, random.uniform(0.1, 0.25) * size[1])
    return strokes


_STROKES = {"curves": _curves, "hatching": _hatching, "plan": _plan, "rosette": _rosette, "branches": _branches}
