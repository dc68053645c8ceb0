"""The photo codec from pixels to bytes and back: any size, any content, in tiles, and what it makes of damage."""

import json
import math
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hourglass.bitstream.container import NO_SYMBOLS, Container
from hourglass.errors import BadBitstream, BrokenModel
from hourglass.imaging import Picture, Pixels
from hourglass.models.codec import Codec
from hourglass.models.codec import codec as module
from hourglass.models.runtime import Session
from tests.golden import latents
from tests.hourglass.models.codec.conftest import FOLDER

Photos = Mapping[str, Pixels]


def psnr(a: Pixels, b: Pixels) -> float:
    error = np.mean((a.astype(np.float64) - b) ** 2)
    return 10 * math.log10(255**2 / error) if error else math.inf


def enlarged(photo: Pixels, height: int, width: int) -> Pixels:
    """A photograph, mirrored again and again until it is so large."""
    more_rows, more_columns = max(0, height - photo.shape[0]), max(0, width - photo.shape[1])
    return np.pad(photo, ((0, more_rows), (0, more_columns), (0, 0)), mode="symmetric")[:height, :width]


# 20000x40 is no other kind of image than 3000x40, and takes 3 s
@pytest.mark.parametrize("size", [(1, 1), (1, 2), (63, 65), (64, 64), (200, 40), (3000, 40), (40, 3000)], ids=str)
def test_any_size_there_and_back(codec: Codec, photos: Photos, size: tuple[int, int]) -> None:
    photo = enlarged(photos["kitten"], *size)
    compressed = codec.encode(photo, 80)
    shown = codec.decode(compressed)
    pixels = shown.pixels
    assert pixels.shape == photo.shape
    assert pixels.dtype == np.uint8
    assert (shown.alpha, shown.icc, compressed.dropped) == (None, None, ())
    assert compressed.shape[1:] == (4 * -(-size[0] // 64), 4 * -(-size[1] // 64))
    assert compressed.psnr == pytest.approx(psnr(photo, pixels))
    assert psnr(photo, pixels) > 25


def test_psnr_is_of_the_decoded_pixels(codec: Codec, photos: Photos) -> None:
    for photo in photos.values():
        for quality in (1, 60, 100):
            compressed = codec.encode(photo, quality)
            assert compressed.psnr == pytest.approx(psnr(photo, codec.decode(compressed).pixels))


def test_quality_raises_size_and_psnr(codec: Codec, photos: Photos) -> None:
    qualities = (1, *range(10, 101, 10))
    made = [[codec.encode(photo, quality) for photo in photos.values()] for quality in qualities]
    sizes = [sum(len(each) for each in row) for row in made]
    quality_reached = [sum(each.psnr or 0 for each in row) for row in made]
    assert sizes == sorted(set(sizes))
    assert quality_reached == sorted(set(quality_reached))
    assert sizes[-1] > 5 * sizes[0]
    assert quality_reached[-1] > quality_reached[0] + 10 * len(photos)


def test_same_image_is_the_same_file(codec: Codec, photos: Photos) -> None:
    assert codec.encode(photos["city"], 50) == codec.encode(photos["city"], 50)


def test_many_threads_at_once(codec: Codec, photos: Photos) -> None:
    photo = photos["spices"]
    expected = {quality: codec.encode(photo, quality) for quality in (5, 50, 95)}
    qualities = [*expected] * 4
    with ThreadPoolExecutor(4) as pool:
        files = list(pool.map(lambda quality: codec.encode(photo, quality), qualities))
        shown = list(pool.map(lambda file: codec.decode(file).pixels, files))
    assert files == [expected[quality] for quality in qualities]
    for quality, pixels in zip(qualities, shown, strict=True):
        assert np.array_equal(pixels, codec.decode(expected[quality]).pixels)


@pytest.mark.parametrize("quality", [1, 100])
@pytest.mark.parametrize(
    "name", ["black", "white", "red", "noise", "checkerboard", "two-pixel checkerboard", "stripes"]
)
def test_extreme_images_there_and_back(codec: Codec, name: str, quality: int) -> None:
    rows, columns = np.mgrid[:96, :70]
    full = np.full((96, 70, 3), 255, np.uint8)
    image: Pixels = {
        "black": full * np.uint8(0),
        "white": full,
        "red": full * np.array([1, 0, 0], np.uint8),
        "noise": np.random.default_rng(0).integers(0, 256, full.shape, np.uint8),
        "checkerboard": full * ((rows + columns) % 2)[:, :, None].astype(np.uint8),
        "two-pixel checkerboard": full * ((rows // 2 + columns // 2) % 2)[:, :, None].astype(np.uint8),
        "stripes": full * np.stack([columns % 2, 1 - columns % 2, rows % 2], axis=2).astype(np.uint8),
    }[name]
    compressed = codec.encode(image, quality)
    pixels = codec.decode(compressed).pixels
    assert pixels.shape == image.shape
    assert compressed.psnr == pytest.approx(psnr(image, pixels))


@pytest.mark.parametrize("side", [128, 192])
def test_tiles_make_no_difference(codec: Codec, photos: Photos, side: int, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = enlarged(photos["kitten"], 330, 450)
    whole = codec.encode(photo, 70)
    pixels = codec.decode(whole).pixels
    monkeypatch.setattr(module, "TILE", side)
    tiled_pixels = codec.decode(whole).pixels
    assert np.abs(tiled_pixels.astype(int) - pixels).max() <= 1
    tiled = codec.encode(photo, 70)
    difference = np.abs(latents(codec, tiled).astype(int) - latents(codec, whole))
    assert np.count_nonzero(difference) <= 1e-4 * difference.size  # where a latent lies between two steps
    assert tiled.psnr == pytest.approx(whole.psnr, abs=0.01)


def test_halos_hold_all_that_tiles_depend_on(codec: Codec) -> None:
    t, none = np.zeros(1, np.float32), np.float32(np.nan)
    encoder, decoder = (Session((FOLDER / f"{name}.onnx").read_bytes(), "cpu", 1) for name in ("encoder", "decoder"))
    for halo, reaches in ((module.ENCODER_HALO, False), (0, True)):
        x = np.zeros((1, 3, 64, 1024), np.float32)
        x[..., : 512 - halo] = none  # which spreads to all that depends on it, whatever the weights
        v, z = encoder(x, t)
        assert np.isnan(v[..., 512 // 16 :]).any() == np.isnan(z[..., 512 // 64 :]).any() == reaches
    for halo, reaches in ((module.DECODER_HALO // 16, False), (0, True)):
        v_hat = np.zeros((1, v.shape[1], 4, 64), np.float32)
        v_hat[..., : 32 - halo] = none
        z_hat = np.zeros((1, z.shape[1], 1, 16), np.float32)
        z_hat[..., : (32 - halo) // 4] = none
        (x_hat,) = decoder(v_hat, *([z_hat] if codec.manifest.latent.groups else []), t)
        assert np.isnan(x_hat[..., 512:]).any() == reaches


@pytest.mark.parametrize("halo", ["ENCODER_HALO", "DECODER_HALO"])
def test_without_their_surroundings_tiles_would_show(
    codec: Codec, photos: Photos, halo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = enlarged(photos["kitten"], 330, 450)
    whole = codec.encode(photo, 70)
    monkeypatch.setattr(module, "TILE", 128)
    monkeypatch.setattr(module, halo, 0)
    tiled = codec.encode(photo, 70)
    assert tiled.psnr != pytest.approx(whole.psnr, abs=0.01)


def test_extras_come_back(codec: Codec, photos: Photos) -> None:
    photo = photos["spices"]
    alpha = np.arange(photo.shape[0] * photo.shape[1], dtype=np.uint8).reshape(photo.shape[:2])
    shown = codec.decode(codec.encode(Picture(photo[:, :, :1], alpha, b"profile"), 30))
    assert shown.pixels.shape == (*photo.shape[:2], 1) and shown.icc == b"profile"
    assert shown.alpha is not None and np.array_equal(shown.alpha, alpha)


@pytest.fixture(scope="module")
def small(codec: Codec, photos: Photos) -> bytes:
    return codec.encode(photos["kitten"][:40, :50], 5)


def test_every_changed_byte_is_found(codec: Codec, small: bytes) -> None:
    for at in range(len(small)):
        for change in (1, 128, 255):
            with pytest.raises(BadBitstream):
                codec.decode(small[:at] + bytes([small[at] ^ change]) + small[at + 1 :])


def test_every_missing_byte_is_found(codec: Codec, small: bytes) -> None:
    for length in range(len(small)):
        with pytest.raises(BadBitstream):
            codec.decode(small[:length])
        with pytest.raises(BadBitstream):
            codec.decode(small[:length] + small[length + 1 :])
    with pytest.raises(BadBitstream):
        codec.decode(small + b"\0")


def test_damage_with_a_forged_checksum_is_found_by_that_of_the_latents(codec: Codec, small: bytes) -> None:
    container = Container.unpack(small)
    (section,) = container.sections
    for at in range(0, len(section) - 8, max(1, len(section) // 40)):  # the last bits may be of no symbol
        changed = section[:at] + bytes([section[at] ^ 64]) + section[at + 1 :]
        with pytest.raises(BadBitstream):
            codec.decode(replace(container, sections=(changed,)).pack(NO_SYMBOLS))


@pytest.mark.parametrize(
    "change", [{"width": 900}, {"height": 1}, {"width": 65, "height": 70}, {"quality": 90}], ids=str
)
def test_forged_header_is_found_by_the_latents(codec: Codec, photos: Photos, change: dict[str, int]) -> None:
    container = Container.unpack(codec.encode(photos["kitten"][:100, :64], 50))
    forged = Container(
        container.model,
        change.get("quality", container.quality),
        change.get("width", container.width),
        change.get("height", container.height),
        container.sections,
    )
    with pytest.raises(BadBitstream, match=r"latents|symbols"):
        codec.decode(forged.pack(NO_SYMBOLS))


def test_file_of_another_model_is_refused(codec: Codec, small: bytes) -> None:
    container = Container.unpack(small)
    with pytest.raises(BadBitstream, match="made by model 61626364"):
        codec.decode(replace(container, model=b"abcd").pack(NO_SYMBOLS))


def test_stopped_codec_is_rebuilt(photos: Photos) -> None:
    codec = Codec.open(FOLDER, "cpu", 1)
    before = codec.encode(photos["spices"], 50)
    codec.stop()
    codec.rebuild()
    assert codec.encode(photos["spices"], 50) == before


def _copy(folder: Path) -> Path:
    return shutil.copytree(FOLDER, folder / "photo-codec")


def test_other_files_than_the_manifest_promises_are_refused(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    with (folder / "correct.onnx").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(BrokenModel, match=r"correct\.onnx"):
        Codec.open(folder, "cpu", 1)


def test_graphs_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    graphs = manifest["graphs"]
    graphs["encoder"], graphs["decoder"] = graphs["decoder"], graphs["encoder"]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(BrokenModel, match="photo-codec"):
        Codec.open(folder, "cpu", 1)
