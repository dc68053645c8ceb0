"""GET and POST /sample"""

import base64

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.conftest import Labelled, from_file, to_file

JSON = {"Accept": "application/json"}
VARIATIONAL = {"model": "fashion-variational"}


def latent(client: httpx.Client, image: bytes) -> list[float]:
    told = client.post("/encode", params=VARIATIONAL, content=image, headers=JSON).json()
    values: list[float] = told["latent"]["values"]
    return values


def images(answer: httpx.Response) -> list[NDArray[np.uint8]]:
    return [from_file(base64.b64decode(each["image"])) for each in answer.json()["samples"]]


def test_contact_sheet_holds_all(client: httpx.Client) -> None:
    answer = client.get("/sample", params={"count": 6})
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Hourglass-Model"] == "fashion-variational"
    assert from_file(answer.content).shape == (2 * 29 - 1, 3 * 29 - 1)


def test_seed_decides(client: httpx.Client) -> None:
    sheets = [client.get("/sample", params={"count": 4, "seed": seed}).content for seed in (1, 1, 2)]
    assert sheets[0] == sheets[1] != sheets[2]


def test_json_tells_each_image_and_its_z(client: httpx.Client) -> None:
    answer = client.get("/sample", params={"count": 4, "seed": 3}, headers=JSON)
    assert answer.json()["model"] == "fashion-variational"
    again = client.post("/sample", json={"z": [each["z"] for each in answer.json()["samples"]]}, headers=JSON)
    assert answer.json() == again.json()
    sheet = from_file(client.get("/sample", params={"count": 4, "seed": 3}).content)
    assert np.abs(sheet[:28, :28].astype(int) - images(answer)[0]).max() <= 1


def test_temperature_0_is_the_most_typical_image(client: httpx.Client) -> None:
    answer = client.get("/sample", params={"count": 2, "temperature": 0}, headers=JSON)
    first, second = answer.json()["samples"]
    assert first == second
    assert set(first["z"]) == {0.0}


def test_walk_leads_from_one_image_to_another(client: httpx.Client, fashion: Labelled) -> None:
    start, end = (latent(client, to_file(image)) for image in fashion.images[:2])
    answer = client.post("/sample", json={"start": start, "end": end, "steps": 5}, headers=JSON)
    path = [each["z"] for each in answer.json()["samples"]]
    assert np.allclose(path, np.linspace(start, end, 5), atol=1e-5)
    ends = images(client.post("/sample", json={"z": [start, end]}, headers=JSON))
    assert np.abs(images(answer)[0].astype(int) - ends[0]).max() <= 1
    assert np.abs(images(answer)[-1].astype(int) - ends[1]).max() <= 1


@pytest.mark.parametrize("model", ["undercomplete", "overcomplete", "sparse", "denoising", "contractive"])
def test_given_z_is_decoded_by_every_type(client: httpx.Client, fashion: Labelled, model: str) -> None:
    params = {"model": f"fashion-{model}"}
    told = client.post("/encode", params=params, content=to_file(fashion.images[0]), headers=JSON).json()
    answer = client.post("/sample", params=params, json={"z": [told["latent"]["values"]]}, headers=JSON)
    assert answer.json()["model"] == params["model"]
    assert np.abs(images(answer)[0].astype(int) - fashion.images[0]).mean() < 20


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({"z": [[0.0] * 1024] * 33}, "body"),
        ({"start": [0.0] * 1024, "end": [0.0] * 1024, "steps": 33}, "steps"),
    ],
    ids=["z", "walk"],
)
def test_numbers_of_all_z_together_are_bounded(client: httpx.Client, body: dict[str, object], parameter: str) -> None:
    answer = client.post("/sample", params={"model": "mnist-overcomplete"}, json=body)
    assert (answer.status_code, answer.json()["parameter"]) == (422, parameter)
    assert "more than 32768" in answer.json()["detail"]
    fewer = body | ({"steps": 32} if "steps" in body else {"z": [[0.0] * 1024] * 32})
    assert client.post("/sample", params={"model": "mnist-overcomplete"}, json=fewer).status_code == 200


def test_photos_have_no_z_to_give(client: httpx.Client) -> None:
    answer = client.post("/sample", params={"model": "photo-codec"}, json={"z": [[0.0]]})
    assert (answer.status_code, answer.json()["parameter"]) == (422, "model")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("count", "0"),
        ("count", "257"),
        ("seed", "-1"),
        ("seed", "4294967296"),
        ("temperature", "2.1"),
        ("temperature", "nan"),
        ("temperature", "inf"),
        ("model", "fashion-undercomplete"),
        ("model", "x" * 65),
    ],
)
def test_bad_parameter_is_named(client: httpx.Client, name: str, value: str) -> None:
    answer = client.get("/sample", params={name: value})
    assert (answer.status_code, answer.json()["parameter"]) == (422, name)


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({}, "body"),
        ({"start": [0.0]}, "body"),
        ({"z": [[0.0]], "start": [0.0], "end": [0.0]}, "body"),
        ({"z": []}, "z"),
        ({"z": [[0.0]]}, "z"),
        ({"z": [["one"]]}, "z.0.0"),
        ({"z": [[0.0] * 40] * 257}, "z"),
        ({"start": [], "end": []}, "start"),
        ({"start": [0.0] * 40, "end": [1e9] * 40}, "end"),
        ({"start": [0.0] * 40, "end": [0.0] * 40, "steps": 1}, "steps"),
        ({"zed": 1}, "zed"),
        ([], "body"),
    ],
    ids=str,
)
def test_bad_latents_are_named(client: httpx.Client, body: object, parameter: str) -> None:
    answer = client.post("/sample", json=body, params=VARIATIONAL)
    assert (answer.status_code, answer.json()["parameter"]) == (422, parameter)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"z": [[NaN]]}', b'{"z": [[1e999]]}'])
def test_what_is_no_json_is_refused(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/sample", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["parameter"] in {"body", "z"}


def test_makes_no_jpeg(client: httpx.Client) -> None:
    assert client.get("/sample", headers={"Accept": "image/jpeg"}).status_code == 406


def test_json_of_megabytes_is_refused(client: httpx.Client) -> None:
    body = b'{"z": [[' + b"0," * (1 << 20) + b"0]]}"
    answer = client.post("/sample", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


def test_of_many_wrong_numbers_one_is_told(client: httpx.Client) -> None:
    answer = client.post("/sample", json={"z": [["a"] * 100_000]})
    assert answer.status_code == 422
    assert len(answer.content) < 1000


@pytest.mark.parametrize(
    "body",
    [
        b"{" + b",".join(b'"k%d":0' % number for number in range(100_000)) + b"}",
        b'{"z": [' + b"[]," * 300_000 + b"[]]}",
        b'{"z": [' + b"{}," * 300_000 + b"{}]}",
        b'{"z": [[' + b"0," * 500_000 + b"0]]}",
    ],
    ids=["keys", "lists", "objects", "numbers"],
)
def test_json_of_too_many_parts_is_refused(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/sample", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in {413, 422}
    assert len(answer.content) < 1000
