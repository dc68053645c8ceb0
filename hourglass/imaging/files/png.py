"""The chunks of a PNG (W3C, third edition): those that hold pixels go to the decoder, what the others say is read here.

A chunk beside the pixels that is damaged, odd or too large is dropped; a damaged one of the pixels is the file's end.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from hourglass.errors import BadImage
from hourglass.imaging.colors.coding import of_code_points, of_measures
from hourglass.imaging.colors.color import MAX_PROFILE_BYTES
from hourglass.imaging.files.contents import Contents
from hourglass.imaging.files.metadata import MAX_BYTES
from hourglass.imaging.texts import MOST_TEXT, TEXT, inflate, tell

SIGNATURE = b"\x89PNG\r\n\x1a\n"

_DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
"""Bits a sample may have, by color type."""

_MOST = (1 << 31) - 1
"""No number in a PNG is larger."""
_ANIMATION = {b"acTL", b"fcTL", b"fdAT"}
MOST_TEXTS = 100
"""Text chunks that are looked into."""

ANY = -1
_COLOR = {b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"cICP": 4, b"iCCP": ANY}
"""Their lengths."""

_METRES = 0.0254
"""In an inch."""


@dataclass(slots=True)
class _Found:
    """Chunks of the pixels, in order, and what others say."""

    header: bytes = b""
    chunks: list[tuple[bytes, list[memoryview]]] = field(default_factory=list)
    said: dict[bytes, bytes] = field(default_factory=dict)
    contents: Contents = field(default_factory=Contents)
    frames: int = 1
    texts: int = 0


def read_png(data: bytes, max_parts: int, animated: bool) -> tuple[bytes, Contents]:
    """The file with what its pixels need alone, and what else it says; with its later frames if ``animated``.

    Checksums of what is handed on are not set. Raises BadImage for a damaged file, or one of too many chunks.
    """
    found = _Found()
    for parts, (kind, content, sound) in enumerate(_chunks(data)):
        if parts > max_parts:
            raise BadImage("the PNG has too many parts")
        if not found.header:
            _header(found, kind, bytes(content), sound)
        elif kind[0] & 32:
            _ancillary(found, kind, content, sound)
        elif kind in {b"IDAT", b"PLTE"}:
            if not sound:
                raise BadImage(f"a damaged PNG: the checksum of {kind.decode()} is wrong")
            _keep(found, kind, content)
        elif kind != b"IHDR":
            raise BadImage(
                f"a damaged PNG: it has a part called {kind.decode('ascii', 'replace')!r}, which nobody knows"
            )
    kinds = {kind for kind, _ in found.chunks}
    if b"IDAT" not in kinds:
        raise BadImage("a damaged PNG: it holds no pixels")
    if found.header[9] == 3 and b"PLTE" not in kinds:
        raise BadImage("a damaged PNG: it has no palette")
    _tell(found)
    return _rebuilt(found, animated), found.contents


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview, bool]]:
    """Kind, content, and whether the checksum holds, up to the end; of the pixels', what there is of a last one."""
    view, at = memoryview(data), len(SIGNATURE)
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        content = view[at + 8 : at + 8 + length]
        at += 12 + length
        if at > len(data):
            if kind == b"IDAT":
                yield kind, content, True  # what it lacks, the decoder finds out
            return
        if kind == b"IEND":
            return
        yield kind, content, zlib.crc32(content, zlib.crc32(kind)) == int.from_bytes(data[at - 4 : at])


def _header(found: _Found, kind: bytes, content: bytes, sound: bool) -> None:
    if kind != b"IHDR" or not sound or len(content) != 13:
        raise BadImage("a damaged PNG: it does not begin with a sound header")
    width, height, depth, color, compression, filtering, interlace = struct.unpack(">IIBBBBB", content)
    if not 1 <= width <= _MOST or not 1 <= height <= _MOST:
        raise BadImage(f"a damaged PNG: {width}x{height} pixels")
    if depth not in _DEPTHS.get(color, ()) or compression or filtering or interlace > 1:
        raise BadImage("a damaged PNG: its header makes no sense")
    found.header = content
    found.contents.bits = depth
    found.contents.gray = color in {0, 4}


def _keep(found: _Found, kind: bytes, content: memoryview) -> None:
    """Chunks of pixels that follow each other become one."""
    if kind == b"IDAT" and found.chunks and found.chunks[-1][0] == kind:
        found.chunks[-1][1].append(content)
    else:
        found.chunks.append((kind, [content]))


def _ancillary(found: _Found, kind: bytes, content: memoryview, sound: bool) -> None:
    contents = found.contents
    if kind in _ANIMATION:
        _animation(found, kind, content, sound)
    elif kind == b"tRNS":
        changed = _transparency(found, bytes(content)) if sound else None
        if changed is None:
            contents.drop("alpha")
        elif changed:
            found.chunks.append((kind, [memoryview(changed)]))
    elif kind in _COLOR:
        if sound and _COLOR[kind] in {len(content), ANY}:
            found.said.setdefault(kind, bytes(content))
        else:
            contents.drop("color profile")
    elif kind in TEXT:
        found.texts += 1
        tell(contents, kind, bytes(content[: MOST_TEXT + 1]), sound and found.texts <= MOST_TEXTS)
    else:
        _beside(contents, kind, bytes(content[: MAX_BYTES + 1]), sound)


def _beside(contents: Contents, kind: bytes, content: bytes, sound: bool) -> None:
    if kind == b"eXIf":
        contents.exif = content if sound and len(content) <= MAX_BYTES else None
        if contents.exif is None:
            contents.drop("EXIF")
    elif kind == b"pHYs" and sound and len(content) == 9 and content[8] == 1:
        across, down = struct.unpack_from(">II", content)
        contents.dpi = (across * _METRES, down * _METRES) if across and down else None


def _animation(found: _Found, kind: bytes, content: memoryview, sound: bool) -> None:
    if not sound or len(content) < {b"acTL": 8, b"fcTL": 26, b"fdAT": 4}[kind]:
        found.frames = 1
        found.contents.drop("animation")
    elif kind == b"acTL" and not any(kind == b"IDAT" for kind, _ in found.chunks):
        told = int.from_bytes(content[:4])
        found.frames = told if told <= _MOST else 1
    found.chunks.append((kind, [content]))


def _transparency(found: _Found, content: bytes) -> bytes | None:
    """The chunk as the decoder takes it: values as it scales them to 8 bits; empty where it needs none. None if odd."""
    depth, color = found.header[8:10]
    if color == 3:
        return content if 0 < len(content) <= 256 else None
    if color not in {0, 2} or len(content) != {0: 2, 2: 6}[color]:
        return None
    values = [value & ((1 << depth) - 1) for value in struct.unpack(f">{len(content) // 2}H", content)]
    if depth == 16 and color == 0:
        found.contents.key = values[0]
        return b""
    scaled = [value >> 8 if depth == 16 else value * 255 // ((1 << depth) - 1) for value in values]
    return struct.pack(f">{len(scaled)}H", *scaled)


def _tell(found: _Found) -> None:
    """What the chunks say of color, the first of cICP, iCCP, sRGB, and gAMA with cHRM (section 4.3), and of frames."""
    said, contents = found.said, found.contents
    if b"cICP" in said:
        primaries, transfer, matrix, full = said[b"cICP"]
        contents.coding = of_code_points(primaries, transfer) if matrix == 0 and full == 1 else None
        if contents.coding:
            return
        contents.drop("color profile")
    if b"iCCP" in said:
        contents.icc = inflate(said[b"iCCP"].partition(b"\0")[2][1:], MAX_PROFILE_BYTES)
        if contents.icc:
            return
        contents.drop("color profile")
    if b"sRGB" not in said and (b"gAMA" in said or b"cHRM" in said):
        gamma = int.from_bytes(said[b"gAMA"]) if b"gAMA" in said else None
        chromaticities = struct.unpack(">8I", said[b"cHRM"]) if b"cHRM" in said else None
        contents.coding = of_measures(gamma, chromaticities) or of_measures(gamma, None)
        if contents.coding is None:
            contents.drop("color profile")


def _rebuilt(found: _Found, animated: bool) -> bytes:
    kinds = [kind for kind, _ in found.chunks]
    found.contents.frames = max(1, found.frames) if b"fcTL" in kinds else 1
    pieces: list[bytes | memoryview] = [SIGNATURE, *_chunk(b"IHDR", [memoryview(found.header)])]
    for kind, contents in found.chunks:
        if kind not in _ANIMATION or animated:
            pieces += _chunk(kind, contents)
    return b"".join([*pieces, *_chunk(b"IEND", [])])


def _chunk(kind: bytes, contents: list[memoryview]) -> list[bytes | memoryview]:
    crc = zlib.crc32(kind)
    if kind != b"IDAT":  # whose checksum no decoder of Pillow's asks for
        for content in contents:
            crc = zlib.crc32(content, crc)
    return [struct.pack(">I4s", sum(map(len, contents)), kind), *contents, struct.pack(">I", crc)]
