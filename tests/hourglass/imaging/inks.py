"""A profile of inks, made for tests: a press whose paper is yellowish and whose inks are not pure."""

import struct

import numpy as np


def ink_profile() -> bytes:
    """CMYK → Lab by a table of 3⁴ colors (lut16Type, ICC.1:2001)."""
    levels = np.linspace(0, 1, 3)
    cyan, magenta, yellow, black = np.meshgrid(levels, levels, levels, levels, indexing="ij")
    light = 0.95 * (1 - 0.55 * cyan) * (1 - 0.6 * magenta) * (1 - 0.1 * yellow) * (1 - 0.95 * black)
    a = (-30 * cyan + 60 * magenta - 5 * yellow) * (1 - black)
    b = (-40 * cyan - 5 * magenta + 80 * yellow + 8) * (1 - black)
    lab = np.stack([light * 65280, (a + 128) * 256, (b + 128) * 256], axis=-1)
    table = lab.clip(0, 65535).astype(">u2").tobytes()
    matrix = struct.pack(">9i", *(65536 * (at % 4 == 0) for at in range(9)))
    line = struct.pack(">2H", 0, 65535)
    lut = b"mft2\0\0\0\0\4\3\3\0" + matrix + struct.pack(">2H", 2, 2) + line * 4 + table + line * 3
    text = b"text\0\0\0\0inks\0"
    desc = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"inks\0" + bytes(78)
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    tags = {b"desc": desc, b"cprt": text, b"wtpt": white, b"A2B0": lut}
    at, index, body = 132 + 12 * len(tags), b"", b""
    for name, content in tags.items():
        index += struct.pack(">4sII", name, at + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    rest = struct.pack(">I", len(tags)) + index + body
    head = struct.pack(
        ">I4sI4s4s4s12s4s", 128 + len(rest), bytes(4), 0x02400000, b"prtr", b"CMYK", b"Lab ", bytes(12), b"acsp"
    )
    return (head + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)).ljust(128, b"\0") + rest
