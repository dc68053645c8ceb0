"""The untrained model for photographs."""

from pathlib import Path

from benchmarks.serving import photo_model
from hourglass.models.repository import Repository
from tests.conftest import model_of


def test_photo_model_is_one_that_the_service_takes(tmp_path: Path) -> None:
    folder = photo_model.write_photo_model(tmp_path / "photo")
    model = model_of(Repository(tmp_path, "cpu"), folder.name)
    assert model.shape == (3, 512, 768)
    assert 25_000 < photo_model.multiplications_per_pixel() < 30_000
