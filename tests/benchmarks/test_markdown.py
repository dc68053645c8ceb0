"""Tables and figures of the pages."""

from statistics import StatisticsError

import pytest

from benchmarks.markdown import number, spread, table


def test_table_is_markdown() -> None:
    assert table(("a", "b"), [("1", "2"), ("3", "4")]) == "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |"


def test_table_without_rows_is_nothing() -> None:
    assert table(("a", "b"), []) == ""


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0.0"), (0.04, "0.0"), (99.94, "99.9"), (100, "100"), (1234.6, "1,235"), (-3.25, "-3.2")]
)
def test_number_has_one_digit_below_a_hundred(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("values", "text"),
    [([3, 1, 8], "3.0 (1.0–8.0)"), ([2, 2.04], "2.0"), ([5], "5.0"), ([90, 110], "100 (90.0–110)")],
)
def test_spread_is_the_median_with_the_range(values: list[float], text: str) -> None:
    assert spread(values) == text


def test_spread_of_nothing_is_an_error() -> None:
    with pytest.raises(StatisticsError):
        spread([])
