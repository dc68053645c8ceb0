"""The picture of docs/compression.md."""

import dataclasses
from pathlib import Path

import numpy as np
from matplotlib.colors import to_rgb
from PIL import Image

from benchmarks.compression.curves import Curve
from benchmarks.compression.picture import OURS, PEERS, PUBLISHED, draw
from hourglass.imaging import Pixels

CURVE = Curve([0.1, 0.25, 0.6, 1.4, 3.0], [26, 29.5, 33, 37, 41.5], [0.86, 0.93, 0.97, 0.988, 0.996])
BETTER = dataclasses.replace(CURVE, bpp=[0.8 * each for each in CURVE.bpp])


def drawn(path: Path, measured: dict[str, Curve], published: dict[str, Curve], anchor: str = "AVIF") -> Pixels:
    draw(measured, published, anchor, path)
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def has(picture: Pixels, colour: str) -> bool:
    return bool((picture == np.round(255 * np.array(to_rgb(colour)))).all(2).any())


def test_each_kind_of_curve_has_its_colour(tmp_path: Path) -> None:
    published = dict.fromkeys(("VTM", "HM", "BPG"), BETTER)  # the first is as dark as letters, the last is on top
    picture = drawn(tmp_path / "all.png", {"Hourglass": CURVE, "AVIF": CURVE}, published)
    assert has(picture, OURS)
    assert has(picture, PEERS[0])
    assert has(picture, PUBLISHED[2])
    plain = drawn(tmp_path / "plain.png", {"AVIF": CURVE}, {})
    assert not has(plain, OURS)
    assert not has(plain, PUBLISHED[2])


def test_right_half_needs_the_anchor(tmp_path: Path) -> None:
    def right_half(anchor: str) -> Pixels:
        picture = drawn(tmp_path / f"{anchor}.png", {"Hourglass": BETTER, "AVIF": CURVE}, {}, anchor)
        return picture[: -picture.shape[0] // 10, picture.shape[1] // 2 :]

    assert has(right_half("AVIF"), OURS)
    assert not has(right_half("VVC"), OURS)


def test_same_curves_are_the_same_file(tmp_path: Path) -> None:
    for name in ("first.png", "second.png"):
        drawn(tmp_path / name, {"Hourglass": BETTER, "AVIF": CURVE}, {"VTM": BETTER})
    assert (tmp_path / "first.png").read_bytes() == (tmp_path / "second.png").read_bytes()
