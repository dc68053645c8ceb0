"""EXIF and XMP go on, but for what no longer holds, and what is not wanted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from hourglass.imaging import MAX_BYTES, MediaType, Metadata, Picture, to_picture, write_image
from hourglass.imaging.files.contents import Contents
from hourglass.imaging.files.metadata import metadata_of
from tests.conftest import to_file
from tests.hourglass.imaging.samples import COLOURS, read

WIDE = COLOURS[:20]
XMP = b'<x:xmpmeta><rdf:Description tiff:Orientation="6"/><xmp:Thumbnails>big</xmp:Thumbnails></x:xmpmeta>'


def camera(orientation: int = 6) -> Image.Exif:
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Artist], exif[Base.Copyright] = "Maker", "A Person", "A Person, 2026"
    exif[Base.Orientation] = orientation
    exif[Base.DateTime] = "2026:01:02 03:04:05"
    inner = exif.get_ifd(IFD.Exif)
    inner.update({Base.ExposureTime: 0.01, Base.MakerNote: b"\0secret", Base.BodySerialNumber: "12345678"})
    inner.update({Base.ExifImageWidth: 28, Base.ExifImageHeight: 20})
    exif.get_ifd(IFD.GPSInfo).update({GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: (52.0, 30.0, 0.0)})
    return exif


def parsed(metadata: Metadata) -> Image.Exif:
    assert metadata.exif is not None
    exif = Image.Exif()
    exif.load(metadata.exif)
    return exif


KINDS = ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_camera_says_goes_on(kind: str) -> None:
    picture = read(to_file(WIDE, kind, exif=camera()))
    assert picture.pixels.shape == (28, 20, 3)
    exif = parsed(picture.metadata)
    assert exif[Base.Make] == "Maker"
    assert picture.dropped == ()
    if kind != "TIFF":  # into which Pillow writes no more than that
        assert exif.get_ifd(IFD.Exif)[Base.ExposureTime] == 0.01
        assert exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] == (52.0, 30.0, 0.0)


@pytest.mark.parametrize("kind", KINDS)
def test_picture_is_upright_and_says_so(kind: str) -> None:
    picture = read(to_file(WIDE, kind, exif=camera()))
    exif = parsed(picture.metadata)
    assert exif.get(Base.Orientation, 1) == 1
    if kind == "TIFF":
        return
    assert exif.get_ifd(IFD.Exif)[Base.ExifImageWidth] == 20
    assert exif.get_ifd(IFD.Exif)[Base.ExifImageHeight] == 28


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("written", ["image/png", "image/jpeg", "image/webp", "image/avif"])
def test_nothing_turns_a_picture_twice(orientation: int, written: MediaType) -> None:
    first = read(to_file(WIDE, exif=camera(orientation)))
    again = read(write_image(first, written))
    assert again.pixels.shape == first.pixels.shape
    assert np.abs(again.pixels.astype(int) - first.pixels).mean() < 12
    assert parsed(again.metadata)[Base.Make] == "Maker"


def test_thumbnail_does_not_go_on() -> None:
    small = b"\xff\xd8" + b"thumbnail" * 20 + b"\xff\xd9"
    exif = bytearray(camera().tobytes()[6:])
    end = len(exif)
    at = int.from_bytes(exif[4:8])
    after = at + 2 + 12 * int.from_bytes(exif[at : at + 2])
    exif[after : after + 4] = end.to_bytes(4)
    entries = [(0x0201, 4, 1, end + 30), (0x0202, 4, 1, len(small))]
    exif += len(entries).to_bytes(2)
    for tag, kind, count, value in entries:
        exif += tag.to_bytes(2) + kind.to_bytes(2) + count.to_bytes(4) + value.to_bytes(4)
    exif += bytes(4) + small
    picture = read(to_file(WIDE, "JPEG", exif=b"Exif\0\0" + bytes(exif)))
    assert b"thumbnail" not in (picture.metadata.exif or b"")
    assert parsed(picture.metadata)[Base.Make] == "Maker"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_xmp_goes_on_upright_and_without_thumbnails(kind: str) -> None:
    if kind == "PNG":
        file = write_image(Picture(COLOURS, metadata=Metadata(xmp=XMP)), "image/png")
    else:
        file = to_file(COLOURS, kind, xmp=XMP)
    expected = b'<x:xmpmeta><rdf:Description tiff:Orientation="1"/></x:xmpmeta>'
    assert read(file).metadata.xmp == expected


def test_orientation_of_xmp_counts_where_exif_has_none() -> None:
    assert read(to_file(WIDE, "JPEG", xmp=XMP)).pixels.shape == (28, 20, 3)
    assert read(to_file(WIDE, "JPEG", xmp=XMP, exif=camera(1))).pixels.shape == (20, 28, 3)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP"])
@pytest.mark.parametrize("dpi", [300, 96, 72.5])
def test_resolution_goes_on_wherever_it_stands(kind: str, dpi: float) -> None:
    picture = read(to_file(COLOURS, kind, dpi=(dpi, dpi)))
    assert picture.metadata.names == ["resolution"]
    near = pytest.approx((dpi, dpi), abs=0.6)
    assert picture.metadata.dpi == near
    for media_type in ("image/png", "image/jpeg", "image/webp", "image/avif"):
        assert read(write_image(picture, media_type)).metadata.dpi == near


def test_private_picture_says_how_it_was_taken_but_not_by_whom_or_where() -> None:
    picture = read(to_file(WIDE, "JPEG", exif=camera(), xmp=XMP)).with_metadata("private")
    exif = parsed(picture.metadata)
    assert exif[Base.Make] == "Maker"
    assert exif[Base.Copyright] == "A Person, 2026"
    assert exif.get_ifd(IFD.Exif)[Base.ExposureTime] == 0.01
    assert IFD.GPSInfo not in exif
    for secret in (b"secret", b"1234567", b"A Person\0"):
        assert secret not in (picture.metadata.exif or b"")
    assert picture.metadata.xmp is None


def test_stripped_picture_says_nothing() -> None:
    picture = read(to_file(WIDE, "JPEG", exif=camera(), xmp=XMP, dpi=(300, 300)))
    assert picture.with_metadata("strip").metadata == Metadata()
    assert picture.with_metadata("keep") == picture
    assert Picture(COLOURS).with_metadata("private").metadata == Metadata()


def test_names_tell_what_there_is() -> None:
    assert Metadata().names == []
    assert read(to_file(WIDE, "JPEG", exif=camera(), xmp=XMP)).metadata.names == ["EXIF", "XMP"]


def test_image_of_pillow_is_asked_too() -> None:
    image = Image.fromarray(WIDE)
    image.info["exif"] = camera().tobytes()
    picture = to_picture(image)
    assert picture.pixels.shape == (28, 20, 3)
    assert parsed(picture.metadata)[Base.Make] == "Maker"
    assert to_picture(picture.to_pil()).metadata == picture.metadata


def test_too_much_metadata_is_dropped_and_named() -> None:
    contents = Contents(exif=camera().tobytes()[6:] + bytes(MAX_BYTES), xmp=bytes(MAX_BYTES + 1))
    assert metadata_of(contents, 1, 1) == (Metadata(), 1)
    assert contents.dropped == ("EXIF", "XMP")
    with pytest.raises(ValueError, match=str(MAX_BYTES)):
        Metadata(xmp=bytes(MAX_BYTES + 1))


@given(st.data())
def test_any_exif_is_taken_or_dropped(data: st.DataObject) -> None:
    exif = bytearray(camera().tobytes()[6:])
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(exif) - 1))
        exif[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    contents = Contents(exif=bytes(exif), xmp=data.draw(st.binary(max_size=40)))
    metadata, orientation = metadata_of(contents, 20, 10)
    assert 1 <= orientation <= 8
    assert metadata.sound
    assert set(contents.dropped) <= {"EXIF"}
    for wanted in ("keep", "private", "strip"):
        assert write_image(Picture(COLOURS, metadata=metadata.wanted(wanted)), "image/jpeg")
