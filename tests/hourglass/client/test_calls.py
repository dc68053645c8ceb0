"""What goes over the wire for a call, and what each answer to it becomes."""

import json
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from hourglass.client.answers import HourglassProblem, Listing
from hourglass.client.calls import Call, as_file
from service.api.names import disposition, stem


def content(answer: httpx.Response) -> bytes:
    return answer.content


@pytest.fixture
def http() -> httpx.Client:
    return httpx.Client(base_url="http://service")


def test_query_leaves_out_what_is_not_asked_for(http: httpx.Client) -> None:
    call = Call("/encode", content, {"quality": 0, "model": None, "resize": False, "heatmap": True})
    request = call.request(http, {}, 5)
    assert str(request.url) == "http://service/encode?quality=0&heatmap=true"
    assert request.method == "POST"


def test_deadline_is_the_time_left(http: httpx.Client) -> None:
    request = Call("/models", content, method="GET").request(http, {}, 1.23456)
    assert request.headers["Hourglass-Deadline"] == "1.235"
    assert set(request.extensions["timeout"].values()) == {1.23456}


def test_bytes_are_the_body_as_they_are(http: httpx.Client) -> None:
    call = Call("/encode", content, files=(b"pixels",))
    assert call.request(http, call.body(), 1).read() == b"pixels"


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("photo.jpg", "photo.jpg"),
        ("Zoë 写真.jpg", "Zoë 写真.jpg"),
        ('a"b.jpg', "a%22b.jpg"),
        (b"\xff.jpg".decode(errors="surrogateescape"), "?.jpg"),
    ],
)
def test_path_is_sent_with_its_name(http: httpx.Client, tmp_path: Path, name: str, sent: str) -> None:
    (tmp_path / name).write_bytes(b"pixels")
    call = Call("/encode", content, files=(tmp_path / name,))
    body = call.request(http, call.body(), 1).read()
    assert f'name="file"; filename="{sent}"\r\n'.encode() in body
    assert b"\r\n\r\npixels\r\n" in body


def test_numbers_are_sent_as_json(http: httpx.Client) -> None:
    call = Call("/sample", content, json={"z": [[0.5]]})
    request = call.request(http, call.body(), 1)
    assert request.headers["Content-Type"] == "application/json"
    assert json.loads(request.read()) == {"z": [[0.5]]}


def test_media_type_is_asked_for(http: httpx.Client) -> None:
    assert Call("/decode", content, accept="image/webp").request(http, {}, 1).headers["Accept"] == "image/webp"
    assert Call("/decode", content).request(http, {}, 1).headers["Accept"] == "*/*"


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (disposition(stem("photo.jpg"), "application/vnd.hourglass")["Content-Disposition"], "photo.hgls"),
        (disposition(stem("写真.jpg", "-clean"), "image/png")["Content-Disposition"], "写真-clean.png"),
        ("attachment", ""),
        ('attachment; filename="../../photo.png"', "photo.png"),
        ("attachment; filename*=UTF-8''..%5C..%2Fphoto.png", "photo.png"),
        ('attachment; filename=".."', ""),
    ],
)
def test_answer_has_the_name_that_the_service_gives(told: str, name: str) -> None:
    file = as_file(httpx.Response(200, content=b"bytes", headers={"Content-Disposition": told}))
    assert (file, file.name) == (b"bytes", name)
    assert as_file(httpx.Response(200, content=b"bytes")).name == ""


def test_several_files_are_parts_in_their_order(http: httpx.Client, tmp_path: Path) -> None:
    (tmp_path / "image").write_bytes(b"first")
    call = Call("/anomaly-score", content, files=(tmp_path / "image", b"second"))
    request = call.request(http, call.body(), 1)
    assert request.headers["Content-Type"].startswith("multipart/form-data; ")
    body = request.read()
    assert 0 < body.index(b"first") < body.index(b"second")
    assert body.count(b'name="file"') == 2


def test_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Call("/encode", content, files=(tmp_path / "nothing",)).body()


def test_good_answer_is_read() -> None:
    assert Call("/decode", content).result(httpx.Response(200, content=b"image")) == b"image"


def test_problem_is_raised_as_the_service_says_it() -> None:
    said = {"status": 422, "title": "Unprocessable Content", "detail": "quality: too high", "parameter": "quality"}
    with pytest.raises(HourglassProblem) as caught:
        Call("/encode", content).result(httpx.Response(422, json=said))
    assert (caught.value.status, caught.value.parameter) == (422, "quality")


@pytest.mark.parametrize("said", [b"<h1>No</h1>", b"[]", b"\xff"], ids=["HTML", "other JSON", "no text"])
def test_error_of_a_gateway_is_a_problem_too(said: bytes) -> None:
    with pytest.raises(HourglassProblem, match=r"^502 Bad Gateway: "):
        Call("/encode", content).result(httpx.Response(502, content=said))


def test_answer_of_another_service_is_told_from_ours() -> None:
    call = Call("/models", lambda answer: Listing.model_validate_json(answer.content), method="GET")
    with pytest.raises(ValidationError):
        call.result(httpx.Response(200, json={"hello": "world"}))


def test_no_answer_is_raised() -> None:
    lost = httpx.ConnectError("refused")
    with pytest.raises(httpx.ConnectError) as caught:
        Call("/models", content).result(lost)
    assert caught.value is lost
