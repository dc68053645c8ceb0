"""What each method hands over, by both clients and from the real service."""

import asyncio
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hourglass.client import AsyncHourglass, Box, Denoised, Hourglass, HourglassProblem, Model, Problem, Score, Scores
from hourglass.client.methods import Metadata
from tests.conftest import Labelled, Process, Serve, from_file, to_file
from tests.hourglass.client.conftest import FASHION, Connect
from tests.hourglass.models import detectors

VARIATIONAL = "fashion-variational"


def test_types_are_told_to_a_type_checker(process: Process, png: bytes) -> None:
    with Hourglass(process.url) as hourglass:
        blocking: Scores = hourglass.anomaly_score(png)
        listed: tuple[Model, ...] = hourglass.models()

    async def ask() -> tuple[Denoised, Scores]:
        async with AsyncHourglass(process.url) as hourglass:
            return await hourglass.denoise(png), await hourglass.anomaly_score(png)

    denoised, awaited = asyncio.run(ask())
    assert blocking == awaited
    assert denoised.image
    assert listed


def test_compressed_image_is_shown_again(connect: Connect, process: Process, fashion: Labelled, png: bytes) -> None:
    hourglass = connect(process.url)
    small, large = (hourglass.encode(png, quality=quality, model=FASHION) for quality in (10, 90))
    assert len(small) < len(large)
    shown = from_file(hourglass.decode(large))
    assert shown.shape == (28, 28)
    assert abs(shown.astype(float) - fashion.images[0]).mean() < 20


def test_files_are_read_from_where_they_lie(connect: Connect, process: Process, png: bytes, tmp_path: Path) -> None:
    hourglass = connect(process.url)
    image, file = tmp_path / "image.png", tmp_path / "image.hgls"
    image.write_bytes(png)
    file.write_bytes(hourglass.encode(image, model=FASHION))
    assert file.read_bytes() == hourglass.encode(png, model=FASHION)
    assert hourglass.decode(file) == hourglass.decode(file.read_bytes())
    with pytest.raises(FileNotFoundError):
        hourglass.encode(tmp_path / "nothing.png")


def test_noise_is_told_where_it_is_known(connect: Connect, process: Process, png: bytes) -> None:
    hourglass = connect(process.url)
    photo = hourglass.denoise(png, strength=0)
    assert (from_file(photo.image) == from_file(png)).all()
    assert photo.sigma is None
    assert hourglass.denoise(png).sigma is not None
    assert hourglass.denoise(png, model="fashion-denoising").sigma is None


def test_samples_are_those_of_their_seed(connect: Connect, process: Process) -> None:
    hourglass = connect(process.url)
    first = hourglass.sample(4, 1, 0.5)
    assert hourglass.sample(count=4, seed=1, temperature=0.5) == first
    assert hourglass.sample(count=4, seed=2, temperature=0.5) != first


def test_image_comes_in_the_format_that_is_asked_for(connect: Connect, process: Process, png: bytes) -> None:
    hourglass = connect(process.url)
    file = hourglass.encode(png, model=FASHION)
    for media_type, kind in (
        ("image/png", "PNG"),
        ("image/webp", "WEBP"),
        ("image/jpeg", "JPEG"),
        ("image/avif", "AVIF"),
    ):
        for image in (
            hourglass.decode(file, media_type=media_type),
            hourglass.denoise(png, strength=0, media_type=media_type).image,
        ):
            assert Image.open(io.BytesIO(image)).format == kind
    with pytest.raises(HourglassProblem, match=r"^406 .*image/webp"):
        hourglass.decode(file, media_type="image/tiff")


def test_frame_and_metadata_are_chosen(connect: Connect, process: Process, fashion: Labelled) -> None:
    hourglass = connect(process.url)
    frames = [Image.fromarray(each) for each in fashion.images[:2]]
    animated, alone = io.BytesIO(), io.BytesIO()
    frames[0].save(animated, "PNG", save_all=True, append_images=frames[1:])
    exif = Image.Exif()
    exif[0x013B] = "Somebody"  # the artist
    frames[1].save(alone, "PNG", exif=exif)
    file = animated.getvalue()
    with pytest.raises(HourglassProblem) as caught:
        hourglass.encode(file, model=FASHION)
    assert caught.value.parameter == "frame"
    for frame in (0, 1):
        still = to_file(fashion.images[frame])
        assert hourglass.encode(file, model=FASHION, frame=frame) == hourglass.encode(still, model=FASHION)
        assert (from_file(hourglass.denoise(file, strength=0, frame=frame).image) == fashion.images[frame]).all()
        assert hourglass.latent(file, model=FASHION, frame=frame) == hourglass.latent(still, model=FASHION)
        assert hourglass.anomaly_score(file, frame=frame) == hourglass.anomaly_score(still)
    choices: dict[Metadata, bool] = {"keep": True, "private": False, "strip": False}
    for metadata, kept in choices.items():
        image = hourglass.denoise(alone.getvalue(), strength=0, metadata=metadata).image
        shown = hourglass.decode(hourglass.encode(alone.getvalue(), metadata=metadata))
        assert [0x013B in Image.open(io.BytesIO(each)).getexif() for each in (image, shown)] == [kept, kept]


def test_files_are_named_after_those_they_are_made_of(
    connect: Connect, process: Process, png: bytes, tmp_path: Path
) -> None:
    hourglass = connect(process.url)
    photo, packed = tmp_path / "Zoë.png", tmp_path / "Zoë.hgls"
    photo.write_bytes(png)
    file = hourglass.encode(photo, model=FASHION)
    packed.write_bytes(file)
    assert file.name == "Zoë.hgls"
    assert hourglass.decode(packed, media_type="image/webp").name == "Zoë.webp"
    assert hourglass.denoise(photo).name == "Zoë-clean.png"
    assert hourglass.encode(png, model=FASHION).name == "image.hgls"
    assert hourglass.sample(1).name == "samples.png"


def test_images_of_given_z_are_shown(connect: Connect, process: Process, fashion: Labelled) -> None:
    hourglass = connect(process.url)
    start, end = (hourglass.latent(to_file(image), model=VARIATIONAL) for image in fashion.images[:2])
    assert start.shape == (len(start.values),) == (40,)
    both = from_file(hourglass.sample_at([start.values, end.values], model=VARIATIONAL))
    assert both.shape == (28, 57)
    walk = from_file(hourglass.walk(start.values, end.values, 2, model=VARIATIONAL))
    assert np.array_equal(walk, both)
    assert from_file(hourglass.walk(start.values, end.values)).shape != both.shape
    with pytest.raises(HourglassProblem) as caught:
        hourglass.sample_at([[0.0]])
    assert (caught.value.status, caught.value.parameter) == (422, "z")


def test_of_several_images_a_broken_one_has_its_own_problem(connect: Connect, process: Process, png: bytes) -> None:
    scores = connect(process.url).anomaly_score(png, b"no image", png)
    first, broken, last = scores.results
    assert scores.model == FASHION
    assert isinstance(first, Score)
    assert isinstance(last, Score)
    assert first.score == pytest.approx(last.score)
    assert first.heatmap is None
    assert first.anomalous == (first.score > first.threshold)
    assert isinstance(broken, Problem)
    assert broken.status == 415
    assert "image" in broken.detail


def test_heat_map_is_an_image(connect: Connect, process: Process, png: bytes) -> None:
    (score,) = connect(process.url).anomaly_score(png, heatmap=True).results
    assert isinstance(score, Score)
    assert score.heatmap
    assert from_file(score.heatmap).shape[:2] == (28, 28)


def test_image_of_another_size_is_taken_where_it_may_be_resized(
    connect: Connect, process: Process, fashion: Labelled
) -> None:
    hourglass = connect(process.url)
    wide = to_file(fashion.images[0].repeat(2, axis=1))
    (score,) = hourglass.anomaly_score(wide, resize=True).results
    assert isinstance(score, Score)
    with pytest.raises(HourglassProblem, match=r"^422 "):
        hourglass.anomaly_score(wide)


def test_installed_models_are_listed(connect: Connect, process: Process) -> None:
    models = {model.name: model for model in connect(process.url).models()}
    assert models[FASHION].input.height == 28
    assert models["photo-codec"].input.height == "any"
    assert "encode" in models["photo-codec"].default_for


def test_hot_parts_are_told_by_models_that_find_them(connect: Connect, serve: Serve, small: Path, png: bytes) -> None:
    detectors.write_detector(small)
    hourglass = connect(serve(models=small).base_url)
    white = to_file(np.full((20, 30), 255, np.uint8))
    (found,) = hourglass.anomaly_score(white, model=detectors.NAME, heatmap=True).results
    (unasked,) = hourglass.anomaly_score(white, model=detectors.NAME).results
    (untold,) = hourglass.anomaly_score(png, model=FASHION, heatmap=True).results
    assert isinstance(found, Score)
    assert found.heatmap
    assert from_file(found.heatmap).shape == (20, 30)
    assert found.boxes == (Box(left=0, top=0, right=30, bottom=20, heat=1 / detectors.HOT),)
    assert isinstance(unasked, Score)
    assert isinstance(untold, Score)
    assert unasked.boxes == untold.boxes == ()


def test_models_are_reloaded(connect: Connect, serve: Serve, small: Path) -> None:
    hourglass = connect(serve(models=small).base_url)
    detectors.write_detector(small)
    changes = hourglass.reload()
    assert (changes.added, changes.kept) == ((detectors.NAME,), (FASHION, "fashion-variational"))
    assert detectors.NAME in {model.name for model in hourglass.models()}
    detectors.write_detector(small, version="2.0.0")
    assert hourglass.reload().replaced == (detectors.NAME,)
    detectors.write_detector(small, heat="nan")
    with pytest.raises(HourglassProblem, match=r"^409 .*no number"):
        hourglass.reload()
