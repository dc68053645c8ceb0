"""The fonts of the machine. Tests that need them are skipped where there are too few."""

import pytest

from training.graphics.fonts import FontError, Fonts


@pytest.fixture(scope="session")
def fonts() -> Fonts:
    try:
        return Fonts()
    except FontError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def held_out(fonts: Fonts) -> Fonts:
    return Fonts(held_out=True)
