"""Figures of the exported codec on the held-out photos, from real files decoded again, written into its manifest."""

from pathlib import Path

import numpy as np

from hourglass.imaging import Pixels
from hourglass.imaging.fidelity import psnr
from hourglass.models.codec import Codec
from hourglass.models.files import write_manifest
from hourglass.models.runtime import usable_cores
from training.codec.codec import PhotoCodec
from training.photos import find_photos, load_photo, split_photos

QUALITIES = (1, 10, 25, 50, 75, 90, 100)


def evaluate_codec(models: Path, images: Path) -> dict[str, float]:
    """The mean bits per pixel and PSNR (dB) at each quality of the photos that were not trained on."""
    folder = models / PhotoCodec.name
    codec = Codec.open(folder, "cpu", usable_cores())
    _, held_out = split_photos(find_photos(images))
    photos = [np.ascontiguousarray(load_photo(path).numpy().transpose(1, 2, 0)) for path in held_out]
    metrics = {}
    for quality in QUALITIES:
        measured = [_measure(codec, photo, quality) for photo in photos]
        for name, values in zip(("bpp", "psnr"), zip(*measured, strict=True), strict=True):
            metrics[f"{name}_at_{quality}"] = round(float(np.mean(values)), 4)
    write_manifest(folder, codec.manifest.model_copy(update={"metrics": metrics}))
    return metrics


def _measure(codec: Codec, photo: Pixels, quality: int) -> tuple[float, float]:
    file = codec.encode(photo, quality)
    return 8 * len(file) / photo[..., 0].size, psnr(photo, codec.decode(file).pixels, peak=255)
