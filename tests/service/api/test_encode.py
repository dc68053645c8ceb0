"""POST /encode"""

import base64

import httpx
import numpy as np
import pytest

from tests.conftest import Labelled, to_file

PNG = {"Content-Type": "image/png"}


def test_answers_the_compressed_file(client: httpx.Client, png: bytes) -> None:
    answer = client.post("/encode", content=png, headers=PNG)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/vnd.hourglass"
    assert answer.headers["Hourglass-Model"] == "fashion-undercomplete"
    assert answer.headers["Hourglass-Bits-Per-Pixel"] == f"{8 * len(answer.content) / 784:.4f}"
    assert "Hourglass-Dropped" not in answer.headers
    assert answer.content.startswith(b"HGLS")
    assert len(answer.content) < 100


def test_same_image_gives_same_bytes(client: httpx.Client, png: bytes) -> None:
    first, second = (client.post("/encode", content=png).content for _ in range(2))
    assert first == second


def test_json_tells_the_latent(client: httpx.Client, png: bytes) -> None:
    answer = client.post("/encode", content=png, headers={**PNG, "Accept": "application/json"})
    told = answer.json()
    assert base64.b64decode(told["bitstream"]) == client.post("/encode", content=png).content
    assert told["latent"]["shape"] == [len(told["latent"]["values"])] == [32]
    assert told["latent"]["dtype"] == "float32"
    assert told["bytes"] == len(base64.b64decode(told["bitstream"]))
    assert told["bits_per_pixel"] == pytest.approx(8 * told["bytes"] / 784)
    assert told["ratio"] == pytest.approx(784 / told["bytes"])
    assert told["dropped"] == []
    assert answer.headers["Vary"] == "Accept"


def test_every_model_encodes(client: httpx.Client, png: bytes) -> None:
    for model in client.get("/models").json()["models"]:
        for quality in (1, 100):
            answer = client.post("/encode", params={"model": model["name"], "quality": quality}, content=png)
            assert answer.status_code == 200, (model["name"], quality, answer.text)
            assert answer.headers["Hourglass-Model"] == model["name"]


def test_higher_quality_is_larger(client: httpx.Client, png: bytes) -> None:
    small, large = (
        len(client.post("/encode", params={"quality": quality}, content=png).content) for quality in (1, 100)
    )
    assert small < large


def test_what_is_lost_is_told(client: httpx.Client, fashion: Labelled) -> None:
    see_through = np.stack([fashion.images[0], fashion.images[1], fashion.images[2], fashion.images[3]], axis=2)
    answer = client.post("/encode", params={"resize": True}, content=to_file(see_through[:20]))
    assert answer.headers["Hourglass-Dropped"] == "alpha, color, size"


@pytest.mark.parametrize("quality", ["0", "101", "50.5", "high", ""])
def test_impossible_quality_is_named(client: httpx.Client, png: bytes, quality: str) -> None:
    answer = client.post("/encode", params={"quality": quality}, content=png)
    assert (answer.status_code, answer.json()["parameter"]) == (422, "quality")


def test_unknown_model_is_not_found(client: httpx.Client, png: bytes) -> None:
    answer = client.post("/encode", params={"model": "nonsense"}, content=png)
    assert answer.status_code == 404
    assert "fashion-undercomplete" in answer.json()["detail"]


def test_other_size_is_refused_unless_resized(client: httpx.Client, fashion: Labelled) -> None:
    large = to_file(np.kron(fashion.images[0], np.ones((3, 3), np.uint8)))
    answer = client.post("/encode", content=large)
    assert (answer.status_code, answer.json()["parameter"]) == (422, "resize")
    assert "28x28" in answer.json()["detail"]
    assert "84x84" in answer.json()["detail"]
    assert client.post("/encode", params={"resize": True}, content=large).status_code == 200


def test_takes_one_image_only(client: httpx.Client, png: bytes) -> None:
    answer = client.post("/encode", files=[("file", png), ("file", png)])
    assert (answer.status_code, answer.json()["parameter"]) == (422, "file")
    assert "2 images" in answer.json()["detail"]


def test_makes_no_picture(client: httpx.Client, png: bytes) -> None:
    assert client.post("/encode", content=png, headers={"Accept": "image/png"}).status_code == 406
