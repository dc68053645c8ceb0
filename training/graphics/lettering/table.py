"""Tables of words and numbers."""

from random import Random

from PIL import Image

from training.graphics.colours import Colour, Scheme, pick_scheme, vivid
from training.graphics.fields import Box, Size
from training.graphics.lettering import words
from training.graphics.lettering.fonts import Font, Fonts
from training.graphics.lettering.pen import Pen, letter_width, pick_mode
from training.graphics.lettering.text import letter_size


def table(random: Random, size: Size, fonts: Fonts) -> Image.Image:
    """Rows and columns of words and numbers, as spreadsheets and price lists have."""
    scheme = pick_scheme(random)
    image = Image.new("RGB", size, scheme.paper)
    pen = Pen(image, pick_mode(random))
    font = fonts.pick(random, letter_size(random, 8, 26))
    height = round(font.size * random.uniform(1.3, 2.4))
    rows = random.random() < 0.6
    columns = random.random() < 0.6
    zebra = random.random() < 0.4
    kinds = [random.choice((words.number, words.number, words.label, words.title)) for _ in range(40)]
    edges = [random.uniform(-20, 20)]
    while edges[-1] < size[0]:
        edges.append(edges[-1] + font.size * random.uniform(3, 10))
    head = (vivid(random), scheme.paper) if random.random() < 0.5 else (scheme.panel, scheme.ink)
    for row, y in enumerate(range(random.randint(-10, 10), size[1], height)):
        paper = head[0] if row == 0 else scheme.panel if zebra and row % 2 else scheme.paper
        pen.draw.rectangle((0, y, size[0], y + height - 1), paper)
        if rows:
            pen.draw.line((0, y, size[0], y), scheme.faint)
        for kind, left, right in zip(kinds, edges, edges[1:], strict=False):
            _write_cell(pen, random, kind, row == 0, (left + 4, y, right - 4, y + height), font, head[1], scheme)
    if columns:
        for x in edges:
            pen.draw.line((x, 0, x, size[1]), scheme.faint)
    return image


def _write_cell(
    pen: Pen,
    random: Random,
    kind: object,
    heads: bool,
    box: Box,
    font: Font,
    head_ink: Colour,
    scheme: Scheme,
) -> None:
    left, top, right, bottom = box
    text = words.label(random) if heads or kind is words.label else words.number(random)
    if kind is words.title and not heads:
        text = words.title(random, 3)
    text = text[: max(1, int((right - left) / letter_width(font)))]
    x = right - font.getlength(text) if kind is words.number else left
    ink = head_ink if heads else scheme.ink if random.random() < 0.95 else scheme.accent(random)
    pen.write(x, (top + bottom - 1.25 * font.size) / 2, text, font, ink)
