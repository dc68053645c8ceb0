"""The tables of the pages, and the figures in them."""

import statistics
from collections.abc import Sequence


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table; nothing without rows."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) if rows else ""


def spread(values: Sequence[float]) -> str:
    """The median with the least and the most in brackets, or alone where these read alike.

    Raises StatisticsError without values.
    """
    median, least, most = (number(each) for each in (statistics.median(values), min(values), max(values)))
    return median if least == most else f"{median} ({least}–{most})"


def number(value: float) -> str:
    """One digit after the point, or none from 100 on."""
    return f"{value:,.{0 if value >= 100 else 1}f}"
