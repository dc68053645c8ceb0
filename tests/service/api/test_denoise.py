"""POST /denoise"""

import httpx
import numpy as np
import pytest

from hourglass.imaging import Pixels
from tests.conftest import FIXTURES, Labelled, from_file, to_file

GARMENTS = {"model": "fashion-denoising"}


@pytest.fixture(scope="module")
def noisy_photo() -> Pixels:
    photo = from_file((FIXTURES / "photos" / "kitten.webp").read_bytes())
    return (photo + np.random.default_rng(0).normal(0, 25, photo.shape)).clip(0, 255).astype(np.uint8)


def test_a_photo_is_cleaned_by_default(client: httpx.Client, noisy_photo: Pixels) -> None:
    answer = client.post("/denoise", content=to_file(noisy_photo))
    assert answer.headers["Hourglass-Model"] == "photo-denoiser"
    assert 15 < float(answer.headers["Hourglass-Sigma"]) < 35
    assert "inference" in answer.headers["Server-Timing"]
    clean = from_file(answer.content)
    assert clean.shape == noisy_photo.shape
    assert clean.astype(float).std() < noisy_photo.astype(float).std()


def test_more_strength_changes_a_photo_more(client: httpx.Client, noisy_photo: Pixels) -> None:
    shown = {
        strength: from_file(
            client.post("/denoise", params={"strength": strength}, content=to_file(noisy_photo)).content
        )
        for strength in ("0", "20", "50", "auto", "100")
    }
    assert np.array_equal(shown["0"], noisy_photo)
    assert np.array_equal(shown["50"], shown["auto"])
    moved = [np.square(shown[each].astype(float) - noisy_photo).mean() for each in ("0", "20", "50", "100")]
    assert moved == sorted(moved)


def test_gray_and_alpha_of_a_photo_are_kept(client: httpx.Client, noisy_photo: Pixels) -> None:
    gray = noisy_photo[:, :, 1]
    alpha = np.tile(np.arange(gray.shape[1], dtype=np.uint8), (gray.shape[0], 1))
    shown = from_file(client.post("/denoise", content=to_file(np.dstack([gray, alpha]))).content)
    assert shown.shape == (*gray.shape, 2)
    assert np.array_equal(shown[:, :, 1], alpha)
    answer = client.post("/denoise", content=to_file(np.dstack([gray, alpha])), headers={"Accept": "image/jpeg"})
    assert answer.headers["Hourglass-Dropped"] == "alpha"


def test_noise_goes(client: httpx.Client, fashion: Labelled) -> None:
    before, after = [], []
    for image, noise in zip(fashion.images[:16], np.random.default_rng(1).normal(0, 128, (16, 28, 28)), strict=True):
        noisy = (image + noise).clip(0, 255).astype(np.uint8)
        answer = client.post("/denoise", params=GARMENTS, content=to_file(noisy))
        assert answer.headers["Hourglass-Model"] == "fashion-denoising"
        before.append(np.square(noisy.astype(float) - image).mean())
        after.append(np.square(from_file(answer.content).astype(float) - image).mean())
    assert np.mean(after) < np.mean(before) / 3


def test_strength_0_returns_the_image(client: httpx.Client, fashion: Labelled, png: bytes) -> None:
    answer = client.post("/denoise", params={"strength": 0, **GARMENTS}, content=png)
    assert np.array_equal(from_file(answer.content), fashion.images[0])


def test_accept_picks_the_format(client: httpx.Client, png: bytes) -> None:
    answer = client.post("/denoise", params=GARMENTS, content=png, headers={"Accept": "image/webp"})
    assert answer.headers["Content-Type"] == "image/webp"
    assert from_file(answer.content).shape[:2] == (28, 28)


def test_form_is_taken(client: httpx.Client, png: bytes) -> None:
    by_form = client.post("/denoise", params=GARMENTS, files={"file": ("noisy.png", png, "image/png")})
    assert by_form.content == client.post("/denoise", params=GARMENTS, content=png).content


@pytest.mark.parametrize(
    ("name", "value"),
    [("strength", "101"), ("strength", "-1"), ("strength", "full"), ("strength", "5²"), ("resize", "perhaps")],
)
def test_bad_parameter_is_named(client: httpx.Client, png: bytes, name: str, value: str) -> None:
    answer = client.post("/denoise", params={name: value}, content=png)
    assert (answer.status_code, answer.json()["parameter"]) == (422, name)


def test_strength_is_refused_in_our_own_words(client: httpx.Client, png: bytes) -> None:
    answer = client.post("/denoise", params={"strength": 200}, content=png)
    assert answer.json()["detail"] == "strength: must be auto, or a whole number of 0 to 100"


def test_model_that_cannot_is_refused(client: httpx.Client, png: bytes) -> None:
    answer = client.post("/denoise", params={"model": "fashion-undercomplete"}, content=png)
    assert (answer.status_code, answer.json()["parameter"]) == (422, "model")
    assert "fashion-denoising" in answer.json()["detail"]


def test_what_is_lost_is_told(client: httpx.Client, fashion: Labelled) -> None:
    colours = np.stack([fashion.images[0], fashion.images[1], fashion.images[2]], axis=2)
    assert client.post("/denoise", params=GARMENTS, content=to_file(colours)).headers["Hourglass-Dropped"] == "color"
