"""Contact sheets: every image whole, in order, nearly square."""

import numpy as np
import pytest

from hourglass.imaging import contact_sheet


@pytest.mark.parametrize(("count", "shape"), [(1, (2, 3)), (2, (2, 7)), (4, (5, 7)), (5, (5, 11))])
def test_contact_sheet_is_nearly_square(count: int, shape: tuple[int, int]) -> None:
    images = np.arange(1, count + 1, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 3, 1), np.uint8)
    sheet = contact_sheet(images)
    assert sheet.shape == (*shape, 1)
    assert [int((sheet == number).sum()) for number in range(1, count + 1)] == [6] * count
    assert sheet[:2, :3].min() == sheet[:2, :3].max() == 1
