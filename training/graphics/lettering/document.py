"""Printed pages."""

from random import Random

from PIL import Image

from training.graphics.colours import Scheme, pick_scheme
from training.graphics.drawing.shapes import disc
from training.graphics.fields import Box, Size
from training.graphics.lettering import words
from training.graphics.lettering.fonts import Font, Fonts
from training.graphics.lettering.pen import Pen, letter_width, pick_mode
from training.graphics.lettering.text import ALIGNS, letter_size, set_text
from training.graphics.texture.gradient import gradient

SCANNED_SHARE = 0.15
"""Of the pages lie a little askew, as scanned ones do."""


def document(random: Random, size: Size, fonts: Fonts) -> Image.Image:
    """A page or a part of it: headings, columns, lists, rules and figures."""
    scheme = pick_scheme(random)
    image = Image.new("RGB", size, scheme.paper)
    pen = Pen(image, pick_mode(random))
    body = fonts.pick(random, letter_size(random, 7, 20), plain=True)
    head = fonts.pick(random, body.size * random.uniform(1.3, 2.5))
    columns = random.randint(1, 3) if size[0] > 30 * body.size else 1
    margin = random.uniform(0.01, 0.12) * size[0]
    gap = body.size * random.uniform(1, 2.5)
    width = (size[0] - 2 * margin - (columns - 1) * gap) / columns
    top = random.uniform(-30, 30)
    if random.random() < 0.5:
        large = fonts.pick(random, body.size * random.uniform(2, 4))
        pen.write(margin, max(4, top), words.title(random), large, scheme.ink)
        top = max(4, top) + 1.5 * large.size
    align = random.choice(ALIGNS)
    for column in range(columns):
        left = margin + column * (width + gap)
        _fill_column(pen, random, (left, top, left + width, size[1]), body, head, scheme, align)
    if random.random() < SCANNED_SHARE:
        return image.rotate(random.uniform(-3, 3), Image.Resampling.BICUBIC, fillcolor=scheme.paper)
    return image


def _fill_column(pen: Pen, random: Random, box: Box, body: Font, head: Font, scheme: Scheme, align: str) -> None:
    left, y, right, bottom = box
    while y < bottom:
        part = random.choices(("text", "heading", "list", "figure", "rule"), (9, 3, 2, 1, 1))[0]
        if part == "text":
            end = y + random.uniform(3, 20) * body.size
            y = set_text(pen, random, (left, y, right, end), body, scheme.ink, align)
        elif part == "heading":
            text = words.title(random)[: int((right - left) / letter_width(head))]
            pen.write(left, y, text, head, random.choice((scheme.ink, scheme.accents[0])))
            y += 1.3 * head.size
        elif part == "list":
            for _ in range(random.randint(2, 5)):
                disc(pen.image, left + body.size / 2, y + 0.65 * body.size, max(1, round(body.size / 6)), scheme.ink)
                end = y + 1.8 * body.size
                set_text(pen, random, (left + 1.5 * body.size, y, right, end), body, scheme.ink)
                y += 1.5 * body.size
        elif part == "figure":
            height = random.uniform(0.2, 0.7) * (right - left)
            picture(pen.image, random, (left, y, right, y + height))
            y += height
        else:
            pen.draw.line((left, y, right, y), scheme.faint, random.choice((1, 1, 2)))
        y += random.uniform(0.3, 1) * body.size


def picture(image: Image.Image, random: Random, box: Box) -> None:
    """Stands for a picture on a page: a gradient."""
    left, top, right, bottom = map(round, box)
    size = (min(right, image.width) - left, min(bottom, image.height) - top)
    if min(size) > 4:
        image.paste(gradient(random, size), (left, top))
