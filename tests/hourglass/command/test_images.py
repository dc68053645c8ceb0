"""encode, decode and denoise, as one types them."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.ExifTags import Base

from hourglass import load
from hourglass.imaging import to_picture
from hourglass.imaging.fidelity import psnr
from tests.hourglass.command.conftest import IMAGES, Run


def test_photo_there_and_back(run: Run) -> None:
    encoded = run("encode", "photo.jpg", "photo.hgls", "--quality", 50)
    assert encoded.exit_code == 0
    assert "bits a pixel" in encoded.stderr and "dB" in encoded.stderr
    assert Path("photo.hgls").read_bytes() == load("photo-codec").encode("photo.jpg", 50)
    assert run("decode", "photo.hgls", "again.png").exit_code == 0
    assert psnr(to_picture("photo.jpg").pixels, to_picture("again.png").pixels, peak=255) > 30


def test_model_of_a_file_is_found_by_its_identity(run: Run) -> None:
    assert run("encode", "boot.png", "--model", "fashion-sparse").exit_code == 0
    assert run("decode", "boot.hgls", "again.png").exit_code == 0
    with Image.open("again.png") as image:
        assert image.size == (28, 28)


def test_result_goes_to_standard_output(run: Run) -> None:
    run("encode", "photo.jpg")
    shown = run("decode", "photo.hgls", "-o", "-")
    assert shown.stdout_bytes.startswith(b"\x89PNG")


def test_folder_is_done_in_spite_of_a_broken_file(run: Run) -> None:
    Path("in/sub").mkdir(parents=True)
    shutil.copy("boot.png", "in/sub/boot.png")
    shutil.copy("boot.png", "in/other.png")
    Path("in/broken.png").write_bytes(b"not an image")
    done = run("encode", "in", "out", "--model", "fashion-sparse")
    assert done.exit_code == 1
    assert "2 of 3 files done, 1 failed" in done.stderr
    assert "in/broken.png: not an image" in done.stderr
    assert sorted(str(path) for path in Path("out").rglob("*.hgls")) == ["out/other.hgls", "out/sub/boot.hgls"]


def test_interrupted_run_goes_on_where_it_was(run: Run) -> None:
    Path("in").mkdir()
    for name in ("one", "two"):
        shutil.copy("boot.png", f"in/{name}.png")
    run("encode", "in", "out", "--model", "fashion-sparse")
    Path("out/two.hgls").unlink()
    Path("out/one.hgls").write_bytes(b"as it was")
    again = run("encode", "in", "out", "--model", "fashion-sparse", "--skip-existing")
    assert again.exit_code == 0
    assert "1 of 2 files done, 1 skipped" in again.stderr
    assert Path("out/one.hgls").read_bytes() == b"as it was"


def test_nothing_is_overwritten_unasked(run: Run) -> None:
    Path("boot.hgls").write_bytes(b"mine")
    refused = run("encode", "boot.png")
    assert refused.exit_code == 1
    assert "boot.hgls exists; --overwrite replaces it" in refused.stderr
    assert Path("boot.hgls").read_bytes() == b"mine"
    assert run("encode", "boot.png", "--overwrite").exit_code == 0
    assert Path("boot.hgls").read_bytes() != b"mine"


def test_best_quality_that_fits_is_found(run: Run) -> None:
    assert run("encode", "photo.jpg", "small.hgls", "--target-bytes", 30000).exit_code == 0
    size = Path("small.hgls").stat().st_size
    assert 0.9 * 30000 < size <= 30000
    too_few = run("encode", "photo.jpg", "tiny.hgls", "--target-bytes", 100)
    assert too_few.exit_code == 1
    assert "are too few" in too_few.stderr
    assert not Path("tiny.hgls").exists()


def test_noise_goes_and_folders_keep_their_structure(run: Run) -> None:
    Path("noisy/deep").mkdir(parents=True)
    shutil.copy(IMAGES / "noisy-photo.webp", "noisy/deep/photo.webp")
    assert run("denoise", "noisy", "clean").exit_code == 0
    before, after = (to_picture(f"{folder}/deep/photo.webp").pixels.astype(int) for folder in ("noisy", "clean"))
    assert before.shape == after.shape
    rough = [float(np.abs(np.diff(pixels, axis=1)).mean()) for pixels in (before, after)]
    assert rough[1] < 0.9 * rough[0]


@pytest.mark.parametrize("strength", ["101", "-1", "much", "1.5"])
def test_strength_that_makes_no_sense_is_refused(run: Run, strength: str) -> None:
    refused = run("denoise", "photo.jpg", "--strength", strength)
    assert refused.exit_code == 2
    assert "0 to 100" in refused.stderr


def test_format_that_cannot_be_written_is_refused(run: Run) -> None:
    refused = run("denoise", "boot.png", "boot.tiff", "--model", "fashion-denoising")
    assert refused.exit_code == 1
    assert "boot.tiff cannot be written; these can: .png" in refused.stderr


def test_source_that_cannot_be_written_becomes_a_png(run: Run) -> None:
    Image.open("boot.png").save("boot.bmp")
    assert run("denoise", "boot.bmp", "--model", "fashion-denoising").exit_code == 0
    assert Path("boot-clean.png").exists()


def test_path_that_does_not_exist_is_refused(run: Run) -> None:
    refused = run("encode", "nowhere.jpg")
    assert refused.exit_code == 2
    assert "nowhere.jpg does not exist" in refused.stderr


@pytest.mark.parametrize("task", ["encode", "denoise"])
@pytest.mark.parametrize("wanted", ["keep", "private", "strip"])
def test_metadata_goes_on_as_far_as_is_wanted(run: Run, task: str, wanted: str) -> None:
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Artist] = "Maker", "A Person"
    Image.new("RGB", (64, 48), "gray").save("taken.jpg", exif=exif)
    result = "taken.hgls" if task == "encode" else "again.avif"
    assert run(task, "taken.jpg", result, "--metadata", wanted).exit_code == 0
    if task == "encode":
        assert run("decode", "taken.hgls", "again.avif").exit_code == 0
    with Image.open("again.avif") as image:
        found = image.getexif()
    assert (Base.Make in found, Base.Artist in found) == (wanted != "strip", wanted == "keep")
