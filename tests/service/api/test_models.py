"""GET /models and GET /models/{name}"""

import httpx
import pytest

from hourglass.bitstream.container import Container

GARMENT = {"channels": 1, "height": 28, "width": 28}
PHOTO = {"channels": 3, "height": "any", "width": "any"}
INPUTS = {
    "photo-codec": {**PHOTO, "multiple_of": 64},
    "photo-denoiser": {**PHOTO, "multiple_of": 8},
    "tile-anomaly": {"channels": 1, "height": 256, "width": 256},
}


def test_list_is_what_is_installed(client: httpx.Client) -> None:
    models = client.get("/models").json()["models"]
    assert {"fashion-undercomplete", "fashion-denoising", "fashion-variational"} <= {each["name"] for each in models}
    defaults = [task for each in models for task in each["default_for"]]
    assert sorted(defaults) == ["anomaly-score", "decode", "denoise", "encode", "sample"]
    for each in models:
        assert each["input"] == INPUTS.get(each["name"], GARMENT)
        assert set(each["default_for"]) <= set(each["tasks"])


def test_details_tell_what_its_files_carry(client: httpx.Client, png: bytes) -> None:
    told = client.get("/models/fashion-undercomplete").json()
    file = client.post("/encode", params={"model": told["name"]}, content=png).content
    assert Container.unpack(file).model.hex() == told["identity"]
    assert told["origin"]["dataset"] == "Fashion-MNIST"
    assert told["latent_size"] == 32


def test_details_of_the_codec_tell_what_its_files_carry(client: httpx.Client, png: bytes) -> None:
    told = client.get("/models/photo-codec").json()
    file = client.post("/encode", content=png).content
    assert Container.unpack(file).model.hex() == told["identity"]
    assert told["default_for"] == ["encode", "decode"]
    assert (told["latent_size"], told["anomaly_false_alarm_rate"]) == (None, None)


@pytest.mark.parametrize(("name", "status"), [("nonsense", 404), ("x" * 65, 422), ("..%2f..%2fetc", 404), ("%00", 404)])
def test_unknown_model_is_refused(client: httpx.Client, name: str, status: int) -> None:
    answer = client.get(f"/models/{name}")
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
