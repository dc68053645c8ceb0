"""The parameters that a request gives, in its query or in the fields of its form. None may be unknown or ambiguous."""

from collections.abc import Collection, Iterable

from hourglass.errors import BadParameter
from service.api.problems import nearest
from service.api.requests.forms import FILE, Form

MOST_NAMED = 5
"""Of the names that are unknown."""


def given(pairs: Iterable[tuple[str, str]], known: Collection[str]) -> dict[str, str]:
    """The value of each parameter.

    Raises BadParameter if one is not ``known``, or given twice with different values.
    """
    found: dict[str, str] = {}
    unknown = []
    for name, value in pairs:
        if name not in known:
            unknown.append(name)
        elif found.setdefault(name, value) != value:
            raise BadParameter(name, "is given twice, with different values")
    if unknown:
        raise _unknown(unknown, known)
    return found


def fields_of(form: Form, known: Collection[str]) -> list[tuple[str, str]]:
    """The fields of a form. Raises BadParameter for a file that is called like a parameter, or like nothing known."""
    for name in form.strangers:
        if name in known:
            raise BadParameter(name, "is sent as a file; send its value alone")
    if form.strangers:
        raise _unknown(form.strangers, [FILE])
    if any(name == FILE for name, _ in form.fields):
        raise BadParameter(FILE, "is sent as text; send it as a file, with a file name")
    return form.fields


def _unknown(names: list[str], known: Collection[str]) -> BadParameter:
    first, *others = [name[:64] for name in dict.fromkeys(names)][:MOST_NAMED]
    more = f"; nor are {', '.join(map(repr, others))}" if others else ""
    there_are = f"; there are: {', '.join(known)}" if known else "; there are none"
    return BadParameter(first, f"is not known here{nearest(first, known) or there_are}{more}")
