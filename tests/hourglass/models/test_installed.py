"""What all families share: their life cycle, their identity, and the tasks that they refuse."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hourglass.errors import BadBitstream, BadParameter, BrokenModel
from hourglass.models.codec import Codec
from hourglass.models.denoiser import Denoiser
from hourglass.models.detector import Detector
from hourglass.models.installed import Installed
from hourglass.models.loading import load
from hourglass.models.vector import VectorModel
from tests.conftest import MODELS

NAMES = ("fashion-undercomplete", "photo-codec", "photo-denoiser", "tile-anomaly")
IMAGE = np.zeros((28, 28), np.uint8)


@pytest.fixture(scope="module", params=NAMES)
def model(request: pytest.FixtureRequest) -> Installed:
    return load(str(request.param), device="cpu", threads=1)


def test_those_that_decode_have_an_identity(model: Installed) -> None:
    decodes = "decode" in model.manifest.tasks
    assert len(model.identity) == (4 if decodes else 0)


def test_it_does_its_tasks_and_refuses_the_others(model: Installed) -> None:
    calls: dict[str, Callable[[], object]] = {
        "encode": lambda: model.encode(IMAGE),
        "denoise": lambda: model.denoise(IMAGE),
        "anomaly-score": lambda: model.score(IMAGE),
        "sample": lambda: model.sample(2),
    }
    done = set()
    for task, call in calls.items():
        try:
            call()
            done.add(task)
        except BadParameter as error:
            assert str(error) == f"model: {model.name} cannot {task}"
    assert {*model.manifest.tasks} - {"decode"} <= done


def test_needs_grow_with_the_image(model: Installed) -> None:
    for task in model.manifest.tasks:
        small, large = model.needs(task, 100, 100), model.needs(task, 1000, 1000)
        assert 0 <= small.bytes <= large.bytes
        assert 0 < small.seconds <= large.seconds


def test_stopped_model_is_rebuilt(model: Installed) -> None:
    model.stop()
    model.rebuild()
    assert model.manifest.name == model.name


@pytest.mark.parametrize("family", [Codec, Denoiser, Detector])
def test_model_of_another_family_is_not_opened(family: type[Installed]) -> None:
    with pytest.raises(BrokenModel, match=f"it is not a model of {family.__name__}, but of family vector"):
        family.open(MODELS / "mnist-sparse")


def test_model_that_became_another_is_not_rebuilt(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(MODELS / "mnist-sparse", tmp_path / "mnist-sparse"))
    model = VectorModel.open(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "version": "99.0.0"}))
    with pytest.raises(BrokenModel, match="another model than the one that runs"):
        model.rebuild()


def test_file_of_another_model_is_refused() -> None:
    one, other = load("mnist-sparse"), load("mnist-undercomplete")
    with pytest.raises(BadBitstream, match="not by mnist-undercomplete"):
        other.decode(one.encode(IMAGE))
