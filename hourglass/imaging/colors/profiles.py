"""ICC profiles made of primaries and a transfer function (ICC.1:2022, three-component matrix-based)."""

import struct
from functools import lru_cache

import numpy as np

from hourglass.imaging.colors.coding import DISPLAY_P3, Coding, to_xyz, white_point

_D50 = np.array([0.9642, 1.0, 0.8249])
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
"""g, a, b, c, d of (a x + b)^g from d on, c x below (IEC 61966-2-1)."""


@lru_cache(maxsize=16)
def profile_of(coding: Coding, name: str = "RGB") -> bytes:
    """The profile of a coding that is not HDR, version 4.4."""
    red, green, blue = (_xyz(column) for column in _adapted(coding).T)
    curve = _curve(coding)
    tags = {
        b"desc": _text(name),
        b"cprt": _text("No copyright"),
        b"wtpt": _xyz(_D50),
        b"rXYZ": red,
        b"gXYZ": green,
        b"bXYZ": blue,
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    table, body, at = b"", b"", 132 + 12 * len(tags)
    places: dict[bytes, int] = {}
    for tag, content in tags.items():
        if content not in places:
            places[content] = at + len(body)
            body += content + bytes(-len(content) % 4)
        table += struct.pack(">4sII", tag, places[content], len(content))
    rest = struct.pack(">I", len(tags)) + table + body
    return _header(128 + len(rest)) + rest


def display_p3() -> bytes:
    """The profile of Display P3."""
    return profile_of(Coding(DISPLAY_P3), "Display P3")


def _adapted(coding: Coding) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    """The matrix from linear RGB to XYZ as it looks under D50: white is moved there by the Bradford transform."""
    gains = (_BRADFORD @ _D50) / (_BRADFORD @ white_point(coding.primaries))
    return np.asarray(np.linalg.inv(_BRADFORD) @ np.diag(gains) @ _BRADFORD @ to_xyz(coding.primaries))


def _header(size: int) -> bytes:
    date = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    start = struct.pack(">I4sI4s4s4s12s4s", size, bytes(4), 0x04400000, b"mntr", b"RGB ", b"XYZ ", date, b"acsp")
    return (start + bytes(28) + _fixed(*_D50)).ljust(128, b"\0")


def _fixed(*numbers: float) -> bytes:
    return struct.pack(f">{len(numbers)}i", *(round(65536 * number) for number in numbers))


def _xyz(values: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(*values.tolist())


def _curve(coding: Coding) -> bytes:
    if coding.transfer == "sRGB":
        return b"para\0\0\0\0\0\3\0\0" + _fixed(*_SRGB_CURVE)
    return b"para\0\0\0\0\0\0\0\0" + _fixed(float(coding.transfer))


def _text(text: str) -> bytes:
    packed = text.encode("utf-16-be")
    return b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(packed), 28) + packed
