"""Where the installed models are found."""

import os
from pathlib import Path

from hourglass.errors import BrokenModel
from hourglass.models.files import FILENAME

BESIDE = Path(__file__).resolve().parents[2]
"""The folder with this package in it: a checkout, or an environment's site-packages."""


def models_folder() -> Path:
    """The folder of the installed models, each in a folder of its own.

    It is the one that HOURGLASS_MODELS names, whatever it holds; else ``models`` in the checkout; else
    ``hourglass_models`` beside the installed package. Raises BrokenModel if there is none.
    """
    if named := os.environ.get("HOURGLASS_MODELS"):
        return Path(named)
    for folder in (BESIDE / "models", BESIDE / "hourglass_models"):
        if any(folder.glob(f"*/{FILENAME}")):
            return folder
    raise BrokenModel(
        f"no models are installed: neither does HOURGLASS_MODELS name a folder of them, nor is there one at "
        f"{BESIDE / 'hourglass_models'}. A checkout of Hourglass has them in models/"
    )
