"""Clients of the service: ``Hourglass``, and ``AsyncHourglass`` to await. They need httpx and pydantic alone.

``methods`` says what both can do, ``calls`` what goes over the wire, ``tries`` how often, ``answers`` what comes back.
"""

from hourglass.client.answers import (
    Box,
    Changes,
    Denoised,
    File,
    HourglassProblem,
    Latent,
    Model,
    Problem,
    Score,
    Scores,
)
from hourglass.client.clients import AsyncHourglass, Hourglass

__all__ = [
    "AsyncHourglass",
    "Box",
    "Changes",
    "Denoised",
    "File",
    "Hourglass",
    "HourglassProblem",
    "Latent",
    "Model",
    "Problem",
    "Score",
    "Scores",
]
