"""The file that keeps what a run of a benchmark finds."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

Kind = TypeVar("Kind")


def write_results(path: Path, results: object) -> None:
    """Writes a dataclass, and those in it, as JSON. Raises OSError if the file cannot be written."""
    path.write_text(json.dumps(results, indent=1, default=asdict) + "\n", encoding="utf-8")


def read_results(path: Path, kind: type[Kind]) -> Kind:
    """What ``write_results`` wrote of a dataclass of this kind.

    Raises OSError if the file cannot be read, ValueError if it holds something else.
    """
    return TypeAdapter(kind).validate_json(path.read_bytes())
