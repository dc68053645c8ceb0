"""POST /anomaly-score, of a model that takes images of any size and tells which parts of them are hot."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image
from structlog.testing import capture_logs

from hourglass.imaging import Pixels
from service.settings import Settings
from tests.conftest import MODELS, Serve, from_file, serving, to_file, wait_until
from tests.hourglass.models.detectors import HOT, NAME, write_detector

SQUARE = np.zeros((160, 320), np.uint8)
SQUARE[10:30, 180:220] = 255
"""Its bright part is one cell: the first down, the fifth across."""

PARTS = {"model": NAME, "heatmap": "true"}


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a service with a gray detector, one in colours, one that white breaks, and the garments' model."""
    models = tmp_path_factory.mktemp("parts")
    write_detector(models)
    write_detector(models, name="colours", channels=3)
    write_detector(models, "fragile", name="fragile")
    (models / "fashion-undercomplete").symlink_to(MODELS / "fashion-undercomplete")
    with serving(Settings(models=models, port=0)) as client:
        yield client


def score(client: httpx.Client, file: bytes, **params: str) -> dict[str, Any]:
    answer = client.post("/anomaly-score", params={**PARTS, **params}, content=file)
    assert answer.status_code == 200, answer.text
    [result] = answer.json()["results"]
    assert isinstance(result, dict)
    return result


def heat_map(result: dict[str, Any]) -> Pixels:
    return from_file(base64.b64decode(result["heatmap"]))


def test_bright_part_is_boxed_where_it_is(parts: httpx.Client) -> None:
    found = score(parts, to_file(SQUARE))
    [box] = found["boxes"]
    assert box == {"left": 180, "top": 0, "right": 220, "bottom": 30, "heat": pytest.approx(1 / HOT, rel=0.1)}
    shown = heat_map(found)
    assert shown.shape == SQUARE.shape
    row, column = np.unravel_index(shown.argmax(), shown.shape)
    assert box["top"] <= row < box["bottom"]
    assert box["left"] <= column < box["right"]
    assert not shown[:, :100].any()


def test_nothing_hot_has_no_box(parts: httpx.Client) -> None:
    found = score(parts, to_file(np.zeros((50, 70), np.uint8)))
    assert found["boxes"] == []
    assert not heat_map(found).any()
    assert (found["score"], found["percentile"], found["anomalous"]) == (0, 0, False)


def test_map_and_boxes_come_where_they_are_asked_for(parts: httpx.Client, png: bytes) -> None:
    found = score(parts, to_file(SQUARE), heatmap="false")
    assert {"heatmap", "boxes"}.isdisjoint(found)
    assert "boxes" not in score(parts, png, model="fashion-undercomplete")


@pytest.mark.parametrize("shape", [(1, 1), (3000, 2), (2, 3000), (128, 128), (37, 61, 3), (61, 37, 4), (900, 700)])
@pytest.mark.parametrize("model", [NAME, "colours"])
def test_image_of_any_size_is_taken(parts: httpx.Client, shape: tuple[int, ...], model: str) -> None:
    found = score(parts, to_file(np.full(shape, 255, np.uint8)), model=model)
    assert found["score"] == pytest.approx(1)
    assert found["dropped"] == []
    [box] = found["boxes"]
    assert box == {"left": 0, "top": 0, "right": shape[1], "bottom": shape[0], "heat": pytest.approx(1 / HOT)}
    shown = heat_map(found)
    assert shown.shape == shape[:2]
    assert (shown == 255).all()


def test_resize_changes_nothing(parts: httpx.Client) -> None:
    assert score(parts, to_file(SQUARE), resize="true") == score(parts, to_file(SQUARE))


def test_map_and_boxes_are_of_the_upright_image(parts: httpx.Client) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    turned = score(parts, to_file(np.rot90(SQUARE), exif=exif))
    assert turned == score(parts, to_file(SQUARE))


def test_what_is_not_seen_is_told(parts: httpx.Client) -> None:
    colours = np.zeros((128, 128, 4), np.uint8)
    colours[:, :, 0] = 255
    colours[:, :, 3] = 100
    assert score(parts, to_file(colours))["dropped"] == ["alpha", "color"]
    seen = score(parts, to_file(colours), model="colours")
    assert seen["dropped"] == ["alpha"]
    assert seen["score"] == pytest.approx(100 / 255 / 3, rel=0.01)


def test_heat_map_may_be_the_answer(parts: httpx.Client) -> None:
    answer = parts.post("/anomaly-score", params=PARTS, content=to_file(SQUARE), headers={"Accept": "image/png"})
    assert answer.headers["Content-Type"] == "image/png"
    assert (answer.headers["Hourglass-Model"], answer.headers.get("Hourglass-Dropped")) == (NAME, None)
    assert np.array_equal(from_file(answer.content), heat_map(score(parts, to_file(SQUARE))))


def test_several_have_their_own_results_in_order(parts: httpx.Client) -> None:
    images = [to_file(np.full((20 + each, 30), 10 * each, np.uint8)) for each in range(9)]
    cut = to_file(np.random.default_rng(0).integers(0, 256, (40, 40), np.uint8))[:-400]
    files = [*images[:4], cut, b"text", *images[4:]]
    results = parts.post("/anomaly-score", params=PARTS, files=[("file", each) for each in files]).json()["results"]
    broken, no_image = results[4:6]
    assert (broken["status"], no_image["status"]) == (422, 415)
    for each, result in enumerate([*results[:4], *results[6:]]):
        assert result["score"] == pytest.approx(10 * each / 255, rel=1e-4)
        assert heat_map(result).shape == (20 + each, 30)


def test_images_of_several_sizes_score_as_each_alone(parts: httpx.Client) -> None:
    random = np.random.default_rng(0)
    files = [to_file(random.integers(0, 256, shape, np.uint8)) for shape in ((128, 128), (300, 40), (9, 500), (64, 64))]
    together = parts.post("/anomaly-score", params=PARTS, files=[("file", each) for each in files]).json()["results"]
    for result, file in zip(together, files, strict=True):
        assert result["score"] == pytest.approx(score(parts, file)["score"], rel=1e-6)


def test_rate_of_false_alarms_sets_the_threshold(parts: httpx.Client) -> None:
    gray = to_file(np.full((30, 30), 100, np.uint8))
    assert (score(parts, gray)["threshold"], score(parts, gray)["anomalous"]) == (0.5, False)
    strict = score(parts, gray, false_alarm_rate="0.8")
    assert (strict["threshold"], strict["anomalous"]) == (pytest.approx(0.2), True)
    assert strict["percentile"] == pytest.approx(100 * 100 / 255, rel=1e-4)
    answer = parts.post("/anomaly-score", params={**PARTS, "false_alarm_rate": "0.001"}, content=gray)
    assert (answer.status_code, answer.json()["parameter"]) == (422, "false_alarm_rate")


def test_percentiles_are_observed(parts: httpx.Client) -> None:
    def count() -> float:
        told = parts.get("/metrics").text.partition(f'hourglass_anomaly_percentile_count{{model="{NAME}"}} ')[2]
        return float(told.split()[0]) if told else 0

    before = count()
    score(parts, to_file(SQUARE))
    assert count() == before + 1


def test_heat_that_is_no_number_is_a_failure_of_the_model(parts: httpx.Client) -> None:
    white = to_file(np.full((40, 40), 255, np.uint8))
    with capture_logs():  # a traceback takes seconds to be laid out for a terminal
        answer = parts.post("/anomaly-score", params={"model": "fragile"}, content=white)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    wait_until(lambda: parts.get("/readyz").status_code == 200)
    assert score(parts, to_file(SQUARE // 2), model="fragile")["score"] > 0


def test_large_images_of_one_request_do_not_refuse_each_other_the_room(serve: Serve, tmp_path: Path) -> None:
    write_detector(tmp_path)
    client = serve(models=tmp_path, queue_bytes=15_000_000)
    files = [("file", to_file(np.full((1000, 1000), 9 * each, np.uint8))) for each in range(8)]
    results = client.post("/anomaly-score", params=PARTS, files=files).json()["results"]
    assert [result.get("status") for result in results] == [None] * 8


def test_image_for_which_there_never_is_room_is_too_large(serve: Serve, tmp_path: Path) -> None:
    write_detector(tmp_path)
    client = serve(models=tmp_path, queue_bytes=1_000_000)
    file = to_file(np.zeros((300, 300), np.uint8))
    answer = client.post("/anomaly-score", params=PARTS, content=file)
    assert (answer.status_code, "Retry-After" in answer.headers) == (413, False)
    assert "at most 1000000 may be held" in answer.json()["detail"]


def test_detector_says_what_it_is(parts: httpx.Client) -> None:
    told = parts.get(f"/models/{NAME}").json()
    assert told["input"] == {"channels": 1, "height": 128, "width": 128}
    assert told["tasks"] == ["anomaly-score"]
    assert (told["identity"], told["latent_size"], told["anomaly_false_alarm_rate"]) == (None, None, 0.5)
    for path in ("/encode", "/denoise"):
        answer = parts.post(path, params={"model": NAME}, content=to_file(SQUARE))
        assert (answer.status_code, answer.json()["parameter"]) == (422, "model")


def test_detector_that_comes_with_a_reload_is_used(serve: Serve, tmp_path: Path) -> None:
    write_detector(tmp_path)
    client = serve(models=tmp_path)
    assert client.post("/anomaly-score", content=to_file(SQUARE)).status_code == 422  # none is the default yet
    write_detector(tmp_path, name="newer", hot=1.0, default_for=["anomaly-score"])
    write_detector(tmp_path, version="2.0.0")
    assert client.post("/models/reload").json() == {"added": ["newer"], "replaced": [NAME], "removed": [], "kept": []}
    answer = client.post("/anomaly-score", params={"heatmap": True}, content=to_file(SQUARE)).json()
    assert answer["model"] == "newer"
    assert answer["results"][0]["boxes"] == []
