"""Callers take turns by the time they have had; their own items go in order."""

from service.scheduling.turns import Turns


def test_one_callers_items_go_in_the_order_they_came() -> None:
    turns = Turns[int]()
    for item in range(3):
        turns.add("a", item)
    assert [turns.next() for _ in range(4)] == [0, 1, 2, None]


def test_who_has_had_least_goes_next() -> None:
    turns, made = Turns[str](), ""
    for letter in "AAAABBBB":
        turns.add(letter.lower(), letter)
    while (item := turns.next()) is not None:
        made += item
        turns.charge(item.lower(), 3 if item == "A" else 1)
    assert made == "ABBBABAA"


def test_who_comes_late_has_no_claim_on_the_past() -> None:
    turns, made = Turns[str](), ""
    for _ in range(5):
        turns.add("a", "A")
        turns.next()
        turns.charge("a", 10)
    for letter in "ABAB":
        turns.add(letter.lower(), letter)
    while (item := turns.next()) is not None:
        made += item
        turns.charge(item.lower(), 10)
    assert made == "BABA"


def test_what_is_not_ready_lets_others_pass() -> None:
    turns = Turns[int]()
    turns.add("a", 1)
    turns.add("a", 2)
    assert turns.next(lambda item: item == 2) == 2
    assert turns.next(lambda item: item == 2) is None
    assert len(turns) == 1


def test_who_leaves_waits_no_more() -> None:
    turns = Turns[int]()
    turns.add("a", 1)
    turns.add("b", 2)
    assert turns.remove("a", 1)
    assert not turns.remove("a", 1)
    assert turns.all(lambda item: item > 1) == [2]
    assert turns.next() is None


def test_callers_that_are_gone_are_forgotten() -> None:
    turns = Turns[int]()
    for number in range(10_000):
        turns.add(f"caller {number}", number)
        turns.next()
    assert len(turns._had) < 1000
