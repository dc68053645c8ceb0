"""Files that the manifest vouches for, and the check of graphs."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from hourglass.models.files import read_manifest, read_verified
from training.artefacts import ExportError, check_agreement, install, read_checkpoint, write_files

ROOT = Path(__file__).parents[2]


def test_files_are_written_and_vouched_for(tmp_path: Path) -> None:
    files = write_files(tmp_path / "model", {"one.onnx": b"1", "two.npz": b"22"})
    assert files["two.npz"].sha256 == hashlib.sha256(b"22").hexdigest()
    assert read_verified(tmp_path / "model", files["one.onnx"]) == b"1"


def test_a_small_difference_passes_and_a_large_one_is_named() -> None:
    x = np.linspace(-2, 2, 9, dtype=np.float32)
    check_agreement("x", x, x + 1e-4)
    with pytest.raises(ExportError, match="x differs between torch and onnxruntime"):
        check_agreement("x", x, x + 1e-3)
    check_agreement("x", x, x + 1e-3, least_range=100)


def test_not_a_number_is_no_agreement() -> None:
    x = np.ones(3, np.float32)
    with pytest.raises(ExportError):
        check_agreement("x", x, x * np.nan)


def test_without_a_checkpoint_the_command_is_told(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="python -m training fit photo-codec"):
        read_checkpoint("photo-codec", tmp_path)


def test_a_model_that_answers_otherwise_is_of_the_next_version(tmp_path: Path) -> None:
    folder = tmp_path / "fashion-sparse"
    folder.mkdir()
    bundled = read_manifest(ROOT / "models" / "fashion-sparse")

    def installed(**changes: object) -> str:
        install(folder, bundled.model_copy(update=changes))
        return read_manifest(folder).version

    assert installed(version="7.7.7") == "1.0.0"
    assert installed(metrics={}) == "1.0.0"
    assert installed(summary="another") == "1.1.0"
    assert installed(summary="another", version="1.0.0") == "1.1.0"
    assert installed() == "1.2.0"
