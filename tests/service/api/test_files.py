"""Files that people have, through the endpoints: what goes on, what is told, and what is refused by its name."""

import base64
import gzip
import io

import httpx
import numpy as np
import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from tests.conftest import to_file
from tests.hourglass.imaging.samples import PICTURES

ROWS, COLUMNS = np.mgrid[:48, :64]
PHOTO = np.stack([4 * COLUMNS, 5 * ROWS, 2 * (COLUMNS + ROWS)], axis=2).astype(np.uint8)


def camera() -> Image.Exif:
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Orientation] = "Maker", 6
    exif.get_ifd(IFD.GPSInfo).update({GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: (52.0, 30.0, 0.0)})
    return exif


TAKEN = to_file(PHOTO, "JPEG", exif=camera(), dpi=(300, 300), xmp=b"<x:xmpmeta/>")


def through(client: httpx.Client, path: str, file: bytes, accept: str = "image/png", **query: str) -> httpx.Response:
    """The image that comes back from /denoise, or from /encode and then /decode."""
    answer = client.post(f"/{path}", params=query, content=file, headers={"Accept": accept} if path != "encode" else {})
    assert answer.status_code == 200, answer.text
    return client.post("/decode", content=answer.content, headers={"Accept": accept}) if path == "encode" else answer


@pytest.mark.parametrize("path", ["denoise", "encode"])
@pytest.mark.parametrize("accept", ["image/png", "image/webp", "image/jpeg", "image/avif"])
def test_metadata_goes_all_the_way(client: httpx.Client, path: str, accept: str) -> None:
    answer = through(client, path, TAKEN, accept)
    assert answer.headers["Content-Type"] == accept
    assert "Hourglass-Dropped" not in answer.headers
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.size == (48, 64)
        exif = image.getexif()
        assert exif[Base.Make] == "Maker"
        assert exif.get(Base.Orientation, 1) == 1
        assert exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitudeRef] == "N"
        assert exif[Base.XResolution] == 300
        assert image.info["xmp"] == b"<x:xmpmeta/>"
        if accept in {"image/png", "image/jpeg"}:
            assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)


@pytest.mark.parametrize("path", ["denoise", "encode"])
def test_metadata_is_left_out_as_far_as_is_wanted(client: httpx.Client, path: str) -> None:
    with Image.open(io.BytesIO(through(client, path, TAKEN, metadata="private").content)) as image:
        assert image.getexif()[Base.Make] == "Maker"
        assert IFD.GPSInfo not in image.getexif()
        assert "xmp" not in image.info
    with Image.open(io.BytesIO(through(client, path, TAKEN, metadata="strip").content)) as image:
        assert image.size == (48, 64)
        assert not image.getexif()
        assert not {"xmp", "exif", "dpi"} & set(image.info)
    answer = client.post(f"/{path}", params={"metadata": "all"}, content=TAKEN)
    assert (answer.status_code, answer.json()["parameter"]) == (422, "metadata")


def test_file_without_metadata_is_as_it_was(client: httpx.Client) -> None:
    plain = client.post("/encode", content=to_file(PHOTO)).content
    assert plain[4] >> 4 == 1
    assert client.post("/encode", params={"metadata": "strip"}, content=to_file(PHOTO, dpi=(72, 72))).content == plain
    assert client.post("/encode", content=TAKEN).content[4] >> 4 == 2


def test_model_of_one_size_says_that_it_keeps_no_metadata(client: httpx.Client) -> None:
    query = {"model": "fashion-undercomplete", "resize": "true"}
    dropped = client.post("/encode", params=query, content=TAKEN).headers["Hourglass-Dropped"].split(", ")
    assert {"EXIF", "XMP"} <= set(dropped)


@pytest.mark.parametrize("path", ["denoise", "encode", "anomaly-score?model=tile-anomaly"])
def test_frame_is_asked_for_by_name(client: httpx.Client, path: str) -> None:
    frames = [Image.fromarray(each) for each in (PHOTO, 255 - PHOTO)]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    refused = client.post(f"/{path}", content=buffer.getvalue())
    assert (refused.status_code, refused.json()["parameter"]) == (422, "frame")
    assert "frame=0" in refused.json()["detail"]
    for number, status in ((0, 200), (1, 200), (2, 422)):
        query = {"frame": str(number), **httpx.URL(f"/{path}").params}
        answer = client.post(f"/{path}", params=query, content=buffer.getvalue())
        assert answer.status_code == status, answer.text
    assert client.post("/denoise", params={"frame": -1}, content=buffer.getvalue()).status_code == 422


@pytest.mark.parametrize("content_type", ["binary/octet-stream", "application/octet-stream", "image/x-unknown", None])
def test_content_says_what_a_file_is(client: httpx.Client, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    assert client.post("/denoise?strength=0", content=to_file(PHOTO, "TIFF"), headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "this is SVG"),
        (b"%PDF-1.7", "this is PDF"),
        (gzip.compress(to_file(PHOTO)), "this is gzip"),
        (base64.b64encode(to_file(PHOTO)), "this is base64 text"),
        (b"--b\r\nContent-Disposition: form-data; name=file\r\n\r\nx\r\n--b--", "a multipart form without its header"),
        (b"HGLS\x11abcd\x32\x1c\x1c", "a bitstream of /encode: send it to /decode"),
        (b"<!doctype html><html></html>", "this is HTML"),
    ],
)
def test_what_is_not_taken_is_called_by_its_name(client: httpx.Client, body: bytes, says: str) -> None:
    answer = client.post("/denoise", content=body)
    assert answer.status_code == 415
    assert says in answer.json()["detail"]


def test_hdr_and_what_it_lost_are_told(client: httpx.Client) -> None:
    answer = client.post("/denoise?strength=0", content=(PICTURES / "colors_hdr_rec2020.avif").read_bytes())
    assert answer.headers["Hourglass-Dropped"] == "10 bits, HDR"
