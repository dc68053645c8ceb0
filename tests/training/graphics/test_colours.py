"""Colours and schemes."""

from random import Random

from training.graphics.colours import any_colour, gray, hsv, mix, pick_scheme, saturated


def test_hue_wraps_around() -> None:
    assert hsv(0, 1, 1) == hsv(1, 1, 1) == (255, 0, 0)
    assert hsv(-1 / 3, 1, 1) == (0, 0, 255)


def test_saturated_colours_reach_both_ends() -> None:
    assert {(min(saturated(Random(seed))), max(saturated(Random(seed)))) for seed in range(50)} == {(0, 255)}


def test_mixing_goes_from_one_to_the_other() -> None:
    assert [mix((0, 10, 255), (100, 20, 5), share) for share in (0, 0.5, 1)] == [
        (0, 10, 255),
        (50, 15, 130),
        (100, 20, 5),
    ]


def test_any_colour_is_gray_now_and_then() -> None:
    grays = sum(len(set(any_colour(Random(seed)))) == 1 for seed in range(300))
    assert 20 < grays < 150


def test_schemes_are_light_dark_and_gray() -> None:
    schemes = [pick_scheme(Random(seed)) for seed in range(300)]
    assert 40 < sum(sum(scheme.paper) < 200 for scheme in schemes) < 200
    all_gray = [s for s in schemes if all(colour == gray(colour[0] / 255) for colour in (s.paper, s.ink, *s.accents))]
    assert 10 < len(all_gray) < 100
    assert all(len(set(scheme.panel)) == 1 for scheme in all_gray)
