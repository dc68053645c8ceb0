"""Patience with who sends or reads slowly."""

from service.pace import GRACE_SECONDS, Pace


def test_nothing_at_all_is_waited_for_as_long_as_the_grace() -> None:
    pace = Pace(100, now=5)
    assert pace.due == 5 + GRACE_SECONDS
    assert pace.behind(7) == 2


def test_who_keeps_the_rate_is_never_due() -> None:
    pace = Pace(100, now=0)
    for second in range(1, 1000):
        assert second < pace.due
        pace.moved(100, second)
    assert pace.due == 999 + GRACE_SECONDS


def test_who_is_slower_is_due_when_the_grace_is_used_up() -> None:
    pace, second = Pace(100, now=0), 0
    while second < pace.due:
        second += 1
        pace.moved(50, second)
    assert second == 2 * GRACE_SECONDS


def test_what_came_early_buys_no_longer_pause() -> None:
    pace = Pace(100, now=0)
    pace.moved(1_000_000, 1)
    assert pace.due == 1 + GRACE_SECONDS
