"""The scale of anomaly scores: how a score compares with those of normal images, and which is too high."""

from functools import cached_property
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationInfo, field_validator

from hourglass.errors import BadParameter


class AnomalyScale(BaseModel):
    """The scale of the anomaly score: its quantiles over normal ``images`` that the model was not trained on.

    Training images would not do: a model reconstructs them better than any that it will meet. ``quantiles[k]`` is the
    k/(n-1) quantile, ascending; ``false_alarm_rate`` is the share of normal images above the threshold that is meant
    unless a caller asks for another.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    images: Annotated[int, Field(ge=10)]
    quantiles: Annotated[list[FiniteFloat], Field(min_length=2)]
    false_alarm_rate: Annotated[float, Field(gt=0, lt=1)]

    @field_validator("quantiles")
    @classmethod
    def _ascend(cls, quantiles: list[float]) -> list[float]:
        if quantiles != sorted(quantiles):
            raise ValueError("quantiles must ascend")
        return quantiles

    @field_validator("false_alarm_rate")
    @classmethod
    def _told_by_so_many(cls, rate: float, info: ValidationInfo) -> float:
        if {"images", "quantiles"} <= info.data.keys():  # else these are what is wrong
            least = _least_rate(info.data["images"], info.data["quantiles"])
            if rate < least:
                raise ValueError(f"so few images tell no rate below {least:.2g}")
        return rate

    @cached_property
    def _curve(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return np.asarray(self.quantiles), np.linspace(0, 100, len(self.quantiles))

    @cached_property
    def least_rate(self) -> float:
        """The least false-alarm rate that so many images and quantiles can tell."""
        return _least_rate(self.images, self.quantiles)

    def threshold(self, false_alarm_rate: float | None = None) -> float:
        """The score that only this share of normal images exceeds, by default ``false_alarm_rate``.

        Raises BadParameter for a share below ``least_rate``, or from 1 on.
        """
        rate = self.false_alarm_rate if false_alarm_rate is None else false_alarm_rate
        if not self.least_rate <= rate < 1:
            scale = f"the scale has {len(self.quantiles)} quantiles of {self.images} images"
            says = f"must be at least {self.least_rate:.2g} and less than 1: {scale}"
            raise BadParameter("false_alarm_rate", says)
        quantiles, ranks = self._curve
        return float(np.interp(100 * (1 - rate), ranks, quantiles))

    def percentile(self, score: float) -> float:
        """The share of normal images below ``score``, in 0..100."""
        return float(np.interp(score, *self._curve))


def _least_rate(images: int, quantiles: list[float]) -> float:
    return 1 / (min(images, len(quantiles)) - 1)
