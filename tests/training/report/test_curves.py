"""The curves: what is plotted, by the data of its lines."""

import numpy as np
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from training.report.curves import NOISES, QUALITIES, contractive, rate
from training.report.gallery import Gallery


def points(line: Line2D) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)


def test_noise_moves_z_from_nothing_on_and_the_contractive_one_less(gallery: Gallery) -> None:
    figure = contractive(gallery)
    assert figure is not None
    (axes,) = figure.axes
    lines = {line.get_label(): points(line) for line in axes.lines}
    for sigma, drift in lines.values():
        assert np.array_equal(sigma, NOISES)
        assert drift[0] == 0 and (np.diff(drift) > 0).all()
    assert lines["contractive"][1][-1] < lines["undercomplete"][1][-1]
    assert axes.get_title() == "Fashion-MNIST"


def test_more_bytes_have_less_error(gallery: Gallery) -> None:
    figure = rate(gallery)
    assert figure is not None
    curve, ring = (points(line) for line in figure.axes[0].lines)
    assert len(curve[0]) == len(QUALITIES)
    assert (np.diff(curve[0]) >= 0).all() and (np.diff(curve[1]) <= 0).all()
    assert curve[0][-1] > 2 * curve[0][0] and curve[1][-1] < curve[1][0] / 2
    default = QUALITIES.index(50)
    assert (ring[0][0], ring[1][0]) == (curve[0][default], curve[1][default])


def test_without_the_models_there_is_no_picture(gallery: Gallery) -> None:
    empty = Gallery({}, gallery.images)
    assert contractive(empty) is None and rate(empty) is None
    alone = Gallery({"fashion-contractive": gallery.models["fashion-contractive"]}, gallery.images)
    assert contractive(alone) is None
