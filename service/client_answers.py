"""The former place of ``hourglass.client.answers``. It goes with version 0.3."""

import warnings

from hourglass.client.answers import *  # noqa: F403  # whatever it defines

warnings.warn(
    "service.client_answers is now hourglass.client.answers, and goes with version 0.3",
    DeprecationWarning,
    stacklevel=2,
)
