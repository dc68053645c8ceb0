"""Primaries and transfer functions, against values that the standards print."""

import numpy as np
import pytest

from hourglass.imaging.colors.coding import (
    DISPLAY_P3,
    REC_2020,
    SRGB,
    Coding,
    of_code_points,
    of_measures,
    to_xyz,
    white_point,
)


def test_matrix_of_srgb_is_that_of_the_standard() -> None:
    printed = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    assert np.abs(to_xyz(SRGB) - printed).max() < 0.0005


@pytest.mark.parametrize("primaries", [SRGB, DISPLAY_P3, REC_2020])
def test_full_values_are_white(primaries: tuple[float, ...]) -> None:
    assert len(primaries) == 8
    assert np.allclose(to_xyz(primaries).sum(axis=1), white_point(primaries))


@pytest.mark.parametrize(
    ("points", "coding"),
    [
        ((1, 13), Coding()),
        ((1, 1), Coding()),
        ((2, 2), Coding()),
        ((12, 13), Coding(DISPLAY_P3)),
        ((9, 16), Coding(REC_2020, "PQ")),
        ((9, 18), Coding(REC_2020, "HLG")),
        ((1, 8), Coding(SRGB, 1.0)),
        ((1, 4), Coding(SRGB, 2.2)),
        ((0, 13), None),
        ((1, 3), None),
        ((77, 99), None),
    ],
)
def test_code_points_are_those_of_the_standard(points: tuple[int, int], coding: Coding | None) -> None:
    assert of_code_points(*points) == coding


def test_plain_is_what_everything_shows_as_srgb() -> None:
    assert Coding().plain
    assert Coding(SRGB, 2.2).plain
    assert not Coding(SRGB, 1.0).plain
    assert not Coding(DISPLAY_P3).plain
    assert [Coding(SRGB, transfer).hdr for transfer in ("sRGB", "PQ", "HLG")] == [False, True, True]


USUAL = (31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)


@pytest.mark.parametrize(
    ("gamma", "chromaticities", "coding"),
    [
        (45455, None, Coding()),
        (45455, USUAL, Coding()),
        (100_000, None, Coding(SRGB, 1.0)),
        (None, USUAL, Coding()),
        (0, None, None),
        (1, None, None),
        (4_000_000_000, None, None),
        (45455, (0,) * 8, None),
        (45455, (*USUAL[:2], *USUAL[2:4] * 3), None),
        (45455, (4_000_000_000,) * 8, None),
    ],
    ids=["usual", "usual colors", "linear", "colors", "no gamma", "steep", "flat", "nothing", "one color", "endless"],
)
def test_measures_are_taken_where_they_make_sense(
    gamma: int | None, chromaticities: tuple[int, ...] | None, coding: Coding | None
) -> None:
    assert of_measures(gamma, chromaticities) == coding
