"""Every file of Pillow's own tests comes through /denoise?strength=0 as Pillow shows it, or is refused for a reason."""

import io
import warnings
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from hourglass.imaging import FORMATS
from service.settings import Settings
from tests.conftest import MODELS, serving
from tests.sweep.images import FOLDER
from tests.sweep.refused import REFUSED, SHOWN

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="Pillow's test images are not here: python -m tests.sweep.images fetches them"
)

FILES = sorted(path for path in FOLDER.rglob("*") if path.is_file()) if FOLDER.is_dir() else []
MAX_PIXELS = Settings().max_pixels
ROUNDING = 1
"""Of a level of 255: 16 bits are rounded here, and cut off by Pillow."""


@pytest.fixture(scope="module")
def denoiser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("models")
    (folder / "photo-denoiser").symlink_to(MODELS / "photo-denoiser")
    with serving(Settings(models=folder, port=0)) as client:
        yield client


def by_pillow(data: bytes) -> tuple[str, NDArray[np.float64] | None]:
    """What Pillow calls a file's format, empty if it does not know, and the first image as it shows it, RGBA."""
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > MAX_PIXELS:
                return image.format or "", None
            kind, gamma = image.format or "", image.info.get("gamma", 0)
            upright = ImageOps.exif_transpose(image)
    except Exception:  # Pillow raises whatever the bytes make it trip over
        return "", None
    return "JPEG" if kind == "MPO" else kind, _managed(upright, gamma)


def _managed(image: Image.Image, gamma: float) -> NDArray[np.float64]:
    alpha = np.full((image.height, image.width), 255.0)
    if image.mode.startswith("I"):
        alpha[np.asarray(image) == image.info.get("transparency", -1)] = 0
        gray = np.asarray(image, np.float64).clip(0, 65535) / 257
    elif image.mode == "F":
        gray = np.asarray(image, np.float64).clip(0, 255)
    else:
        if image.mode in {"LAB", "CMYK"} and (image.mode == "LAB" or "icc_profile" in image.info):
            image = _by_profile(image)
        colors = np.asarray(image.convert("RGBA"), np.float64)
        if gamma == 1:
            light = colors[:, :, :3] / 255
            colors[:, :, :3] = 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
        return colors
    return np.dstack([gray, gray, gray, alpha])


def _by_profile(image: Image.Image) -> Image.Image:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    profile = lab if image.mode == "LAB" else ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
    converted = ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    assert converted is not None
    return converted


def sent(client: httpx.Client, data: bytes) -> httpx.Response:
    """The answer; of an image of several, after it was refused for that, of the first."""
    answer = client.post("/denoise", params={"strength": 0}, content=data)
    if answer.status_code == 422 and answer.json().get("parameter") == "frame":
        assert "send frame=0" in answer.json()["detail"]
        answer = client.post("/denoise", params={"strength": 0, "frame": 0}, content=data)
    return answer


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_file_is_shown_as_pillow_shows_it_or_refused_for_a_reason(denoiser: httpx.Client, path: Path) -> None:
    name, data = str(path.relative_to(FOLDER)), path.read_bytes()
    answer = sent(denoiser, data)
    kind, expected = by_pillow(data)
    if name in REFUSED:
        assert answer.status_code in {413, 422}, REFUSED[name]
        return
    if name in SHOWN:
        assert answer.status_code == 200, SHOWN[name]
        assert expected is None
        return
    if kind not in FORMATS:
        assert answer.status_code == (415 if data else 422)
        return
    assert answer.status_code == 200, answer.json()["detail"]
    assert expected is not None
    with Image.open(io.BytesIO(answer.content)) as image:
        shown = np.asarray(image.convert("RGBA"), np.float64)
    assert shown.shape == expected.shape
    visible = expected[:, :, 3] > 0
    assert np.abs(shown - expected)[visible].max(initial=0) <= ROUNDING


def test_what_is_told_of_files_is_told_of_files_there_are() -> None:
    names = {str(path.relative_to(FOLDER)) for path in FILES}
    assert {*REFUSED, *SHOWN} <= names
