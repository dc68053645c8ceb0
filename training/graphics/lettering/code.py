"""Code, as an editor shows it."""

from random import Random

from PIL import Image

from training.graphics.colours import Scheme, pick_scheme
from training.graphics.fields import Size
from training.graphics.lettering import words
from training.graphics.lettering.fonts import Font, Fonts
from training.graphics.lettering.pen import Pen, pick_mode
from training.graphics.lettering.text import letter_size


def code(random: Random, size: Size, fonts: Fonts) -> Image.Image:
    """An editor's page, its tokens coloured, with numbers of lines at times."""
    scheme = pick_scheme(random)
    image = Image.new("RGB", size, scheme.paper)
    pen = Pen(image, pick_mode(random))
    font = fonts.pick(random, letter_size(random, 8, 28), mono=True)
    width, leading = font.getlength("M"), round(font.size * random.uniform(1.15, 1.6))
    numbered, first = random.random() < 0.5, random.randrange(900)
    left, depth, plain = random.uniform(-30, 30), 0, random.random() < 0.2
    if numbered:
        left = 5 * width
        pen.draw.rectangle((0, 0, 4.5 * width, size[1]), scheme.panel)
    marked = random.randrange(3 * size[1] // leading)
    for row, y in enumerate(range(round(random.uniform(-10, 10)), size[1], leading)):
        depth = max(0, min(6, depth + random.choice((-1, 0, 0, 0, 1))))
        if row == marked:
            pen.draw.rectangle((left - width / 2, y, size[0], y + leading - 1), scheme.panel)
        if numbered:
            pen.write(width / 2, y, f"{first + row:4}"[-4:], font, scheme.faint)
        if random.random() > 0.12:
            _write_tokens(pen, random, left + 4 * depth * width, y, font, scheme, plain)
    return image


def _write_tokens(pen: Pen, random: Random, x: float, y: float, font: Font, scheme: Scheme, plain: bool) -> None:
    for token in words.code_line(random):
        stripped = token.strip()
        if plain or not stripped.isalnum():
            ink = scheme.faint if stripped.startswith(("#", "//")) else scheme.ink
        else:
            ink = scheme.accents[len(stripped) % 3] if stripped in words.KEYWORDS else scheme.ink
        ink = scheme.accents[3] if stripped.startswith('"') and not plain else ink
        pen.write(x, y, token, font, ink)
        x += font.getlength(token)
