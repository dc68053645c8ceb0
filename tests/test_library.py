"""docs/library.md: its listings run, one after the other, and say what they should."""

import re
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parent.parent
LISTING = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_listings_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    monkeypatch.chdir(tmp_path)
    listings = LISTING.findall((ROOT / "docs" / "library.md").read_text(encoding="utf-8"))
    assert len(listings) > 4
    names: dict[str, object] = {}
    for listing in listings:
        exec(listing, names)
    with Image.open("photo-again.png") as again, Image.open("docs/images/photo.jpg") as photo:
        assert again.size == photo.size
    printed = capsys.readouterr().out
    assert re.search(r"\d+ bytes, \d+\.\d dB, \d\.\d+ bits a pixel", printed)
    assert re.search(r"^\(\d+, \d+, 3\) sigma \d+\.\d$", printed, re.MULTILINE)
    assert re.search(r"^boot False .*\ndigit True ", printed, re.MULTILINE)
    assert "(64, 28, 28, 1) (9, 28, 28, 1)" in printed
    assert "resize: the model takes 28x28 pixels" in printed
    assert re.search(r"\d+ steps, \d+ bytes", printed)
