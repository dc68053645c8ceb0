"""Windows on a desktop, and what is in them."""

from random import Random

from PIL import Image

from training.graphics.colours import BLACK, WHITE, Colour, Scheme, any_colour, mix, pick_scheme, vivid
from training.graphics.drawing.shapes import disc, rounded
from training.graphics.fields import Box, Size
from training.graphics.lettering import words
from training.graphics.lettering.document import picture
from training.graphics.lettering.fonts import Font, Fonts
from training.graphics.lettering.pen import Pen, letter_width, pick_mode
from training.graphics.lettering.text import letter_size, set_text
from training.graphics.texture.gradient import gradient


def screen(random: Random, size: Size, fonts: Fonts) -> Image.Image:
    """A desktop with one to four windows, or the one window that fills it."""
    scheme = pick_scheme(random)
    image = gradient(random, size) if random.random() < 0.3 else Image.new("RGB", size, any_colour(random))
    pen = Pen(image, pick_mode(random))
    font = fonts.pick(random, letter_size(random, 9, 22), plain=True)
    if random.random() < 0.5:
        _window(pen, random, (-4, -4, size[0] + 4, size[1] + 4), font, scheme)
    else:
        _icons(pen, random, (0, 0, size[0], size[1]), font)
        for _ in range(random.randint(1, 4)):
            width, height = (random.uniform(0.3, 0.9) * side for side in size)
            left, top = random.uniform(-0.1, 0.6) * size[0], random.uniform(-0.05, 0.6) * size[1]
            _window(pen, random, (left, top, left + width, top + height), font, scheme)
    if random.random() < 0.4:
        top = size[1] - 2.2 * font.size
        pen.draw.rectangle((0, top, size[0], size[1]), scheme.panel)
        for i in range(size[0] // round(8 * font.size)):
            _button(pen, random, (i * 8 * font.size + 3, top + 3, (i + 1) * 8 * font.size, size[1] - 3), font, scheme)
    return image


def _window(pen: Pen, random: Random, box: Box, font: Font, scheme: Scheme) -> None:
    left, top, right, bottom = box
    em, radius = font.size, random.choice((0, 0, 4, 8))
    for spread in range(random.choice((0, 0, 6, 10)), 0, -1):
        shade = (left - spread, top - spread + 3, right + spread, bottom + spread + 3)
        rounded(pen.image, shade, radius + spread, BLACK, 0.06)
    rounded(pen.image, (left - 1, top - 1, right + 1, bottom + 1), radius, scheme.faint)
    rounded(pen.image, box, radius, scheme.paper)
    bar = scheme.accents[0] if random.random() < 0.4 else scheme.panel
    rounded(pen.image, (left, top, right, top + 2 * em), radius, bar)
    name = words.title(random, 3)[: max(0, int((right - left - 6 * em) / letter_width(font)))]
    pen.write(left + 5 * em, top + 0.35 * em, name, font, WHITE if sum(bar) < 384 else BLACK)
    for i in range(3):
        disc(pen.image, left + (1 + 1.4 * i) * em, top + em, max(2, round(0.4 * em)), scheme.accents[i + 1])
    y = top + 2 * em
    if random.random() < 0.6:
        x = left + em
        while x < right - 5 * em:
            text = words.label(random)
            pen.write(x, y + 0.3 * em, text, font, scheme.ink)
            x += font.getlength(text) + 1.5 * em
        y += 2 * em
        pen.draw.line((left, y, right, y), scheme.faint)
    x = left
    if random.random() < 0.5 and right - left > 20 * em:
        x = left + 9 * em
        pen.draw.rectangle((left, y + 1, x, bottom - radius), scheme.panel)
        _sidebar(pen, random, (left, y, x, bottom), font, scheme)
    _contents(pen, random, (x + em, y + em, right - em, bottom - em), font, scheme)


def _sidebar(pen: Pen, random: Random, box: Box, font: Font, scheme: Scheme) -> None:
    left, y, right, bottom = box
    em, chosen = font.size, random.randrange(10)
    for row in range(int((bottom - y) / (2 * em))):
        top = y + 2 * em * row
        if row == chosen:
            rounded(pen.image, (left + 3, top + 2, right - 3, top + 2 * em - 2), 4, scheme.accents[0])
        _glyph(pen, random, (left + 0.6 * em, top + 0.5 * em, left + 1.6 * em, top + 1.5 * em), scheme.accent(random))
        pen.write(left + 2.2 * em, top + 0.4 * em, words.label(random), font, scheme.ink)


def _contents(pen: Pen, random: Random, box: Box, font: Font, scheme: Scheme) -> None:
    left, y, right, bottom = box
    em = font.size
    while y < bottom - 2 * em and right - left > 6 * em:
        part = random.choice((_row_of_buttons, _form, _cards, _list, None))
        if part is None:
            y = set_text(pen, random, (left, y, right, min(bottom, y + 8 * em)), font, scheme.ink) + em
        else:
            y = part(pen, random, (left, y, right, bottom), font, scheme) + em


def _row_of_buttons(pen: Pen, random: Random, box: Box, font: Font, scheme: Scheme) -> float:
    left, y, right, _ = box
    em = font.size
    while left < right - 8 * em:
        width = random.uniform(5, 8) * em
        _button(pen, random, (left, y, left + width, y + 2 * em), font, scheme)
        left += width + em
    return y + 2 * em


def _button(pen: Pen, random: Random, box: Box, font: Font, scheme: Scheme) -> None:
    radius, filled = random.choice((0, 3, 6, 40)), random.random() < 0.4
    paper = scheme.accents[0] if filled else scheme.panel
    rounded(pen.image, box, radius, scheme.faint)
    rounded(pen.image, (box[0] + 1, box[1] + 1, box[2] - 1, box[3] - 1), radius, paper)
    pen.write_centred(box, random.choice(words.LABELS), font, scheme.paper if filled else scheme.ink)


def _form(pen: Pen, random: Random, box: Box, font: Font, scheme: Scheme) -> float:
    left, y, right, bottom = box
    em = font.size
    for _ in range(random.randint(1, 4)):
        if y + 2 * em > bottom:
            break
        pen.write(left, y + 0.3 * em, random.choice(words.LABELS), font, scheme.ink)
        field = (left + 7 * em, y, max(left + 9 * em, right - random.uniform(0, 6) * em), y + 1.8 * em)
        style = random.choice(("input", "check", "slider"))
        middle = (field[1] + field[3]) / 2
        if style == "input":
            pen.draw.rectangle(field, scheme.panel, scheme.faint)
            pen.write(field[0] + 4, y + 0.2 * em, words.word(random), font, scheme.faint)
        elif style == "check":
            pen.draw.rectangle((field[0], y + 3, field[0] + em, y + 3 + em), scheme.paper, scheme.ink)
            if random.random() < 0.5:
                pen.draw.line((field[0] + 2, y + em / 2, field[0] + em / 2, y + em), scheme.accents[0], 2)
                pen.draw.line((field[0] + em / 2, y + em, field[0] + em, y + 4), scheme.accents[0], 2)
        else:
            at = random.uniform(field[0], field[2])
            rounded(pen.image, (field[0], middle - 2, field[2], middle + 2), 2, scheme.faint)
            rounded(pen.image, (field[0], middle - 2, at, middle + 2), 2, scheme.accents[0])
            disc(pen.image, at, middle, max(3, round(0.5 * em)), scheme.accents[0])
        y += 2.3 * em
    return y


def _cards(pen: Pen, random: Random, box: Box, font: Font, scheme: Scheme) -> float:
    left, y, right, bottom = box
    em = font.size
    width = random.uniform(7, 12) * em
    end = min(bottom, y + random.uniform(8, 13) * em)
    while left + width <= right and end > y + 6 * em:
        rounded(pen.image, (left, y, left + width, end), random.choice((0, 6)), scheme.panel)
        picture(pen.image, random, (left + 4, y + 4, left + width - 4, end - 3.5 * em))
        pen.write(left + 0.5 * em, end - 3.2 * em, words.label(random), font, scheme.ink)
        pen.write(left + 0.5 * em, end - 1.7 * em, words.number(random), font, scheme.faint)
        left += width + 0.7 * em
    return end


def _list(pen: Pen, random: Random, box: Box, font: Font, scheme: Scheme) -> float:
    left, y, right, bottom = box
    em = font.size
    for row in range(random.randint(3, 8)):
        if y + 2 * em > bottom:
            break
        if row % 2:
            pen.draw.rectangle((left, y, right, y + 2 * em), scheme.panel)
        _glyph(pen, random, (left + 0.3 * em, y + 0.3 * em, left + 1.7 * em, y + 1.7 * em), scheme.accent(random))
        fits = max(1, int((right - left - 8 * em) / letter_width(font)))
        pen.write(left + 2.5 * em, y + 0.4 * em, " ".join(words.words(random, 6))[:fits], font, scheme.ink)
        text = words.number(random)
        pen.write(right - font.getlength(text) - 4, y + 0.4 * em, text, font, scheme.faint)
        y += 2 * em
    return y


def _icons(pen: Pen, random: Random, box: Box, font: Font) -> None:
    side = random.choice((24, 32, 48))
    for x in range(12, round(box[2]), 3 * side):
        for y in range(12, round(box[3]), 2 * side + 8):
            if random.random() < 0.5:
                rounded(pen.image, (x, y, x + side, y + side), random.choice((0, 5, side)), vivid(random))
                inner = (x + side * 0.25, y + side * 0.25, x + side * 0.75, y + side * 0.75)
                _glyph(pen, random, inner, random.choice((WHITE, vivid(random))))
                pen.write(x, y + side + 3, random.choice(words.LABELS), font, WHITE)


def _glyph(pen: Pen, random: Random, box: Box, ink: Colour) -> None:
    left, top, right, bottom = (round(edge) for edge in box)
    middle, shape = (left + right) // 2, random.randrange(6)
    if shape == 0:
        disc(pen.image, middle, (top + bottom) / 2, (right - left) // 2, ink)
    elif shape == 1:
        pen.draw.polygon(((left, bottom), (middle, top), (right, bottom)), ink)
    elif shape == 2:
        pen.draw.rectangle(box, mix(ink, WHITE, 0.5), ink)
    elif shape == 3:
        for i in range(3):
            y = top + (bottom - top) * (2 * i + 1) / 6
            pen.draw.line((left, y, right, y), ink, max(1, (bottom - top) // 8))
    elif shape == 4:
        pen.draw.line((middle, top, middle, bottom), ink, max(1, (right - left) // 5))
        pen.draw.line((left, (top + bottom) // 2, right, (top + bottom) // 2), ink, max(1, (right - left) // 5))
    else:
        pen.draw.ellipse(box, None, ink, max(1, (right - left) // 6))
