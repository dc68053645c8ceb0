"""Forms, as browsers, curl and libraries send them."""

import resource

import httpx
import pytest

from service.api.requests.forms import MOST_FIELDS
from tests.conftest import Launch, Serve

FASHION = {"model": "fashion-undercomplete"}


def test_compressed_file_may_be_sent_by_form(client: httpx.Client, png: bytes) -> None:
    file = client.post("/encode", params=FASHION, content=png).content
    raw = client.post("/decode", content=file)
    assert client.post("/decode", files={"file": ("a.hgls", file)}).content == raw.content
    two = client.post("/decode", files=[("file", ("a.hgls", file))] * 2)
    assert (two.status_code, two.json()["parameter"]) == (422, "file")
    assert client.post("/decode", files={"file": ("a.png", png)}).status_code == 400


def test_parameters_are_no_files(serve: Serve, png: bytes) -> None:
    client = serve(max_files=1)
    data = {**FASHION, "quality": "7", "resize": "true"}
    assert client.post("/encode", files={"file": ("a.png", png)}, data=data).status_code == 200


def test_too_many_fields_are_refused(client: httpx.Client, png: bytes) -> None:
    data = {f"field{number}": "x" for number in range(MOST_FIELDS + 1)}
    assert client.post("/encode", files={"file": ("a.png", png)}, data=data).status_code == 413


def test_large_field_is_refused(client: httpx.Client, png: bytes) -> None:
    answer = client.post("/encode", files={"file": ("a.png", png)}, data={"quality": "1" * (2 << 20)})
    assert (answer.status_code, answer.json()["parameter"]) == (422, "file")


@pytest.mark.parametrize("charset", ["utf-8", "latin-1", "utf-16", "nonsense", "idna", "undefined"])
def test_charset_of_a_form_is_the_callers(client: httpx.Client, png: bytes, charset: str) -> None:
    part = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="\xff\xfe.png"\r\n\r\n' + png + b"\r\n--b--\r\n"
    )
    head = {"Content-Type": f"multipart/form-data; charset={charset}; boundary=b"}
    assert client.post("/encode", params=FASHION, content=part, headers=head).status_code in {200, 422}


def test_form_needs_no_disk(launch: Launch, png: bytes) -> None:
    process = launch()
    assert process.port
    process.limit(resource.RLIMIT_FSIZE, 1 << 20)  # as on a full disk, no file grows beyond that
    files = {"file": ("a.png", png + bytes(8 << 20))}
    assert httpx.post(f"{process.url}/encode", params=FASHION, files=files).status_code == 200


def test_large_form_is_read_whole(client: httpx.Client, png: bytes) -> None:
    image = png + bytes(range(256)) * 10_000
    assert client.post("/encode", params=FASHION, files={"file": ("a.png", image)}).status_code == 200
    many = [("file", (f"{number}.png", image)) for number in range(10)]
    results = client.post("/anomaly-score", files=many).raise_for_status().json()["results"]
    assert len({result["score"] for result in results}) == 1
    assert len(results) == 10
