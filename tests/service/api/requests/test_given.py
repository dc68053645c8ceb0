"""Parameters in queries and forms: a slip of the pen is told, not passed over."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

FASHION = {"model": "fashion-undercomplete"}


@pytest.mark.parametrize(
    ("method", "target", "parameter", "told"),
    [
        ("POST", "/encode?qualty=1", "qualty", "did you mean quality?"),
        ("POST", "/encode?Quality=1", "Quality", "did you mean quality?"),
        ("POST", "/encode?quality=1&modle=x", "modle", "did you mean model?"),
        ("POST", "/denoise?strenght=1", "strenght", "did you mean strength?"),
        ("POST", "/anomaly-score?heat_map=1", "heat_map", "did you mean heatmap?"),
        ("POST", "/encode?colour=red", "colour", "there are: model, quality, resize"),
        ("POST", "/encode?colour=red&%ff=%00", "colour", "nor are '\ufffd'"),
        ("POST", "/decode?quality=1", "quality", "there are none"),
        ("GET", "/sample?cuont=1", "cuont", "did you mean count?"),
        ("POST", "/sample?modle=x", "modle", "did you mean model?"),
        ("GET", "/models?page", "page", "there are none"),
        ("GET", "/models/photo-codec?verbose=1", "verbose", "there are none"),
        ("POST", "/models/reload?force=1", "force", "there are none"),
    ],
)
def test_unknown_parameter_is_named_with_the_nearest(
    client: httpx.Client, png: bytes, method: str, target: str, parameter: str, told: str
) -> None:
    body = {"json": {"z": [[0.0] * 40]}} if target.startswith("/sample") else {"content": png}
    answer = client.request(method, target, **body if method == "POST" else {})
    assert (answer.status_code, answer.json()["parameter"]) == (422, parameter)
    assert told in answer.json()["detail"]


def test_probes_may_ask_with_what_they_like(client: httpx.Client) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert client.get(path, params={"verbose": 1}).status_code == 200


def test_of_many_unknown_parameters_few_are_told(client: httpx.Client, png: bytes) -> None:
    answer = client.post("/encode?" + "&".join(f"{'x' * 100}{number}" for number in range(20)), content=png)
    assert answer.status_code == 422
    assert len(answer.content) < 1000


@pytest.mark.parametrize("query", ["quality=7&quality=70", "quality=0&quality=7", "quality=7&quality="])
def test_two_values_of_one_parameter_are_refused(client: httpx.Client, png: bytes, query: str) -> None:
    answer = client.post(f"/encode?{query}", content=png)
    assert (answer.status_code, answer.json()["parameter"]) == (422, "quality")
    assert "twice" in answer.json()["detail"]


def test_the_same_value_twice_is_that_value(client: httpx.Client, png: bytes) -> None:
    files = {"file": ("a.png", png)}
    once = client.post("/encode?quality=7", content=png)
    assert client.post("/encode?quality=7&quality=7", content=png).content == once.content
    assert client.post("/encode?quality=7", files=files, data={"quality": "7"}).content == once.content


def test_fields_of_a_form_are_parameters(client: httpx.Client, png: bytes) -> None:
    files = {"file": ("a.png", png)}
    by_query = client.post("/encode", params={**FASHION, "quality": 1}, files=files)
    by_form = client.post("/encode", files=files, data={**FASHION, "quality": "1"})
    by_both = client.post("/encode", params=FASHION, files=files, data={"quality": "1"})
    assert by_query.headers["Hourglass-Model"] == FASHION["model"]
    assert by_query.content == by_form.content == by_both.content
    assert by_query.content != client.post("/encode", params=FASHION, files=files).content


@pytest.mark.parametrize("path", ["/encode", "/denoise", "/anomaly-score"])
def test_every_form_may_name_its_model(client: httpx.Client, png: bytes, path: str) -> None:
    answer = client.post(path, files={"file": png}, data={"model": "nonsense"})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("data", "parameter", "told"),
    [
        ({"quality": "101"}, "quality", "100"),
        ({"quality": ["7", "70"]}, "quality", "twice"),
        ({"qualty": "7"}, "qualty", "did you mean quality?"),
        ({"note": "hello"}, "note", "there are: model, quality, resize"),
        ({"file": "text"}, "file", "as a file"),
    ],
)
def test_wrong_field_is_named(
    client: httpx.Client, png: bytes, data: dict[str, str | list[str]], parameter: str, told: str
) -> None:
    answer = client.post("/encode", files={"file": ("a.png", png)}, data=data)
    assert (answer.status_code, answer.json()["parameter"]) == (422, parameter)
    assert told in answer.json()["detail"]


def test_other_value_in_query_than_in_form_is_refused(client: httpx.Client, png: bytes) -> None:
    answer = client.post("/encode?quality=7", files={"file": ("a.png", png)}, data={"quality": "70"})
    assert (answer.status_code, answer.json()["parameter"]) == (422, "quality")


@pytest.mark.parametrize(
    ("name", "told"), [("flie", "did you mean file?"), ("file[]", "did you mean file?"), ("quality", "as a file")]
)
def test_file_of_another_name_is_refused(client: httpx.Client, png: bytes, name: str, told: str) -> None:
    for files in ([(name, ("a.png", png))], [("file", ("a.png", png)), (name, ("b.png", png))]):
        answer = client.post("/encode", files=files)
        assert (answer.status_code, answer.json()["parameter"]) == (422, name)
        assert told in answer.json()["detail"]


@given(st.text(max_size=80), st.text(max_size=20))
def test_any_name_and_value_is_taken_or_refused(client: httpx.Client, name: str, value: str) -> None:
    answer = client.get("/models", params={name: value})
    assert (answer.status_code, answer.json()["parameter"]) == (422, name[:64])
