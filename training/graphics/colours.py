"""Colours, and schemes of them that go together."""

from colorsys import hsv_to_rgb
from dataclasses import dataclass
from random import Random

Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)


def hsv(hue: float, saturation: float, value: float) -> Colour:
    """Each of the three in 0..1; hue may lie outside and wraps around."""
    red, green, blue = hsv_to_rgb(hue % 1, saturation, value)
    return round(255 * red), round(255 * green), round(255 * blue)


def vivid(random: Random) -> Colour:
    return hsv(random.random(), random.uniform(0.6, 1), random.uniform(0.6, 1))


def saturated(random: Random) -> Colour:
    """As far from gray as there is: one of the channels at 0, another at 255."""
    return hsv(random.choice((random.random(), random.randrange(6) / 6)), 1, 1)


def pastel(random: Random) -> Colour:
    return hsv(random.random(), random.uniform(0.05, 0.4), random.uniform(0.85, 1))


def gray(level: float) -> Colour:
    """``level`` in 0..1."""
    return (round(255 * level),) * 3


def any_colour(random: Random) -> Colour:
    return random.choice((vivid, saturated, pastel, lambda r: gray(r.random()), lambda r: hsv(*_three(r))))(random)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """``one`` at share 0, ``other`` at 1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


@dataclass(frozen=True)
class Scheme:
    """What a page is drawn in. ``panel`` is near the paper, ``faint`` between paper and ink."""

    paper: Colour
    ink: Colour
    panel: Colour
    faint: Colour
    accents: tuple[Colour, ...]

    def accent(self, random: Random) -> Colour:
        return random.choice(self.accents)


def pick_scheme(random: Random) -> Scheme:
    """Light most often, then dark, gray only, tinted, and sometimes of little contrast or of loud colours."""
    paper, ink, coloured = random.choices((_light, _dark, _gray, _tinted, _loud), (9, 6, 3, 3, 1))[0](random)
    hue, step = random.random(), random.choice((0.03, 0.15, 0.38))
    accents = tuple(
        hsv(hue + i * step, random.uniform(0.5, 1), random.uniform(0.5, 1)) if coloured else gray(random.random())
        for i in range(6)
    )
    return Scheme(
        paper,
        ink,
        mix(paper, accents[0] if coloured and random.random() < 0.3 else ink, random.uniform(0.03, 0.15)),
        mix(paper, ink, random.uniform(0.3, 0.7)),
        accents,
    )


def _light(random: Random) -> tuple[Colour, Colour, bool]:
    paper = random.choice((WHITE, WHITE, gray(random.uniform(0.85, 1)), pastel(random)))
    return paper, random.choice((BLACK, gray(random.uniform(0, 0.4)), hsv(random.random(), 0.8, 0.3))), True


def _dark(random: Random) -> tuple[Colour, Colour, bool]:
    paper = random.choice(
        (BLACK, gray(random.uniform(0.05, 0.25)), hsv(random.random(), 0.6, random.uniform(0.1, 0.3)))
    )
    return paper, random.choice((WHITE, gray(random.uniform(0.6, 1)), pastel(random), vivid(random))), True


def _gray(random: Random) -> tuple[Colour, Colour, bool]:
    paper, ink = random.choice(((1.0, 0.0), (0.0, 1.0), (random.uniform(0.6, 1), random.uniform(0, 0.4))))
    return gray(paper), gray(ink), False


def _tinted(random: Random) -> tuple[Colour, Colour, bool]:
    hue = random.random()
    one, other = hsv(hue, random.uniform(0.2, 0.8), random.uniform(0.7, 1)), hsv(hue, 0.7, random.uniform(0.1, 0.4))
    return *random.choice(((one, other), (other, one))), True


def _loud(random: Random) -> tuple[Colour, Colour, bool]:
    return saturated(random), random.choice((saturated(random), WHITE, BLACK)), True


def _three(random: Random) -> tuple[float, float, float]:
    return random.random(), random.random(), random.random()
