"""The fonts that no model trains on."""

import pytest

from training.graphics.lettering.fonts import Fonts


@pytest.fixture(scope="session")
def held_out(fonts: Fonts) -> Fonts:
    return Fonts(held_out=True)
