"""POST /encode"""

import base64

import httpx
import numpy as np
import pytest

from tests.conftest import Labelled, to_file

FASHION = {"model": "fashion-undercomplete"}

PNG = {"Content-Type": "image/png"}
ROWS, COLUMNS = np.mgrid[:60, :100]
PHOTO = np.stack([2 * COLUMNS, 3 * ROWS, COLUMNS + ROWS], axis=2).astype(np.uint8)


def test_answers_the_compressed_file(client: httpx.Client, png: bytes) -> None:
    answer = client.post("/encode", params=FASHION, content=png, headers=PNG)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/vnd.hourglass"
    assert answer.headers["Hourglass-Model"] == "fashion-undercomplete"
    assert answer.headers["Hourglass-Bits-Per-Pixel"] == f"{8 * len(answer.content) / 784:.4f}"
    assert "Hourglass-Dropped" not in answer.headers
    assert answer.content.startswith(b"HGLS")
    assert len(answer.content) < 100


def test_same_image_gives_same_bytes(client: httpx.Client, png: bytes) -> None:
    first, second = (client.post("/encode", params=FASHION, content=png).content for _ in range(2))
    assert first == second


def test_json_tells_the_latent(client: httpx.Client, png: bytes) -> None:
    answer = client.post("/encode", params=FASHION, content=png, headers={**PNG, "Accept": "application/json"})
    told = answer.json()
    assert base64.b64decode(told["bitstream"]) == client.post("/encode", params=FASHION, content=png).content
    assert told["latent"]["shape"] == [len(told["latent"]["values"])] == [32]
    assert told["latent"]["dtype"] == "float32"
    assert told["bytes"] == len(base64.b64decode(told["bitstream"]))
    assert told["bits_per_pixel"] == pytest.approx(8 * told["bytes"] / 784)
    assert told["ratio"] == pytest.approx(784 / told["bytes"])
    assert told["dropped"] == []
    assert answer.headers["Vary"] == "Accept"


def test_every_model_encodes(client: httpx.Client, png: bytes) -> None:
    able = [model for model in client.get("/models").json()["models"] if "encode" in model["tasks"]]
    for model in able:
        for quality in (1, 100):
            answer = client.post("/encode", params={"model": model["name"], "quality": quality}, content=png)
            assert answer.status_code == 200, (model["name"], quality, answer.text)
            assert answer.headers["Hourglass-Model"] == model["name"]


def test_higher_quality_is_larger(client: httpx.Client, png: bytes) -> None:
    small, large = (
        len(client.post("/encode", params={**FASHION, "quality": quality}, content=png).content) for quality in (1, 100)
    )
    assert small < large


def test_what_is_lost_is_told(client: httpx.Client, fashion: Labelled) -> None:
    see_through = np.stack([fashion.images[0], fashion.images[1], fashion.images[2], fashion.images[3]], axis=2)
    answer = client.post("/encode", params={**FASHION, "resize": True}, content=to_file(see_through[:20]))
    assert answer.headers["Hourglass-Dropped"] == "alpha, color, size"


@pytest.mark.parametrize("quality", ["0", "101", "50.5", "high", ""])
def test_impossible_quality_is_named(client: httpx.Client, png: bytes, quality: str) -> None:
    answer = client.post("/encode", params={**FASHION, "quality": quality}, content=png)
    assert (answer.status_code, answer.json()["parameter"]) == (422, "quality")


def test_unknown_model_is_not_found(client: httpx.Client, png: bytes) -> None:
    answer = client.post("/encode", params={"model": "nonsense"}, content=png)
    assert answer.status_code == 404
    assert "fashion-undercomplete" in answer.json()["detail"]


def test_other_size_is_refused_unless_resized(client: httpx.Client, fashion: Labelled) -> None:
    large = to_file(np.kron(fashion.images[0], np.ones((3, 3), np.uint8)))
    answer = client.post("/encode", params=FASHION, content=large)
    assert (answer.status_code, answer.json()["parameter"]) == (422, "resize")
    assert "28x28" in answer.json()["detail"]
    assert "84x84" in answer.json()["detail"]
    assert client.post("/encode", params={**FASHION, "resize": True}, content=large).status_code == 200


def test_takes_one_image_only(client: httpx.Client, png: bytes) -> None:
    answer = client.post("/encode", params=FASHION, files=[("file", png), ("file", png)])
    assert (answer.status_code, answer.json()["parameter"]) == (422, "file")
    assert "2 files" in answer.json()["detail"]


def test_makes_no_picture(client: httpx.Client, png: bytes) -> None:
    assert client.post("/encode", params=FASHION, content=png, headers={"Accept": "image/png"}).status_code == 406


def test_photo_is_encoded_by_default(client: httpx.Client) -> None:
    answer = client.post("/encode", content=to_file(PHOTO))
    assert answer.status_code == 200
    assert answer.headers["Hourglass-Model"] == "photo-codec"
    assert answer.headers["Hourglass-Bits-Per-Pixel"] == f"{8 * len(answer.content) / 6000:.4f}"
    assert float(answer.headers["Hourglass-PSNR"]) > 25
    assert "Hourglass-Dropped" not in answer.headers


def test_better_photo_is_larger_and_closer(client: httpx.Client) -> None:
    answers = [client.post("/encode", params={"quality": quality}, content=to_file(PHOTO)) for quality in (10, 60, 100)]
    sizes = [len(answer.content) for answer in answers]
    closeness = [float(answer.headers["Hourglass-PSNR"]) for answer in answers]
    assert sizes == sorted(set(sizes))
    assert closeness == sorted(set(closeness))


def test_json_tells_the_latent_of_a_photo(client: httpx.Client) -> None:
    told = client.post("/encode", content=to_file(PHOTO), headers={"Accept": "application/json"}).json()
    channels, height, width = told["latent"]["shape"]
    assert (height, width) == (4, 8)
    assert len(told["latent"]["values"]) == channels * height * width
    assert told["psnr"] > 25
    assert told["ratio"] == pytest.approx(PHOTO.size / told["bytes"])


def test_latent_of_a_large_photo_is_left_out(client: httpx.Client) -> None:
    large = to_file(np.tile(PHOTO, (8, 5, 1)))
    told = client.post("/encode", content=large, headers={"Accept": "application/json"}).json()
    assert told["latent"]["shape"][1:] == [32, 32]
    assert told["latent"]["values"] is None


def test_model_of_any_size_resizes_nothing(client: httpx.Client) -> None:
    resized, plain = (client.post("/encode", params={"resize": resize}, content=to_file(PHOTO)) for resize in (1, 0))
    assert resized.content == plain.content
    assert "Hourglass-Dropped" not in resized.headers


def test_what_a_photo_loses_is_told(client: httpx.Client) -> None:
    answer = client.post("/encode", content=to_file(PHOTO, icc_profile=b"no profile of these colours"))
    assert answer.headers["Hourglass-Dropped"] == "color profile"


def test_photo_too_long_for_the_file_is_refused(client: httpx.Client) -> None:
    answer = client.post("/encode", content=to_file(np.zeros((1, 65536), np.uint8)))
    assert answer.status_code == 413
    assert "65535" in answer.json()["detail"]
