"""The client's former place still works, and says where it is now."""

import importlib
import sys

import pytest

import hourglass.client


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test imports anew, as a program does."""
    for module in ("service.client", "service.client_answers"):
        monkeypatch.delitem(sys.modules, module, raising=False)


def test_everything_is_where_it_was() -> None:
    with pytest.warns(DeprecationWarning, match=r"^service\.client is now hourglass\.client, ") as warned:
        old = importlib.import_module("service.client")
    names = hourglass.client.__all__
    assert [getattr(old, name) for name in names] == [getattr(hourglass.client, name) for name in names]
    assert len(warned) == 1


def test_warning_points_at_who_imports() -> None:
    with pytest.warns(DeprecationWarning) as warned:
        from service.client import Hourglass
    assert Hourglass is hourglass.client.Hourglass
    assert warned[0].filename == __file__
