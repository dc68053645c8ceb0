"""Figures that others have published."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

BUNDLED = Path(__file__).with_name("published.json")


@dataclass(frozen=True)
class Published:
    """PSNR in dB by method and then noise; ``what`` says of which images, ``methods`` names the papers."""

    what: str
    psnr_db: Mapping[str, Mapping[str, float]]
    methods: Mapping[str, str]


def read_published(path: Path) -> Published:
    """Figures of a JSON file, ``{"what": "...", "psnr_db": {METHOD: {NOISE: PSNR}}, "methods": {METHOD: PAPER}}``.

    Raises ValueError if it is not one, OSError if it cannot be read.
    """
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        figures = {name: {noise: float(psnr) for noise, psnr in row.items()} for name, row in stored["psnr_db"].items()}
        return Published(str(stored["what"]), figures, {name: str(stored["methods"][name]) for name in figures})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} has no published figures: {error!r}") from error
