"""High dynamic range, against values of the standards and by what a viewer must see."""

import numpy as np
import pytest
from PIL import Image

from hourglass.imaging.colors import hdr
from hourglass.imaging.colors.coding import REC_2020, SRGB, Coding
from tests.conftest import to_file
from tests.hourglass.imaging.samples import PICTURES, png_chunk, read, with_chunks

PQ, HLG = Coding(REC_2020, "PQ"), Coding(REC_2020, "HLG")


def gray(value: float) -> np.ndarray:
    return np.full((1, 1, 3), value)


@pytest.mark.parametrize(("value", "candela"), [(0.0, 0), (0.508, 100), (0.5807, 203), (0.7518, 1000), (1.0, 10_000)])
def test_pq_is_absolute(value: float, candela: float) -> None:
    assert hdr._pq(gray(value))[0, 0, 0] * hdr.WHITE == pytest.approx(candela, rel=0.005)


@pytest.mark.parametrize(("value", "candela"), [(0.0, 0), (0.38, 26), (0.75, 203), (1.0, 1000)])
def test_hlg_puts_white_where_the_report_does(value: float, candela: float) -> None:
    assert hdr._hlg(gray(value), HLG)[0, 0, 1] * hdr.WHITE == pytest.approx(candela, rel=0.01, abs=0.5)  # BT.2408


@pytest.mark.parametrize("coding", [PQ, HLG])
def test_brighter_is_brighter_and_dark_stays(coding: Coding) -> None:
    ramp = np.repeat(np.linspace(0, 1, 200)[:, None], 3, axis=1)
    shown = hdr._shown(ramp, coding)
    assert (np.diff(shown[:, 1]) > -1e-9).all()
    assert np.abs(shown - shown[:, :1]).max() < 1e-6
    assert shown[0].max() == 0
    assert shown[-1].min() > 0.99


def test_middle_gray_is_as_light_as_it_was() -> None:
    light = 0.18 * hdr.WHITE  # cd/m²
    m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
    power = (light / 10_000) ** m1
    value = ((c1 + c2 * power) / (1 + c3 * power)) ** m2
    assert hdr._shown(gray(value), PQ)[0, 0, 0] == pytest.approx(1.055 * 0.18 ** (1 / 2.4) - 0.055, abs=0.001)


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("coding", [PQ, Coding(SRGB, "HLG")])
def test_table_says_what_the_formula_says(mode: str, coding: Coding) -> None:
    values = np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8)
    values = np.repeat(values[:, :, :1], 3, axis=2) if mode == "L" else values
    image = Image.fromarray(values[:, :, 0] if mode == "L" else values)
    shown = np.asarray(hdr.to_srgb(image, coding)).reshape(40, 40, -1).astype(int)
    expected = 255 * hdr._shown(values / 255, coding)
    assert np.abs(shown - expected).mean() < 1


def test_hdr_photo_is_neither_gray_nor_washed_out() -> None:
    data = (PICTURES / "colors_hdr_rec2020.avif").read_bytes()
    picture = read(data)
    assert picture.dropped == ("10 bits", "HDR")
    assert picture.icc is None
    red, green, white = (picture.pixels[at].astype(int) for at in ((5, 5), (5, 195), (195, 100)))
    assert red[0] > 240 > 60 > max(red[1:])
    assert green[1] > 240 > 60 > max(green[0], green[2])
    assert white.min() > 240


@pytest.mark.parametrize("transfer", [16, 18])
def test_png_of_hdr_is_shown_like_the_avif(transfer: int) -> None:
    values = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)
    file = with_chunks(to_file(values), png_chunk(b"cICP", bytes([9, transfer, 0, 1])))
    picture = read(file)
    coding = {16: PQ, 18: HLG}[transfer]
    assert np.array_equal(picture.pixels, np.asarray(hdr.to_srgb(Image.fromarray(values), coding)))
    assert picture.dropped == ("HDR",)
