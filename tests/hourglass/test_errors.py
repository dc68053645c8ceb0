"""What the errors say, and that the list of them is whole."""

import inspect
import re

import pytest

from hourglass import errors
from hourglass.errors import BadParameter, HourglassError, Overloaded, QueueFull

KINDS = [each for each in vars(errors).values() if inspect.isclass(each) and each is not HourglassError]


def test_every_error_is_a_kind_of_the_one_to_catch() -> None:
    assert KINDS
    assert all(issubclass(each, HourglassError) for each in KINDS)


def test_docstring_lists_every_error_in_order() -> None:
    assert re.findall(r"── (\w+) ", errors.__doc__ or "") == [each.__name__ for each in KINDS]


def test_bad_parameter_begins_with_its_name() -> None:
    error = BadParameter("quality", "must be 1 to 100")
    assert (str(error), error.parameter) == ("quality: must be 1 to 100", "quality")


def test_full_queue_says_when_to_try_again() -> None:
    error = QueueFull("3 images are waiting already", retry_after=7)
    assert (str(error), error.retry_after) == ("3 images are waiting already", 7)


@pytest.mark.parametrize("kind", KINDS)
def test_text_is_kept_for_the_caller(kind: type[HourglassError]) -> None:
    arguments = {BadParameter: ("name", "text"), QueueFull: ("text", 1), Overloaded: ("text", 1)}.get(kind, ("text",))
    assert str(kind(*arguments)).endswith("text")
