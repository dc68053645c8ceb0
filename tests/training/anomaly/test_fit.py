"""From a folder of good images to a model that the service runs."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from numpy.typing import NDArray
from PIL import Image
from sklearn.metrics import roc_auc_score

from hourglass.imaging import Pixels
from hourglass.models.detector import Detector
from hourglass.models.files import read_manifest
from hourglass.models.levels import to_input
from hourglass.models.manifest import AnomalyManifest
from tests.training.anomaly.conftest import Draw, fill
from tests.training.conftest import FIXTURES
from training.anomaly import fit_anomaly, open_folder
from training.artefacts import ExportError

NAME = "my-line"


def shrunk(image: NDArray[np.uint8], side: int) -> Pixels:
    return np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BILINEAR))[:, :, None]


def scores(detector: Detector, images: list[NDArray[np.uint8]]) -> NDArray[np.float32]:
    pixels = np.stack([shrunk(image, detector.side) for image in images])
    return np.asarray(detector.heats(pixels).mean((1, 2)), np.float32)


def fit(good: Path, models: Path) -> Detector:
    fit_anomaly(open_folder(good), NAME, models)
    return Detector.open(models / NAME, "cpu")


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory, brushed: Draw) -> Detector:
    """Fitted on 60 good images."""
    folder = tmp_path_factory.mktemp("line")
    return fit(fill(folder / "good", brushed), folder)


def test_another_kind_of_garment_is_told_from_trousers(tmp_path: Path) -> None:
    with np.load(FIXTURES / "fashion.npz") as file:
        images, labels = file["images"], file["labels"]
    trousers = images[labels == 1]
    (tmp_path / "good").mkdir()
    for number, image in enumerate(trousers[:40]):
        Image.fromarray(image).save(tmp_path / "good" / f"{number}.png")
    detector = fit(tmp_path / "good", tmp_path)
    assert detector.manifest.input.height == 32
    tested = [*trousers[40:], *images[labels != 1]]
    unlike = [False] * len(trousers[40:]) + [True] * int((labels != 1).sum())
    assert roc_auc_score(unlike, scores(detector, tested)) > 0.97


def test_what_is_unlike_anything_scores_above_every_good_image(line: Detector, brushed: Draw) -> None:
    rng = np.random.default_rng(0)
    usual = scores(line, [brushed(seed, 48) for seed in range(1000, 1100)])
    down, across = np.mgrid[:48, :48]
    with Image.open(Path(__file__).parents[3] / "docs/images/photo.jpg") as photo:
        picture = np.asarray(photo.convert("L").resize((48, 48)))
    strange = scores(
        line,
        [
            np.zeros((48, 48), np.uint8),
            np.full((48, 48), 255, np.uint8),
            rng.integers(0, 256, (48, 48), np.uint8),
            ((down // 6 + across // 6) % 2 * 255).astype(np.uint8),
            picture,
            brushed(2000, 48).T.copy(),
        ],
    )
    assert strange.min() > usual.max()


def test_false_alarms_on_fresh_images_are_as_many_as_asked_for(tmp_path: Path, brushed: Draw) -> None:
    (tmp_path / "good").mkdir()
    for seed in range(400):
        Image.fromarray(brushed(seed, 32)).save(tmp_path / "good" / f"{seed}.png")
    detector = fit(tmp_path / "good", tmp_path)
    scale = detector.manifest.anomaly
    assert scale.images == 100
    fresh = scores(detector, [brushed(seed, 32) for seed in range(5000, 6000)])
    for rate in (0.05, 0.2):
        alarms = float((fresh > scale.threshold(rate)).mean())
        deviation = (rate * (1 - rate) * (1 / len(fresh) + 1 / scale.images)) ** 0.5
        assert abs(alarms - rate) < 3 * deviation
    assert fresh.max() < 3 * scale.threshold()


def test_heat_is_where_a_scratch_is(line: Detector, brushed: Draw) -> None:
    image = shrunk(brushed(3000, 48), line.side)
    scratched = image.copy()
    scratched[22:24, 18:28] = 255
    usual, heat = line.heats(np.stack([image, scratched]))
    row, column = np.unravel_index(int(heat.argmax()), heat.shape)
    assert 19 <= row <= 25
    assert 15 <= column <= 29
    assert heat.max() > line.manifest.hot > usual.max()


def test_manifest_says_what_was_done(line: Detector) -> None:
    manifest = line.manifest
    assert (manifest.anomaly.images, manifest.origin.images) == (30, 30)
    assert manifest.anomaly.false_alarm_rate == pytest.approx(1 / 29)
    assert manifest.origin.dataset == "images of the folder good"
    assert manifest.origin.command.endswith(f"fit anomaly --data FOLDER --name {NAME}")
    assert manifest.tasks == ["anomaly-score"]


def test_the_same_folder_makes_the_same_model_and_another_the_next_version(good: Path, tmp_path: Path) -> None:
    first, again = fit(good, tmp_path).manifest, fit(good, tmp_path).manifest
    assert (first.graph, first.anomaly, first.version) == (again.graph, again.anomaly, again.version)
    assert first.version == "1.0.0"
    (good / "000.png").unlink()
    assert fit(good, tmp_path).manifest.version == "1.1.0"


def test_threads_do_not_change_scores(line: Detector) -> None:
    graph = (line._folder / line.manifest.graph.file).read_bytes()
    rng = np.random.default_rng(0)
    x = to_input(rng.integers(0, 256, (4, line.side, line.side, 1), np.uint8))
    found = []
    for threads in (1, 2):
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        found.append(session.run(None, {"x": x})[0].mean((1, 2)))
    assert np.abs(found[1] / found[0] - 1).max() < 1e-4


def test_another_kind_of_model_is_not_replaced(good: Path, tmp_path: Path) -> None:
    bundled = Path(__file__).parents[3] / "models" / "fashion-sparse"
    (tmp_path / bundled.name).mkdir()
    manifest = (bundled / "manifest.json").read_bytes()
    (tmp_path / bundled.name / "manifest.json").write_bytes(manifest)
    with pytest.raises(ExportError, match="fashion-sparse is a model of another kind"):
        fit_anomaly(open_folder(good), bundled.name, tmp_path)
    assert (tmp_path / bundled.name / "manifest.json").read_bytes() == manifest


def test_a_model_that_cannot_be_read_is_not_replaced(good: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "mine" / "manifest.json"
    manifest.parent.mkdir()
    manifest.write_text('{"family": "codec"')
    with pytest.raises(ExportError, match=r"mine/manifest\.json: document: .*; remove .*mine, or choose another name"):
        fit_anomaly(open_folder(good), "mine", tmp_path)
    assert manifest.read_text() == '{"family": "codec"'


def test_colour_is_seen(tmp_path: Path, brushed: Draw) -> None:
    (tmp_path / "good").mkdir()
    tint = np.array([0.5, 0.8, 1.0])

    def tinted(seed: int, tint: NDArray[np.float64]) -> Pixels:
        return np.asarray(brushed(seed, 32)[:, :, None] * tint, np.uint8)

    for seed in range(40):
        Image.fromarray(tinted(seed, tint)).save(tmp_path / "good" / f"{seed}.png")
    detector = fit(tmp_path / "good", tmp_path)
    assert isinstance(read_manifest(tmp_path / NAME), AnomalyManifest)
    assert detector.channels == 3
    blue, red = (detector.heats(np.stack([tinted(77, each)])).mean() for each in (tint, tint[::-1].copy()))
    assert red > 3 * blue
