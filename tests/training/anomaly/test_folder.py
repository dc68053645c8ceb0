"""A folder as people have it: which files are used, which are left out, and why."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from tests.training.anomaly.conftest import Draw
from training.anomaly.folder import open_folder
from training.data import DataError


def test_all_of_a_good_folder_is_taken(good: Path) -> None:
    gone_through: list[str] = []

    def track(files: Sequence[Path], step: str) -> Sequence[Path]:
        gone_through.extend(f"{step} {file.name}" for file in files)
        return files

    folder = open_folder(good, track)
    assert (len(folder.files), folder.channels, folder.side, folder.left_out) == (60, 1, 32, {})
    assert gone_through == [f"reading {number:03}.png" for number in range(60)]
    assert folder.read(folder.files[7]).shape == (32, 32, 1)


def test_what_cannot_be_used_is_left_out_and_said_why(good: Path, brushed: Draw) -> None:
    (good / "readme.txt").write_text("good ones")
    (good / "empty.png").write_bytes(b"")
    (good / ".hidden").write_bytes(b"")
    whole = (good / "000.png").read_bytes()
    (good / "truncated.png").write_bytes(whole[: len(whole) // 2])
    (good / "zz-again.png").write_bytes(whole)
    Image.open(good / "001.png").save(good / "zz-other.bmp")
    Image.fromarray(brushed(99, 15)).save(good / "tiny.png")
    Image.new("L", (3000, 8)).save(good / "thin.png")
    below = good / "more"
    below.mkdir()
    Image.fromarray(brushed(98, 300)).save(below / "large.jpg")
    frames = [Image.fromarray(brushed(97 - k, 48)) for k in range(2)]
    frames[0].save(good / "moving.gif", save_all=True, append_images=frames[1:])

    folder = open_folder(good)
    assert len(folder.files) == 61
    reasons = {str(file.relative_to(good)): why for file, why in folder.left_out.items()}
    assert reasons.keys() == {
        "readme.txt", "empty.png", "truncated.png", "zz-again.png", "zz-other.bmp", "tiny.png", "thin.png",
        "moving.gif",
    }  # fmt: skip
    assert "not an image" in reasons["readme.txt"]
    assert "0 bytes" in reasons["empty.png"]
    assert "cannot be decoded" in reasons["truncated.png"]
    assert reasons["zz-again.png"] == "the same image as 000.png"
    assert reasons["zz-other.bmp"] == "the same image as 001.png"
    assert reasons["tiny.png"] == "15x15 pixels: less than 16"
    assert reasons["thin.png"] == "3000x8 pixels: less than 16"
    assert "animated" in reasons["moving.gif"]


@pytest.mark.parametrize(("side", "square"), [(16, 32), (28, 32), (55, 32), (56, 64), (330, 256), (4000, 512)])
def test_images_are_stretched_to_about_their_size(tmp_path: Path, side: int, square: int) -> None:
    for number in range(20):
        Image.new("L", (side, side), 9 * number).save(tmp_path / f"{number}.png", compress_level=1)
    assert open_folder(tmp_path).side == square


def test_one_image_in_colour_makes_the_model_one_of_colour(good: Path) -> None:
    Image.new("RGB", (48, 48), "teal").save(good / "teal.png")
    assert open_folder(good).channels == 3


@pytest.mark.parametrize("kept", [0, 1, 19])
def test_too_few_images_are_an_error_that_says_what_was_left_out(good: Path, kept: int) -> None:
    for file in sorted(good.iterdir())[kept:]:
        file.unlink()
    (good / "notes.txt").write_text("none")
    with pytest.raises(DataError, match=rf"has {kept} images that can be used, and 20 are needed(.|\n)*notes.txt: not"):
        open_folder(good)


def test_copies_do_not_make_up_for_too_few(good: Path) -> None:
    for number, file in enumerate(sorted(good.iterdir())):
        file.write_bytes((good / f"{number % 12:03}.png").read_bytes())
    with pytest.raises(DataError, match=r"has 12 images(.|\n)*the same image as 000.png(.|\n)*and 38 more"):
        open_folder(good)


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"there is no folder .*nowhere"):
        open_folder(tmp_path / "nowhere")
