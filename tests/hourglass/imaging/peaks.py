"""python -m tests.hourglass.imaging.peaks: the most memory that decoding a file takes, for each format and mode.

Each file is decoded in a child process of its own: what one leaves behind does not hide what the next takes.
"""

import io
import json
import os
import struct
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from hourglass.imaging import FORMATS, fit_picture, open_image, peak_bytes, read_picture, stretched
from service.memory import keep_heap_small

SIZE = (1000, 1200)
"""Height and width of most: large enough that decoders' own tables do not count."""

NARROW = (400_000, 1)
ROTATED = Image.Exif()
ROTATED[0x0112] = 6

PHOTO = Path(__file__).parents[2] / "fixtures" / "photos" / "kitten.webp"


def photo(mode: str, size: tuple[int, int] = SIZE) -> Image.Image:
    """Something to see everywhere, with some of each alpha."""
    with Image.open(PHOTO) as opened:
        small = np.asarray(opened)
    rows, columns = (np.arange(side) % small.shape[axis] for axis, side in enumerate(size))
    image = Image.fromarray(small[rows][:, columns])
    if mode.startswith("I;16"):
        return Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)
    if mode in {"LA", "RGBA"}:
        image = image.convert(mode)
        image.putalpha(Image.fromarray((np.indices(size).sum(axis=0) % 256).astype(np.uint8)))
        return image
    return image.quantize(256) if mode == "P" else image.convert(mode)


def png_of(samples: NDArray[np.generic], color_type: int) -> bytes:
    """A PNG of 16 bits, of which Pillow writes gray alone."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    height, width = samples.shape[:2]
    lines = samples.astype(">u2").reshape(height, -1).view(np.uint8)
    raw = np.concatenate([np.zeros((height, 1), np.uint8), lines], axis=1).tobytes()
    head = struct.pack(">IIBBBBB", width, height, 16, color_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw, 1)) + chunk(b"IEND", b"")


def saved(kind: str, mode: str, size: tuple[int, int] = SIZE, **options: object) -> Callable[[], bytes]:
    def make() -> bytes:
        buffer = io.BytesIO()
        photo(mode, size).save(buffer, kind, **options)
        return buffer.getvalue()

    return make


def deep(channels: int, color_type: int) -> Callable[[], bytes]:
    def make() -> bytes:
        samples = np.asarray(photo("RGBA"))[:, :, :channels].astype(np.uint16) * 257
        return png_of(samples, color_type)

    return make


FILES: dict[str, Callable[[], bytes]] = {
    **{f"PNG {mode}": saved("PNG", mode, compress_level=1) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")},
    "PNG P, a transparent color": saved("PNG", "P", compress_level=1, transparency=3),
    "PNG RGB, a transparent color": saved("PNG", "RGB", compress_level=1, transparency=(1, 2, 3)),
    "PNG RGB of 16 bits": deep(3, 2),
    "PNG RGBA of 16 bits": deep(4, 6),
    "PNG LA of 16 bits": deep(2, 4),
    "PNG RGB, to be turned": saved("PNG", "RGB", compress_level=1, exif=ROTATED),
    "PNG RGBA, to be turned": saved("PNG", "RGBA", compress_level=1, exif=ROTATED),
    "PNG L, one pixel wide": saved("PNG", "L", NARROW, compress_level=1),
    "PNG P, one pixel wide": saved("PNG", "P", NARROW, compress_level=1),
    "PNG RGBA, one pixel wide": saved("PNG", "RGBA", NARROW, compress_level=1),
    **{f"JPEG {mode}": saved("JPEG", mode) for mode in ("L", "RGB", "CMYK")},
    **{f"JPEG {mode}, progressive": saved("JPEG", mode, progressive=True) for mode in ("L", "RGB", "CMYK")},
    "JPEG RGB, progressive, 4:4:4": saved("JPEG", "RGB", progressive=True, subsampling=0, quality=95),
    "JPEG RGB, to be turned": saved("JPEG", "RGB", exif=ROTATED),
    "JPEG CMYK, to be turned": saved("JPEG", "CMYK", exif=ROTATED),
    "WEBP RGB": saved("WEBP", "RGB", method=0),
    "WEBP RGBA": saved("WEBP", "RGBA", method=0),
    "WEBP RGB, lossless": saved("WEBP", "RGB", lossless=True, method=0, quality=0),
    "WEBP RGBA, lossless": saved("WEBP", "RGBA", lossless=True, method=0, quality=0),
    "AVIF RGB": saved("AVIF", "RGB", speed=10),
    "AVIF RGBA": saved("AVIF", "RGBA", speed=10),
    "AVIF RGB, 4:4:4": saved("AVIF", "RGB", speed=10, subsampling="4:4:4"),
    "GIF P": saved("GIF", "P"),
    "GIF P, a transparent color": saved("GIF", "P", transparency=3),
    **{f"BMP {mode}": saved("BMP", mode) for mode in ("1", "L", "P", "RGB", "RGBA")},
    **{f"TIFF {mode}": saved("TIFF", mode) for mode in ("1", "L", "P", "RGB", "RGBA", "CMYK", "I;16")},
    "TIFF RGB, packed": saved("TIFF", "RGB", compression="tiff_lzw"),
    "TIFF RGBA, packed": saved("TIFF", "RGBA", compression="tiff_adobe_deflate"),
    **{f"JPEG2000 {mode}": saved("JPEG2000", mode) for mode in ("L", "LA", "RGB", "RGBA")},
}
"""A file of each format and mode, by names that begin with the format's."""

FITS: dict[str, Callable[..., object]] = {
    "scaled": lambda picture: fit_picture(picture, 1, 28, 28, resize=True),
    "stretched": lambda picture: stretched(picture, 3, 256),
}
"""What models of one size do to a picture: what those of any size do takes less."""


def measure(name: str, fit: str) -> tuple[int, int]:
    """Bytes that reading a file took at the most, and what ``peak_bytes`` says: each in children of this process."""
    with tempfile.NamedTemporaryFile() as file:
        path = Path(file.name)
        _in_child(lambda: path.write_bytes(FILES[name]()))
        result = path.with_suffix(".result")
        _in_child(lambda: result.write_text(json.dumps(_measured(path.read_bytes(), fit))))
        took, estimate = json.loads(result.read_text())
        result.unlink()
        return took, estimate


def _measured(data: bytes, fit: str) -> tuple[int, int]:
    before = _memory("VmRSS")
    with open_image(data, FORMATS, 1 << 40) as opened:
        estimate = peak_bytes(opened) + len(data)
        shown = FITS[fit](read_picture(opened))
    assert shown
    return _memory("VmHWM") - before, estimate


def _memory(field: str) -> int:
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.partition(f"\n{field}:")[2].split()[0])


def _in_child(call: Callable[[], object]) -> None:
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            call()
            code = 0
        finally:
            os._exit(code)
    if os.waitpid(pid, 0)[1]:
        raise RuntimeError("a child failed")


def main() -> None:
    keep_heap_small()
    for name in FILES:
        if name.split()[0] not in FORMATS or not any(each in name for each in sys.argv[1:] or [""]):
            continue
        for fit in FITS:
            took, estimate = measure(name, fit)
            print(json.dumps({"file": name, "fit": fit, "took": took, "estimate": estimate}), flush=True)


if __name__ == "__main__":
    main()
