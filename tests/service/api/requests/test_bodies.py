"""Images out of request bodies, as browsers, curl and hostile clients send them."""

import httpx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Serve, to_file

FASHION = {"model": "fashion-undercomplete"}

FORM = {"Content-Type": "multipart/form-data; boundary=b"}


@pytest.mark.parametrize(
    "content_type",
    [
        "image/png",
        "image/jpeg",
        "IMAGE/PNG; x=y",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
        None,
    ],
)
def test_raw_bytes_are_taken(client: httpx.Client, png: bytes, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    assert client.post("/encode", params=FASHION, content=png, headers=headers).status_code == 200


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "video/mp4", "", "multipart/mixed"])
def test_other_content_types_are_refused(client: httpx.Client, png: bytes, content_type: str) -> None:
    answer = client.post("/encode", params=FASHION, content=png, headers={"Content-Type": content_type})
    assert answer.status_code == 415
    assert "Content-Type" in answer.json()["detail"]


def test_form_gives_the_same_as_raw_bytes(client: httpx.Client, png: bytes) -> None:
    form = client.post("/encode", params=FASHION, files={"file": ("shirt.png", png, "image/png")})
    assert form.content == client.post("/encode", params=FASHION, content=png).content


def test_what_is_no_image_is_refused(client: httpx.Client) -> None:
    answer = client.post("/encode", params=FASHION, content=b"no image", headers={"Content-Type": "image/png"})
    assert answer.status_code == 415
    assert "PNG" in answer.json()["detail"]


@pytest.mark.parametrize("keep", [0, 45, 200])
def test_broken_image_is_refused(client: httpx.Client, png: bytes, keep: int) -> None:
    answer = client.post("/encode", params=FASHION, content=png[:keep], headers={"Content-Type": "image/png"})
    assert answer.status_code == 422
    assert "image" in answer.json()["detail"]


def test_format_not_allowed_is_refused(serve: Serve, png: bytes) -> None:
    answer = serve(formats="jpeg").post("/encode", params=FASHION, content=png)
    assert answer.status_code == 415
    assert "JPEG" in answer.json()["detail"]


def test_pixels_are_limited(serve: Serve, png: bytes) -> None:
    answer = serve(max_pixels=783).post("/encode", params=FASHION, content=png)
    assert answer.status_code == 413
    assert "783" in answer.json()["detail"]


def test_large_image_is_decoded_beside_others(client: httpx.Client, png: bytes) -> None:
    large = to_file(np.random.default_rng(0).integers(0, 256, (400, 400), np.uint8))
    assert client.post("/encode", params={**FASHION, "resize": True}, content=large).status_code == 200


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "multipart/form-data"}, b""),
        (FORM, b""),
        (FORM, b"--b--\r\n"),
        (FORM, b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\ntext\r\n--b--\r\n'),
        (FORM, b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
        (FORM, b"--b\r\nnonsense\r\n\r\nx"),
    ],
    ids=["no boundary", "empty", "no part", "no file", "no name", "no header"],
)
def test_broken_form_is_named(client: httpx.Client, headers: dict[str, str], body: bytes) -> None:
    answer = client.post("/encode", params=FASHION, content=body, headers=headers)
    assert (answer.status_code, answer.json()["parameter"]) == (422, "file")


PIECES = [
    b"--b",
    b"--",
    b"\r\n",
    b"\r\n\r\n",
    b"Content-Disposition: form-data",
    b'; name="file"',
    b'; filename="x"',
    b"\xff",
]


@given(
    pieces=st.lists(st.sampled_from(PIECES) | st.binary(max_size=5)),
    boundary=st.sampled_from(["b", "", "b; charset=nonsense", '"']),
)
def test_any_form_is_taken_or_refused(client: httpx.Client, pieces: list[bytes], boundary: str) -> None:
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    answer = client.post("/encode", content=b"".join(pieces), headers=headers)
    assert answer.status_code in {413, 415, 422}
