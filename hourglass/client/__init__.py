"""Clients of the service: ``Hourglass``, and ``AsyncHourglass`` to await. They need only httpx and pydantic."""

from hourglass.client.answers import Box, Changes, Denoised, HourglassProblem, Model, Problem, Score, Scores
from hourglass.client.client import AsyncHourglass, Hourglass

__all__ = [
    "AsyncHourglass",
    "Box",
    "Changes",
    "Denoised",
    "Hourglass",
    "HourglassProblem",
    "Model",
    "Problem",
    "Score",
    "Scores",
]
