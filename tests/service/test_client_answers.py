"""The answers' former place still works, and says where they are now."""

import sys

import pytest

import hourglass.client.answers


def test_everything_is_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "service.client_answers", raising=False)
    with pytest.warns(
        DeprecationWarning, match=r"^service\.client_answers is now hourglass\.client\.answers, "
    ) as warned:
        from service.client_answers import HourglassProblem, Score
    assert HourglassProblem is hourglass.client.answers.HourglassProblem
    assert Score is hourglass.client.answers.Score
    assert warned[0].filename == __file__
