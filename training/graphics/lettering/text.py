"""Running text, and lettering."""

from random import Random

from PIL import Image

from training.graphics.colours import BLACK, Colour, mix, pick_scheme, saturated
from training.graphics.fields import Box, Size
from training.graphics.lettering import words
from training.graphics.lettering.fonts import Font, Fonts
from training.graphics.lettering.pen import Pen, letter_width, pick_mode

ALIGNS = ("left", "left", "justified", "centre")


def letter_size(random: Random, smallest: float = 7, largest: float = 40) -> float:
    """In pixels; small ones are more frequent, as they are on screens."""
    octave: float = random.random() ** 1.8
    return float(smallest * (largest / smallest) ** octave)


def set_text(
    pen: Pen, random: Random, box: Box, font: Font, ink: Colour, align: str = "left", script: str = "latin"
) -> float:
    """Fills the box with lines, aligned in one of ALIGNS, and returns where the next line would be."""
    left, y, right, bottom = box
    leading = font.size * random.uniform(1.1, 1.7)
    fits = max(1, int((right - left) / (letter_width(font) * (1 if script == "latin" else 1.5))))
    while y + leading <= bottom:
        line = _line(random, fits, script)
        ends = random.random() < 0.15
        if align == "justified" and not ends and len(line) > 3:
            _justify(pen, left, right, y, line, font, ink)
        else:
            text = " ".join(line[: len(line) // 2 + 1] if ends else line)
            x = (left + right - font.getlength(text)) / 2 if align == "centre" else left
            pen.write(x, y, text, font, ink)
        y += leading * (1.6 if ends and random.random() < 0.5 else 1)
    return y


def _line(random: Random, fits: int, script: str) -> list[str]:
    line = words.words(random, fits // 4 + 1, script)
    while len(line) > 1 and sum(map(len, line)) + len(line) - 1 > fits:
        line.pop()
    return line


def _justify(pen: Pen, left: float, right: float, y: float, line: list[str], font: Font, ink: Colour) -> None:
    widths = [font.getlength(word) for word in line]
    gap = (right - left - sum(widths)) / max(1, len(line) - 1)
    x = left
    for word, width in zip(line, widths, strict=True):
        pen.write(x, y, word, font, ink)
        x += width + min(gap, 1.5 * font.size)


def paragraphs(random: Random, size: Size, fonts: Fonts) -> Image.Image:
    """Running text in one font and one to three colours, most often English."""
    scheme = pick_scheme(random)
    image = Image.new("RGB", size, scheme.paper)
    pen = Pen(image, pick_mode(random))
    script = random.choice(fonts.scripts()) if random.random() < 0.3 else "latin"
    y = random.uniform(-20, 20)
    edge = random.choice((random.uniform(-60, 5), random.uniform(5, size[0] / 8)))
    while y < size[1]:
        font = fonts.pick(random, letter_size(random), script=script)
        ink = random.choice((scheme.ink, scheme.ink, scheme.faint, scheme.accent(random)))
        bottom = y + random.uniform(0.2, 1) * size[1] + 2 * font.size
        box, align = (edge, y, size[0] - edge, bottom), random.choice(ALIGNS)
        y = set_text(pen, random, box, font, ink, align, script) + font.size
    return image


def lettering(random: Random, size: Size, fonts: Fonts) -> Image.Image:
    """A few large words, such as posters, covers and signs have; outlined or with a shadow at times."""
    scheme = pick_scheme(random)
    image = Image.new("RGB", size, random.choice((scheme.paper, scheme.accent(random), saturated(random))))
    pen = Pen(image, random.choice(("smooth", "smooth", "sharp")))
    y = random.uniform(-0.1, 0.2) * size[1]
    while y < size[1]:
        height = random.uniform(0.08, 0.5) * size[1]
        font = fonts.pick(random, height)
        text = words.title(random, 2)
        text = text.upper() if random.random() < 0.4 else text
        x = random.uniform(-0.1, 0.3) * size[0]
        ink = random.choice((scheme.ink, scheme.accent(random), saturated(random)))
        if random.random() < 0.2:
            offset = height * random.uniform(0.02, 0.1)
            pen.write(x + offset, y + offset, text, font, mix(scheme.paper, BLACK, 0.6))
        stroke = round(height * 0.04) if random.random() < 0.2 else 0
        pen.outline(x, y, text, font, ink, scheme.accent(random), stroke)
        y += 1.25 * height
    return image
