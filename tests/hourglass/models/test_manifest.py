"""manifest.json: what is written is read; what does not hold is refused with file and field."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from hourglass.errors import BrokenModel
from hourglass.models.files import FILENAME, read_manifest, write_manifest
from hourglass.models.manifest import AnomalyManifest, CodecManifest, DenoiserManifest, VectorManifest
from tests.conftest import MODELS
from tests.hourglass.models import detectors

NAME, CODEC = "fashion-undercomplete", "photo-codec"


@pytest.fixture
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((MODELS / NAME / FILENAME).read_text(encoding="utf-8"))
    return found


def write(folder: Path, document: dict[str, Any], name: str = NAME) -> Path:
    (folder / name).mkdir()
    (folder / name / FILENAME).write_text(json.dumps(document), encoding="utf-8")
    return folder / name


@pytest.mark.parametrize(
    ("name", "family"), [(NAME, VectorManifest), (CODEC, CodecManifest), ("photo-denoiser", DenoiserManifest)]
)
def test_written_manifest_is_the_one_read(tmp_path: Path, name: str, family: type) -> None:
    manifest = read_manifest(MODELS / name)
    assert isinstance(manifest, family)
    (tmp_path / name).mkdir()
    write_manifest(tmp_path / name, manifest)
    assert read_manifest(tmp_path / name) == manifest
    assert (tmp_path / name / FILENAME).read_bytes() == (MODELS / name / FILENAME).read_bytes()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("format",), 2),
        (("name",), "Not A Name"),
        (("version",), "1.0"),
        (("type",), "convolutional"),
        (("tasks",), ["fly"]),
        (("input", "channels"), 2),
        (("input", "width"), 0),
        (("latent", "size"), 0),
        (("graphs", "encoder", "file"), "../../etc/passwd"),
        (("graphs", "decoder", "sha256"), "abc"),
        (("entropy", "file"), "/etc/passwd"),
        (("anomaly", "quantiles"), [0.1]),
        (("anomaly", "quantiles"), [0.2, 0.1]),
        (("anomaly", "quantiles"), [0.1, math.nan]),
        (("anomaly", "quantiles"), [0.1, math.inf]),
        (("anomaly", "images"), 0),
        (("anomaly", "false_alarm_rate"), 1),
        (("anomaly", "false_alarm_rate"), 0.0001),
        (("metrics", "mse"), "small"),
        (("surprise",), 1),
        (("family",), "convolutional"),
    ],
    ids=lambda part: ".".join(part) if isinstance(part, tuple) else str(part),
)
def test_bad_field_is_named(tmp_path: Path, document: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    place = document
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    with pytest.raises(BrokenModel, match=rf"{NAME}/{FILENAME}: {'.'.join(path)}"):
        read_manifest(write(tmp_path, document))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("tasks",), ["encode", "sample"]),
        (("input", "channels"), 1),
        (("input", "height"), 28),
        (("input", "multiple_of"), 16),
        (("latent", "channels"), 0),
        (("latent", "stride"), 8),
        (("latent", "hyper_channels"), 5000),
        (("graphs", "correct"), {}),
        (("anomaly",), {}),
    ],
    ids=lambda part: ".".join(part) if isinstance(part, tuple) else str(part),
)
def test_bad_field_of_a_codec_is_named(tmp_path: Path, path: tuple[str, ...], value: object) -> None:
    document = json.loads((MODELS / CODEC / FILENAME).read_text(encoding="utf-8"))
    place = document
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    with pytest.raises(BrokenModel, match=rf"{CODEC}/{FILENAME}: {'.'.join(path)}"):
        read_manifest(write(tmp_path, document, CODEC))


@pytest.fixture
def grouped() -> dict[str, Any]:
    """Of a codec whose 384 channels come in three groups."""
    found: dict[str, Any] = json.loads((MODELS / CODEC / FILENAME).read_text(encoding="utf-8"))
    for half in ("early", "late"):
        found["graphs"][half] = [{"file": f"{half}-{group}.onnx", "sha256": "0" * 64} for group in (2, 3)]
    found["latent"]["groups"] = [24, 60, 300]
    return found


def test_groups_have_files_of_their_own_in_the_order_of_the_identity(grouped: dict[str, Any], tmp_path: Path) -> None:
    manifest = read_manifest(write(tmp_path, grouped, CODEC))
    groups = "early-2", "early-3", "late-2", "late-3"
    assert tuple(manifest.files) == ("encoder", "expand", "correct", *groups, "decoder", "entropy")
    assert manifest.files["late-3"].file == "late-3.onnx"


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ([24, 60], "groups of 84 channels, not 384"),
        ([384], "1 groups need 0 early and late graphs each"),
        ([], "0 groups need 0 early and late graphs each"),
        ([24, 60, 200, 100], "4 groups need 3 early and late graphs each"),
        ([25, 59, 300], "latent.groups"),
        ([84, 0, 300], "latent.groups"),
    ],
)
def test_groups_that_do_not_fit_are_refused(
    grouped: dict[str, Any], groups: list[int], message: str, tmp_path: Path
) -> None:
    grouped["latent"]["groups"] = groups
    with pytest.raises(BrokenModel, match=message):
        read_manifest(write(tmp_path, grouped, CODEC))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("tasks",), ["anomaly-score", "encode"]),
        (("input", "channels"), 4),
        (("input",), {"channels": 1, "height": 64, "width": 65}),
        (("graph", "sha256"), "abc"),
        (("anomaly", "images"), 9),
        (("hot",), 0),
        (("hot",), -1),
        (("hot",), math.nan),
        (("hot",), math.inf),
        (("latent",), {"size": 1}),
    ],
    ids=lambda part: ".".join(part) if isinstance(part, tuple) else str(part),
)
def test_bad_field_of_a_detector_is_named(tmp_path: Path, path: tuple[str, ...], value: object) -> None:
    file = detectors.write_detector(tmp_path) / FILENAME
    document = json.loads(file.read_text(encoding="utf-8"))
    place = document
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    file.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(BrokenModel, match=rf"{detectors.NAME}/{FILENAME}: {'.'.join(path)}"):
        read_manifest(file.parent)


def test_manifest_of_a_detector_is_read_as_such(tmp_path: Path) -> None:
    manifest = read_manifest(detectors.write_detector(tmp_path))
    assert isinstance(manifest, AnomalyManifest)
    assert manifest.hot == detectors.HOT


@pytest.mark.parametrize("field", ["name", "graphs", "entropy", "anomaly", "origin"])
def test_missing_field_is_named(tmp_path: Path, document: dict[str, Any], field: str) -> None:
    del document[field]
    with pytest.raises(BrokenModel, match=rf"{FILENAME}: {field}: Field required"):
        read_manifest(write(tmp_path, document))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\x00"])
def test_what_is_no_manifest_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILENAME).write_text(text, encoding="utf-8")
    with pytest.raises(BrokenModel, match=f"{FILENAME}: document"):
        read_manifest(tmp_path)


def test_missing_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(BrokenModel, match=f"{FILENAME}: No such file"):
        read_manifest(tmp_path)


def test_name_is_that_of_the_folder(tmp_path: Path, document: dict[str, Any]) -> None:
    document["name"] = "another"
    with pytest.raises(BrokenModel, match=f"name is 'another', its folder is '{NAME}'"):
        read_manifest(write(tmp_path, document))
