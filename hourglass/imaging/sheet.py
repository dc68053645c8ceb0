"""Several images on one."""

import math

import numpy as np

from hourglass.imaging.picture import Pixels


def contact_sheet(images: Pixels) -> Pixels:
    """Images [n, height, width, channels] side by side, row by row, nearly square, 1 black pixel between."""
    count, height, width, channels = images.shape
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    sheet = np.zeros((rows * (height + 1) - 1, columns * (width + 1) - 1, channels), np.uint8)
    for index, image in enumerate(images):
        top, left = index // columns * (height + 1), index % columns * (width + 1)
        sheet[top : top + height, left : left + width] = image
    return sheet
