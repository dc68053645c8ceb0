"""POST /anomaly-score"""

import base64

import httpx
import numpy as np
import pytest

from tests.conftest import Labelled, Serve, from_file, to_file

NOISE = to_file(np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8))


def test_garment_is_scored(client: httpx.Client, png: bytes) -> None:
    answer = client.post("/anomaly-score", content=png)
    assert answer.json()["model"] == "fashion-undercomplete"
    [result] = answer.json()["results"]
    assert result["anomalous"] is (result["score"] > result["threshold"])
    assert 0 <= result["percentile"] <= 100
    assert result["dropped"] == []
    assert "heatmap" not in result


def test_threshold_is_of_the_rate_of_false_alarms_that_is_asked_for(client: httpx.Client, png: bytes) -> None:
    def threshold(**params: float) -> float:
        [result] = client.post("/anomaly-score", params=params, content=png).json()["results"]
        assert result["anomalous"] is (result["score"] > result["threshold"])
        return float(result["threshold"])

    assert threshold(false_alarm_rate=0.001) > threshold() > threshold(false_alarm_rate=0.999)
    assert threshold() == threshold(false_alarm_rate=0.01)


@pytest.mark.parametrize("rate", ["0", "1", "0.0001", "-0.5", "nan", "inf", "often", ""])
def test_rate_that_makes_no_sense_is_refused(client: httpx.Client, png: bytes, rate: str) -> None:
    answer = client.post("/anomaly-score", params={"false_alarm_rate": rate}, files=[("file", png)] * 2)
    assert (answer.status_code, answer.json()["parameter"]) == (422, "false_alarm_rate")


def test_noise_is_anomalous(client: httpx.Client) -> None:
    [result] = client.post("/anomaly-score", content=NOISE).json()["results"]
    assert result["anomalous"]
    assert result["percentile"] == 100


def test_several_have_their_own_results_in_order(client: httpx.Client, fashion: Labelled, png: bytes) -> None:
    files = [png, png[:60], NOISE, b"text", to_file(fashion.images[0][:14]), b"", to_file(fashion.images[1])]
    answer = client.post("/anomaly-score", files=[("file", each) for each in files])
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [result.get("status") for result in results] == [None, results[1]["status"], None, 415, 422, 422, None]
    assert results[1]["status"] in {415, 422}
    assert results[4]["parameter"] == "resize"
    assert results[2]["score"] > results[0]["score"]
    alone = client.post("/anomaly-score", content=files[-1]).json()["results"][0]
    assert results[-1]["score"] == pytest.approx(alone["score"], rel=1e-4)


def test_single_bad_image_is_a_problem_of_the_request(client: httpx.Client, png: bytes) -> None:
    assert client.post("/anomaly-score", files={"file": png[:-40]}).status_code == 422


def test_heat_map_comes_with_each_result(client: httpx.Client, png: bytes) -> None:
    answer = client.post("/anomaly-score", params={"heatmap": True}, files=[("file", png), ("file", NOISE)])
    maps = [from_file(base64.b64decode(result["heatmap"])) for result in answer.json()["results"]]
    assert [each.shape for each in maps] == [(28, 28), (28, 28)]
    assert maps[1].mean() > maps[0].mean()


def test_heat_map_may_be_the_answer(client: httpx.Client) -> None:
    answer = client.post("/anomaly-score", content=NOISE, headers={"Accept": "image/png"})
    assert answer.headers["Content-Type"] == "image/png"
    assert from_file(answer.content).shape == (28, 28)


def test_heat_map_as_png_is_of_one_image(client: httpx.Client, png: bytes) -> None:
    answer = client.post("/anomaly-score", files=[("file", png)] * 2, headers={"Accept": "image/png"})
    assert (answer.status_code, answer.json()["parameter"]) == (422, "file")


def test_what_the_model_does_not_see_is_told(client: httpx.Client, fashion: Labelled) -> None:
    colours = np.stack([fashion.images[0], fashion.images[1], fashion.images[2]], axis=2)
    [result] = client.post("/anomaly-score", content=to_file(colours)).json()["results"]
    assert result["dropped"] == ["color"]


def test_number_of_files_is_limited(serve: Serve, png: bytes) -> None:
    client = serve(max_files=3)
    assert client.post("/anomaly-score", files=[("file", png)] * 3).status_code == 200
    answer = client.post("/anomaly-score", files=[("file", png)] * 4)
    assert answer.status_code == 413
    assert "3" in answer.json()["detail"]


def test_large_images_of_one_request_take_turns(serve: Serve) -> None:
    files = [("file", to_file(np.full((1000, 1000), 9 * each, np.uint8))) for each in range(8)]
    answer = serve(queue_bytes=15_000_000).post("/anomaly-score", params={"resize": True}, files=files)
    assert [result.get("status") for result in answer.json()["results"]] == [None] * 8


def test_model_that_takes_the_image_is_named(client: httpx.Client) -> None:
    answer = client.post("/anomaly-score", content=to_file(np.zeros((40, 30), np.uint8)))
    assert (answer.status_code, answer.json()["parameter"]) == (422, "resize")
    assert answer.json()["detail"].endswith("or name a model that takes any size: tile-anomaly")
