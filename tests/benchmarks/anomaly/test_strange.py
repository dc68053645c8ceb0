"""Images that are no tiles."""

import numpy as np

from benchmarks.anomaly.strange import strange_images


def test_strange_images_are_the_same_each_time() -> None:
    once, again = strange_images(64, 80, []), strange_images(64, 80, [])
    assert "photographs" not in once
    for kind, images in once.items():
        np.testing.assert_array_equal(images, again[kind])
        assert {(image.shape, image.dtype) for image in images} == {((64, 80, 1), np.dtype(np.uint8))}
    assert (
        once["checkerboards of 1 to 64 pixels"][1][:4, :4, 0].tolist()
        == [[0, 0, 255, 255]] * 2 + [[255, 255, 0, 0]] * 2
    )
