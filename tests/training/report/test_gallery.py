"""What pictures are drawn from."""

import numpy as np
import pytest

from tests.training.report.conftest import fixture_images
from training.report.gallery import SHOWN, Gallery


def test_models_of_a_type_come_with_their_data_sets(gallery: Gallery) -> None:
    assert [(dataset, model.name) for dataset, model in gallery.of("undercomplete")] == [
        ("fashion", "fashion-undercomplete")
    ]
    assert list(gallery.of("sparse")) == []


@pytest.mark.parametrize("dataset", ["mnist", "fashion"])
def test_shown_images_are_those_of_the_list_as_models_take_them(gallery: Gallery, dataset: str) -> None:
    x = gallery.shown(dataset, 3)
    assert x.shape == (3, 1, 28, 28) and x.dtype == np.float32
    assert np.array_equal(255 * x[2, 0], fixture_images(dataset)[SHOWN[dataset][2], :, :, 0].astype(np.float32))
    assert len(gallery.shown(dataset)) == 8
