"""The boxes of ISO files, AVIF, HEIC and JPEG 2000, as far as they tell what the pixels are."""

from collections.abc import Iterator
from dataclasses import dataclass

MOST = 10_000
"""Boxes that are looked at."""

Box = tuple[bytes, memoryview]
"""Its type, and what is in it."""


@dataclass(frozen=True, slots=True)
class Properties:
    """Of the main image: the code points of its colors (ITU-T H.273), its ICC profile, and the bits of a sample."""

    code_points: tuple[int, int] | None = None
    icc: bytes | None = None
    bits: int = 8


def boxes(data: bytes) -> Iterator[Box]:
    """The boxes one after the other, as far as they make sense (ISO/IEC 14496-12, 4.2)."""
    view, at = memoryview(data), 0
    for _ in range(MOST):
        if at + 8 > len(data):
            return
        size, start = int.from_bytes(data[at : at + 4]), at + 8
        if size == 1:
            size, start = int.from_bytes(data[at + 8 : at + 16]), at + 16
        end = at + size if size else len(data)
        if end < start or end > len(data):
            return
        yield data[at + 4 : at + 8], view[start:end]
        at = end


def heif_properties(data: bytes) -> Properties:
    """Of the main item of an AVIF or HEIC file (ISO/IEC 23008-12)."""
    meta = _inside(data, b"meta")[4:]
    found = _inside(meta, b"iprp")
    kept = list(boxes(_inside(found, b"ipco")))
    mine = _associated(_inside(found, b"ipma"), _main(_inside(meta, b"pitm")))
    return _properties([kept[number - 1] for number in mine if 0 < number <= len(kept)])


def without_exif(data: bytes) -> bytes:
    """An AVIF or HEIC file whose EXIF no reader takes for such; the same where it has none."""
    meta = _inside(data, b"meta")
    return data.replace(meta, meta.replace(b"Exif", b"none"), 1) if b"Exif" in meta else data


def jp2_properties(data: bytes) -> Properties:
    """Of a JPEG 2000 file (ISO/IEC 15444-1, annex I)."""
    header = _inside(data, b"jp2h")
    colors = [bytes(content) for kind, content in boxes(header) if kind == b"colr"]
    icc = next((content[3:] for content in colors if content[:1] in {b"\2", b"\3"}), None)
    depth = _inside(header, b"ihdr")[10:11] or b"\7"
    return Properties(icc=icc, bits=(depth[0] & 127) + 1 if depth != b"\xff" else 8)


def _inside(data: bytes, kind: bytes) -> bytes:
    """What is in the first box of a type; empty where there is none."""
    return next((bytes(content) for found, content in boxes(data) if found == kind), b"")


def _main(pitm: bytes) -> int:
    """The number of the main item."""
    return int.from_bytes(pitm[4 : 8 if pitm[:1] == b"\1" else 6])


def _associated(ipma: bytes, item: int) -> list[int]:
    """The numbers, from 1, of an item's properties (ISO/IEC 23008-12, 9.3)."""
    number_bytes = 4 if ipma[:1] >= b"\1" else 2
    wide = ipma[3:4] != b"" and ipma[3] & 1
    at = 8
    for _ in range(min(MOST, int.from_bytes(ipma[4:8]))):
        found, count = int.from_bytes(ipma[at : at + number_bytes]), ipma[at + number_bytes : at + number_bytes + 1]
        at += number_bytes + 1
        if not count:
            break
        step = 2 if wide else 1
        entries = [int.from_bytes(ipma[at + step * each : at + step * each + step]) for each in range(count[0])]
        at += step * count[0]
        if found == item:
            return [entry & (0x7FFF if wide else 0x7F) for entry in entries]
    return []


def _properties(found: list[Box]) -> Properties:
    points, icc, bits = None, None, 8
    for kind, view in found:
        content = bytes(view)
        if kind == b"colr" and content[:4] == b"nclx" and len(content) >= 10:
            points = int.from_bytes(content[4:6]), int.from_bytes(content[6:8])
        elif kind == b"colr" and content[:4] in {b"prof", b"rICC"}:
            icc = content[4:]
        elif kind == b"pixi" and len(content) > 5:
            bits = content[5]
    return Properties(points, icc, bits)
