"""score and sample, as one types them."""

import csv
import io
from pathlib import Path

import pytest
from PIL import Image

from tests.hourglass.command.conftest import IMAGES, Run


def test_scores_are_a_table_of_csv(run: Run) -> None:
    done = run("score", IMAGES / "digit.png", "boot.png", "--csv", "-")
    assert done.exit_code == 0
    digit, boot = csv.DictReader(io.StringIO(done.stdout))
    assert (digit["anomalous"], boot["anomalous"]) == ("True", "False")
    assert float(digit["score"]) > float(digit["threshold"]) > float(boot["score"])


def test_scores_are_shown_with_the_most_unusual_first(run: Run) -> None:
    shown = run("score", "boot.png", IMAGES / "digit.png").stdout
    assert shown.index("digit.png") < shown.index("boot.png")
    assert shown.count("anomalous") == 1


def test_image_that_cannot_be_scored_is_a_row_with_its_reason(run: Run) -> None:
    done = run("score", "photo.jpg", "boot.png", "--csv", "out.csv")
    assert done.exit_code == 1
    photo, boot = csv.DictReader(io.StringIO(Path("out.csv").read_text()))
    assert "takes 28x28 pixels" in photo["error"] and not photo["score"]
    assert boot["score"] and not boot["error"]
    assert "exists" in run("score", "boot.png", "--csv", "out.csv").stderr


def test_heat_maps_have_the_size_of_their_images(run: Run) -> None:
    done = run("score", "photo.jpg", "--model", "tile-anomaly", "--heatmaps", "heat")
    assert done.exit_code == 0
    with Image.open("heat/photo.png") as heat:
        assert heat.size == (768, 512)


def test_sheet_of_new_images(run: Run) -> None:
    made = run("sample", "--model", "fashion-variational", "--count", 9, "-o", "sheet.png")
    assert made.exit_code == 0
    with Image.open("sheet.png") as sheet:
        assert sheet.size == (3 * 29 - 1, 3 * 29 - 1)
    assert "exists" in run("sample", "-o", "sheet.png").stderr
    assert run("sample", "-o", "-").stdout_bytes.startswith(b"\x89PNG")


@pytest.mark.parametrize("command", ["score", "encode", "denoise", "sample"])
def test_model_that_is_not_installed_is_named(run: Run, command: str) -> None:
    paths = [] if command == "sample" else ["boot.png"]
    refused = run(command, *paths, "--model", "nonsense")
    assert refused.exit_code in {1, 2}
    assert "no model 'nonsense' is installed" in refused.stderr
