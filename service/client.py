"""The former place of ``hourglass.client``. It goes with version 0.3."""

import warnings

from hourglass.client import *  # noqa: F403  # whatever it exports

warnings.warn("service.client is now hourglass.client, and goes with version 0.3", DeprecationWarning, stacklevel=2)
