"""The README's pictures can be drawn anew at any time."""

from pathlib import Path

import pytest
from PIL import Image

from tests.service.pages import pictures
from tests.service.pages.conftest import CHROMIUM, IMAGES


@pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed: apt-get install chromium")
def test_pictures_are_drawn_and_small(tmp_path: Path) -> None:
    drawn = pictures.main(tmp_path)
    assert sorted(drawn) == sorted(tmp_path.iterdir())
    assert [picture.name for picture in drawn if not (IMAGES / picture.name).exists()] == []
    for picture in drawn:
        assert picture.stat().st_size <= pictures.MOST_BYTES
        with Image.open(picture) as image:
            image.load()
