"""Every image by every codec at every quality."""

from pathlib import Path

import pytest

from benchmarks.compression.contender import Contender
from benchmarks.compression.fidelity import LEAST_SIDE
from benchmarks.compression.rounds import measure, steps
from benchmarks.photographs import find_photographs, read_photograph


def test_every_image_is_measured_by_each_codec_at_each_quality(
    contenders: dict[str, Contender], folder: Path, tmp_path: Path
) -> None:
    pair = [contenders["JPEG"], contenders["WebP"]]
    images = find_photographs(folder, LEAST_SIDE, "MS-SSIM")
    done = []
    samples = list(measure(images, pair, 2, tmp_path, lambda: done.append(1)))
    assert len(done) == steps(images, pair, 2)
    assert {(each.image, each.contender, each.quality) for each in samples} == {
        (image, contender.name, quality)
        for image in ("a.bmp", "b.png")
        for contender in pair
        for quality in contender.qualities
    }
    for sample in samples:
        data = contenders[sample.contender].encode(read_photograph(folder / sample.image), sample.quality)
        assert sample.bytes == len(data)
        assert sample.bpp == pytest.approx(8 * len(data) / (320 * 214))
        assert len(sample.encode_ms) == len(sample.decode_ms) == 2
        assert min(*sample.encode_ms, *sample.decode_ms) > 0
