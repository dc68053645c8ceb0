"""Boxes of ISO files, as far as they tell what the pixels are."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hourglass.imaging.files.boxes import Properties, boxes, heif_properties, jp2_properties
from tests.conftest import to_file
from tests.hourglass.imaging.samples import COLOURS, PICTURES, SRGB

HDR = (PICTURES / "colors_hdr_rec2020.avif").read_bytes()


def box(kind: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4) + kind + content


def test_boxes_follow_each_other() -> None:
    data = box(b"aaaa", b"1") + (1).to_bytes(4) + b"bbbb" + (18).to_bytes(8) + b"23" + bytes(4) + b"cccc" + b"456"
    assert [(kind, bytes(content)) for kind, content in boxes(data)] == [
        (b"aaaa", b"1"),
        (b"bbbb", b"23"),
        (b"cccc", b"456"),
    ]


@pytest.mark.parametrize("data", [b"", b"\0\0\0", box(b"aaaa", b"")[:-1], b"\0\0\0\1aaaa", b"\0\0\0\3aaaa"])
def test_boxes_that_make_no_sense_are_none(data: bytes) -> None:
    assert list(boxes(data)) == []


def test_hdr_says_what_it_is() -> None:
    assert heif_properties(HDR) == Properties((9, 16), None, 10)


def test_usual_avif_is_srgb() -> None:
    assert heif_properties(to_file(COLOURS, "AVIF")) == Properties((1, 13), None, 8)


def test_profile_of_an_avif_is_that_of_its_main_image() -> None:
    assert heif_properties(to_file(COLOURS, "AVIF", icc_profile=SRGB)).icc == SRGB


def test_profile_of_a_jp2_is_found() -> None:
    plain = to_file(COLOURS, "JPEG2000")
    assert jp2_properties(plain) == Properties()
    colr = box(b"colr", b"\1\0\0" + (16).to_bytes(4))
    head = plain[: plain.index(colr)]
    at = head.rindex(b"jp2h") - 4
    profile = box(b"colr", b"\2\0\0" + SRGB)
    size = int.from_bytes(plain[at : at + 4]) + len(profile) - len(colr)
    file = plain.replace(colr, profile)
    file = file[:at] + size.to_bytes(4) + file[at + 4 :]
    assert jp2_properties(file).icc == SRGB


@given(st.data())
def test_any_bytes_tell_something_or_nothing(data: st.DataObject) -> None:
    changed = bytearray(HDR[:1000])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(changed) - 1))
        changed[at : at + 4] = data.draw(st.binary(max_size=6))
    found = heif_properties(bytes(changed))
    assert 0 <= found.bits <= 255
    assert io.BytesIO(found.icc or b"").read() == (found.icc or b"")
