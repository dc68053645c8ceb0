"""POST /decode"""

import io

import httpx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hourglass.bitstream.container import NO_SYMBOLS, Container
from tests.conftest import Labelled, from_file, to_file

FASHION = {"model": "fashion-undercomplete"}


@pytest.fixture(scope="module")
def file(client: httpx.Client, png: bytes) -> bytes:
    return client.post("/encode", params=FASHION, content=png).content


@pytest.mark.parametrize("model", ["fashion-undercomplete", "mnist-undercomplete"])
def test_decoded_image_is_close_to_the_encoded(
    client: httpx.Client, fashion: Labelled, mnist: Labelled, model: str
) -> None:
    images = (mnist if model.startswith("mnist") else fashion).images[:16]
    errors = []
    for image in images:
        encoded = client.post("/encode", params={"model": model, "quality": 80}, content=to_file(image))
        decoded = from_file(client.post("/decode", content=encoded.content).content)
        assert decoded.shape == image.shape
        errors.append(np.square(decoded / 255 - image / 255).mean())
    assert np.mean(errors) < 0.25 * np.square(images / 255 - images.mean() / 255).mean()


@pytest.mark.parametrize(("media_type", "kind"), [("image/png", "PNG"), ("image/webp", "WEBP"), ("image/jpeg", "JPEG")])
def test_accept_picks_the_format(client: httpx.Client, file: bytes, media_type: str, kind: str) -> None:
    answer = client.post("/decode", content=file, headers={"Accept": media_type})
    assert answer.headers["Content-Type"] == media_type
    assert answer.headers["Vary"] == "Accept"
    default = from_file(client.post("/decode", content=file).content)
    shown = from_file(answer.content)
    assert np.abs((shown if shown.ndim == 2 else shown[:, :, 0]).astype(int) - default).mean() < 3


def test_png_is_the_default(client: httpx.Client, file: bytes) -> None:
    assert client.post("/decode", content=file).headers["Content-Type"] == "image/png"


@pytest.mark.parametrize("content_type", ["application/vnd.hourglass", "application/octet-stream", "text/plain", ""])
def test_content_type_does_not_matter(client: httpx.Client, file: bytes, content_type: str) -> None:
    assert client.post("/decode", content=file, headers={"Content-Type": content_type}).status_code == 200


def test_every_changed_byte_is_refused(client: httpx.Client, file: bytes) -> None:
    for at in range(len(file)):
        changed = bytearray(file)
        changed[at] ^= 0x55
        answer = client.post("/decode", content=bytes(changed))
        assert answer.status_code == (404 if 5 <= at < 9 else 400), (at, answer.text)
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_cut_and_lengthened_files_are_refused(client: httpx.Client, file: bytes) -> None:
    for changed in (b"", file[:4], file[:15], file[:-1], file + b"\0"):
        assert client.post("/decode", content=changed).status_code == 400


def test_file_of_a_model_not_installed_names_it(client: httpx.Client, file: bytes) -> None:
    answer = client.post("/decode", content=file[:5] + b"\xde\xad\xbe\xef" + file[9:])
    assert answer.status_code == 404
    assert "deadbeef" in answer.json()["detail"]


def test_image_is_no_bitstream(client: httpx.Client, png: bytes) -> None:
    answer = client.post("/decode", content=png)
    assert answer.status_code == 400
    assert answer.json()["detail"] == "this is PNG, not a compressed file: send it to /encode"


@given(noise=st.binary(max_size=100), keep=st.integers(0, 30))
def test_any_bytes_end_in_an_image_or_a_problem(client: httpx.Client, file: bytes, noise: bytes, keep: int) -> None:
    answer = client.post("/decode", content=file[:keep] + noise)
    assert answer.status_code in {200, 400, 404}
    assert (answer.headers["Content-Type"] == "image/png") is (answer.status_code == 200)


def test_makes_no_json(client: httpx.Client, file: bytes) -> None:
    answer = client.post("/decode", content=file, headers={"Accept": "application/json"})
    assert answer.status_code == 406
    assert "image/png" in answer.json()["detail"]


ROWS, COLUMNS = np.mgrid[:60, :100]
PHOTO = np.stack([2 * COLUMNS, 3 * ROWS, COLUMNS + ROWS, 255 - COLUMNS], axis=2).astype(np.uint8)
PROFILE = bytes(16) + b"RGB " + bytes(100)


@pytest.fixture(scope="module")
def photo(client: httpx.Client) -> bytes:
    """The file of a photo with alpha and a profile."""
    answer = client.post("/encode", params={"quality": 90}, content=to_file(PHOTO, icc_profile=PROFILE))
    assert "Hourglass-Dropped" not in answer.headers
    return answer.content


@pytest.mark.parametrize("media_type", ["image/png", "image/webp"])
def test_photo_comes_back_with_alpha_and_profile(client: httpx.Client, photo: bytes, media_type: str) -> None:
    answer = client.post("/decode", content=photo, headers={"Accept": media_type})
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.info["icc_profile"] == PROFILE
        shown = np.asarray(image)
    assert np.array_equal(shown[:, :, 3], PHOTO[:, :, 3])
    assert np.square(shown.astype(float) - PHOTO).mean() < 30
    assert "Hourglass-Dropped" not in answer.headers


def test_photo_as_jpeg_is_laid_over_black_and_told(client: httpx.Client, photo: bytes) -> None:
    answer = client.post("/decode", content=photo, headers={"Accept": "image/jpeg"})
    assert answer.headers["Hourglass-Dropped"] == "alpha"
    shows = PHOTO[:, :, :3] * (PHOTO[:, :, 3:] / 255)
    assert np.square(from_file(answer.content) - shows).mean() < 60


def test_gray_photo_comes_back_gray(client: httpx.Client) -> None:
    file = client.post("/encode", content=to_file(PHOTO[:, :, 0])).content
    assert from_file(client.post("/decode", content=file).content).shape == (60, 100)


def test_photo_too_long_for_a_format_asks_for_another(client: httpx.Client) -> None:
    file = client.post("/encode", content=to_file(np.zeros((1, 16384), np.uint8))).content
    answer = client.post("/decode", content=file, headers={"Accept": "image/webp"})
    assert answer.status_code == 406
    assert "image/png" in answer.json()["detail"]
    assert client.post("/decode", content=file).status_code == 200


def test_photo_of_too_many_pixels_is_refused_by_its_header(client: httpx.Client, photo: bytes) -> None:
    container = Container.unpack(photo)
    claims = Container(container.model, 50, 65535, 65535, (b"",)).pack(NO_SYMBOLS)
    answer = client.post("/decode", content=claims)
    assert answer.status_code == 413
    assert "65535x65535" in answer.json()["detail"]


def test_changed_byte_of_a_photo_is_refused(client: httpx.Client, photo: bytes) -> None:
    for at in range(0, len(photo), 11):
        changed = bytearray(photo)
        changed[at] ^= 0x55
        assert client.post("/decode", content=bytes(changed)).status_code in {400, 404, 413}
    assert client.get("/readyz").status_code == 200


@given(noise=st.binary(max_size=300), keep=st.integers(0, 60))
def test_any_bytes_of_a_photo_end_in_an_image_or_a_problem(
    client: httpx.Client, photo: bytes, noise: bytes, keep: int
) -> None:
    assert client.post("/decode", content=photo[:keep] + noise).status_code in {200, 400, 404, 413}
