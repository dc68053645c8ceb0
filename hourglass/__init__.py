"""What an installed model can do, without HTTP and without torch: compress, clean, sample, score.

What stands here is imported when it is first asked for, and with it the packages that it needs: the extra ``client``
brings those of the clients, the extra ``models`` those of the models.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.2.0"

__all__ = ["AsyncHourglass", "Hourglass", "load"]

# onnxruntime reports to its makers, unless it is told not to before it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

if TYPE_CHECKING:
    from hourglass.client import AsyncHourglass, Hourglass
    from hourglass.models import load
else:
    _EXTRAS = {"AsyncHourglass": "client", "Hourglass": "client", "load": "models"}
    """The module of each name, which is also the extra that brings what the module needs."""

    def __getattr__(name: str) -> object:
        if name not in _EXTRAS:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        extra = _EXTRAS[name]
        try:
            return getattr(import_module(f"{__name__}.{extra}"), name)
        except ModuleNotFoundError as missing:
            raise ImportError(f"{name} needs {missing.name}, which hourglass[{extra}] brings") from missing
