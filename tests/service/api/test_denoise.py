"""POST /denoise"""

import httpx
import numpy as np
import pytest

from tests.conftest import Labelled, from_file, to_file


def test_noise_goes(client: httpx.Client, fashion: Labelled) -> None:
    before, after = [], []
    for image, noise in zip(fashion.images[:16], np.random.default_rng(1).normal(0, 128, (16, 28, 28)), strict=True):
        noisy = (image + noise).clip(0, 255).astype(np.uint8)
        answer = client.post("/denoise", content=to_file(noisy))
        assert answer.headers["Hourglass-Model"] == "fashion-denoising"
        before.append(np.square(noisy.astype(float) - image).mean())
        after.append(np.square(from_file(answer.content).astype(float) - image).mean())
    assert np.mean(after) < np.mean(before) / 3


def test_strength_0_returns_the_image(client: httpx.Client, fashion: Labelled, png: bytes) -> None:
    answer = client.post("/denoise", params={"strength": 0}, content=png)
    assert np.array_equal(from_file(answer.content), fashion.images[0])


def test_accept_picks_the_format(client: httpx.Client, png: bytes) -> None:
    answer = client.post("/denoise", content=png, headers={"Accept": "image/webp"})
    assert answer.headers["Content-Type"] == "image/webp"
    assert from_file(answer.content).shape[:2] == (28, 28)


def test_form_is_taken(client: httpx.Client, png: bytes) -> None:
    by_form = client.post("/denoise", files={"file": ("noisy.png", png, "image/png")})
    assert by_form.content == client.post("/denoise", content=png).content


@pytest.mark.parametrize(("name", "value"), [("strength", "101"), ("strength", "-1"), ("resize", "perhaps")])
def test_bad_parameter_is_named(client: httpx.Client, png: bytes, name: str, value: str) -> None:
    answer = client.post("/denoise", params={name: value}, content=png)
    assert (answer.status_code, answer.json()["parameter"]) == (422, name)


def test_model_that_cannot_is_refused(client: httpx.Client, png: bytes) -> None:
    answer = client.post("/denoise", params={"model": "fashion-undercomplete"}, content=png)
    assert (answer.status_code, answer.json()["parameter"]) == (422, "model")
    assert "fashion-denoising" in answer.json()["detail"]


def test_what_is_lost_is_told(client: httpx.Client, fashion: Labelled) -> None:
    colours = np.stack([fashion.images[0], fashion.images[1], fashion.images[2]], axis=2)
    assert client.post("/denoise", content=to_file(colours)).headers["Hourglass-Dropped"] == "color"
