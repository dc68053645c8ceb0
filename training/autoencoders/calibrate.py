"""The scale of anomaly scores, set by normal images that were not trained on."""

import numpy as np

from hourglass.models.runtime import Array
from hourglass.models.scale import AnomalyScale

FALSE_ALARM_RATE = 0.01
QUANTILES = 1001


def anomaly_scale(scores: Array) -> AnomalyScale:
    """The scale set by the scores, float [n], of normal images.

    Its default rate of false alarms is 1 %, or the lowest rate that so few images can tell.
    """
    quantiles = np.quantile(scores, np.linspace(0, 1, min(QUANTILES, len(scores))))
    figures = [float(f"{q:.6g}") for q in quantiles]
    rate = max(FALSE_ALARM_RATE, 1 / (len(scores) - 1))
    return AnomalyScale(images=len(scores), quantiles=figures, false_alarm_rate=rate)
