"""The pages of docs/ that the benchmarks write."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def assert_worded(page: str, *texts: str) -> None:
    """The page in docs/ has each text as the code would write it today, whatever stands for {figures} in it."""
    written = (DOCS / page).read_text(encoding="utf-8")
    for text in texts:
        pattern = "(.|\n)+?".join(re.escape(part) for part in re.split(r"\{[^{}]*\}", text))
        assert re.search(pattern, written), f"docs/{page} does not say:\n{text}"
