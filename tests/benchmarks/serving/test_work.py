"""The images that servers score."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.serving.scoring import Scorer
from benchmarks.serving.work import Work, photo_work
from hourglass.models.repository import Repository
from tests.conftest import Labelled, from_file, model_of


def test_small_images_are_those_of_the_data_set(small: Work, fashion: Labelled) -> None:
    scorer = Scorer(small.model)
    for file, image in zip(small.files, fashion.images, strict=False):
        np.testing.assert_array_equal(scorer.decode(file), image[None])


def test_photographs_are_of_one_size_and_scored_as_by_the_service(tmp_path: Path) -> None:
    work = photo_work(tmp_path)
    assert {Image.open(io.BytesIO(file)).size for file in work.files} == {(768, 512)}
    scorer = Scorer(work.model)
    pixels = from_file(work.files[0])
    x_hat = model_of(Repository(tmp_path, "cpu"), work.model.name).reconstruct(pixels[None])[0]
    error = float(np.square(pixels.transpose(2, 0, 1) / 255 - x_hat).mean())
    assert scorer.score([scorer.decode(work.files[0])]) == pytest.approx([error], rel=1e-4)


def test_folder_without_photographs_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=tmp_path.name):
        photo_work(tmp_path, tmp_path)
