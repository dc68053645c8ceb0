"""Text screens: prompts, listings, logs."""

from random import Random

from PIL import Image

from training.graphics.colours import BLACK, gray, hsv
from training.graphics.fields import Size
from training.graphics.lettering import words
from training.graphics.lettering.fonts import Fonts
from training.graphics.lettering.pen import Pen
from training.graphics.lettering.text import letter_size


def terminal(random: Random, size: Size, fonts: Fonts) -> Image.Image:
    """A text screen: listings, prompts, logs, bars and boxes in a cell each."""
    paper = random.choice((BLACK, BLACK, gray(0.12), gray(1), hsv(0.62, 0.9, 0.3), hsv(0.8, 0.7, 0.2)))
    light = sum(paper) > 384
    ink = gray(0) if light else random.choice((gray(0.75), gray(1), hsv(0.33, 1, 0.9), hsv(0.11, 1, 1)))
    image = Image.new("RGB", size, paper)
    pen = Pen(image, random.choice(("smooth", "sharp", "sharp", "subpixel")))
    font = fonts.pick(random, letter_size(random, 9, 24), mono=True, plain=True)
    cell, leading = font.getlength("M"), round(font.size * 1.2)
    columns = int(size[0] / cell) + 1
    colours = [hsv(hue / 6, 0.7, 0.55 if light else 0.95) for hue in range(6)]
    line = _TERMINAL[0]
    for y in range(0, size[1], leading):
        line = random.choice(_TERMINAL) if random.random() < 0.2 else line
        column = 0
        for text, colour in line(random, columns):
            tint = ink if colour is None else colours[colour]
            if text and random.random() < 0.02:
                pen.draw.rectangle((column * cell, y, (column + len(text)) * cell - 1, y + leading - 1), tint)
                tint = paper
            pen.write(column * cell, y, text, font, tint)
            column += len(text)
    return image


Parts = list[tuple[str, int | None]]


def _prompt(random: Random, columns: int) -> Parts:
    return [
        (f"{words.word(random)}@{words.word(random)}", 2),
        (":~/" + words.word(random), 4),
        ("$ " + " ".join(words.word(random) for _ in range(random.randint(1, 5))), None),
    ]


def _listing(random: Random, columns: int) -> Parts:
    name = words.word(random) + random.choice((".py", ".txt", ".md", ".c", ""))
    return [
        (random.choice(("-rw-r--r-- ", "drwxr-xr-x ", "-rwxr-xr-x ")), None),
        (f"{random.randrange(10**6):>9} {random.randint(1, 12):02}-{random.randint(1, 28):02} ", None),
        (name, random.choice((None, None, 2, 4))),
    ]


def _log(random: Random, columns: int) -> Parts:
    clock = f"{random.randrange(24):02}:{random.randrange(60):02}:{random.randrange(60):02} "
    level, colour = random.choice((("INFO ", 2), ("WARN ", 1), ("ERROR ", 0), ("DEBUG ", 4)))
    return [(clock, 3), (level, colour), (" ".join(words.words(random, columns // 8)), None)]


def _bar(random: Random, columns: int) -> Parts:
    width = columns // 2
    done = random.randint(0, width)
    return [(f"{words.word(random)[:8]:<9}[", None), ("#" * done, 2), ("." * (width - done) + f"] {done}", None)]


def _plain(random: Random, columns: int) -> Parts:
    return [(" ".join(words.words(random, max(1, columns // 6))), None)]


_TERMINAL = (_prompt, _listing, _log, _bar, _plain)
