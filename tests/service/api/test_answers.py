"""Content negotiation: the best of what is offered, by the caller's own weights."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import numpy as np
import pytest
from fastapi import Request, Response
from hypothesis import given
from hypothesis import strategies as st

from hourglass.errors import NotAcceptable
from hourglass.imaging import MediaType, Picture
from service.api.answers import BITSTREAM, JSON, PICTURES, negotiate, picture, told
from service.metrics import Metrics
from service.scheduling.files import Files
from service.scheduling.ledger import Ledger
from tests.conftest import from_file


async def answered(shown: Picture, kind: MediaType, model: str | None = None, dropped: Sequence[str] = ()) -> Response:
    files, ledger = Files(1), Ledger(1 << 30, Metrics())
    with ledger.order(""), ledger.hold(0) as hold:
        answer = await picture(shown, kind, "photo", model, dropped, files=files, hold=hold)
    files.close()
    return answer


PAGE = "text/html,application/xhtml+xml,application/xml;q=0.9"
FILE, SCORES = (BITSTREAM, JSON), (JSON, "image/png")
"""What /encode and /anomaly-score offer; /decode offers PICTURES."""

DEFAULTS, JPEG, WEBP, MAP = (
    (BITSTREAM, "image/png", JSON),
    (BITSTREAM, "image/jpeg", JSON),
    (BITSTREAM, "image/webp", JSON),
    (BITSTREAM, "image/png", "image/png"),
)
CALLERS = {
    "Java HttpClient, Go, .NET": ("", DEFAULTS),
    "curl, requests, httpx, fetch()": ("*/*", DEFAULTS),
    "axios": ("application/json, text/plain, */*", DEFAULTS),
    "Java HttpURLConnection": ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", JPEG),
    "Chrome, page": (
        f"{PAGE},image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
        WEBP,
    ),
    "Firefox, page": (f"{PAGE},image/avif,image/webp,*/*;q=0.8", WEBP),
    "Safari, page": (f"{PAGE},*/*;q=0.8", DEFAULTS),
    "Chrome, <img>": ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", MAP),
    "Firefox, <img>": ("image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", MAP),
    "Safari, <img>": (
        "image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,image/svg+xml,"
        "image/*;q=0.8,*/*;q=0.5",
        MAP,
    ),
}
"""What each sends unless it is told to send another, and what it gets of FILE, PICTURES and SCORES."""


def accepting(*values: str) -> Request:
    headers = [(b"accept", value.encode("latin-1")) for value in values]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": headers})


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "image/png"),
        ("*/*", "image/png"),
        ("*", "image/png"),
        ("image/*", "image/png"),
        ("image/webp", "image/webp"),
        ("IMAGE/WebP", "image/webp"),
        ("image/webp, image/jpeg", "image/webp"),
        ("image/png;q=0.5, image/jpeg;q=0.8", "image/jpeg"),
        ("image/png; q=0.5 , image/webp ; q=0.4", "image/png"),
        ("image/*;q=0.1, image/jpeg;q=0.9", "image/jpeg"),
        ("image/png;q=0, */*", "image/webp"),
        ("*/*;q=0.1, image/png;q=0", "image/webp"),
        ("text/html, application/xhtml+xml, image/webp, */*;q=0.8", "image/webp"),
        ("image/avif;q=1, image/jpeg;q=0.1", "image/avif"),
        ("image/jxl;q=1, image/jpeg;q=0.1", "image/jpeg"),
    ],
)
def test_best_offer_is_chosen(accept: str, chosen: str) -> None:
    assert negotiate(accepting(accept), PICTURES) == chosen


@pytest.mark.parametrize(("accept", "gets"), CALLERS.values(), ids=CALLERS)
def test_callers_get_the_default_unless_they_like_another_better(accept: str, gets: tuple[str, str, str]) -> None:
    asked = accepting(accept) if accept else accepting()
    assert tuple(negotiate(asked, offered) for offered in (FILE, PICTURES, SCORES)) == gets


def test_several_headers_are_one_list() -> None:
    assert negotiate(accepting("image/png;q=0.1", "image/jpeg"), PICTURES) == "image/jpeg"


def test_no_header_takes_anything() -> None:
    assert negotiate(accepting(), (JSON, "image/png")) == JSON


@pytest.mark.parametrize(
    "accept", ["text/html", "image/png;q=0", "*/*;q=0", "nonsense", "image", "a/b/c", "image/*;q=0"]
)
def test_offer_that_suits_nobody_is_refused_with_what_there_is(accept: str) -> None:
    with pytest.raises(NotAcceptable, match="image/png, image/webp, image/jpeg"):
        negotiate(accepting(accept), PICTURES)


@given(
    st.text(st.characters(max_codepoint=255))
    | st.from_regex(
        r"[a-z*]*/[a-z*]*(;q=[0-9.\-a-z]*)?(,.*)?", fullmatch=True, alphabet=st.characters(max_codepoint=255)
    )
)
def test_any_header_is_met_or_refused(accept: str) -> None:
    with suppress(NotAcceptable):
        assert negotiate(accepting(accept), PICTURES) in PICTURES


def test_picture_says_that_it_depends_on_accept() -> None:
    shown = Picture(np.zeros((2, 2, 1), np.uint8))
    answer = asyncio.run(answered(shown, "image/webp", "some-model", ["alpha", "size"]))
    assert answer.media_type == "image/webp"
    assert answer.headers["Vary"] == "Accept"
    assert answer.headers["Content-Disposition"] == 'inline; filename="photo.webp"'
    assert answer.headers["Hourglass-Model"] == "some-model"
    assert answer.headers["Hourglass-Dropped"] == "alpha, size"


def test_picture_says_what_its_format_cannot_hold() -> None:
    shown = Picture(np.zeros((2, 2, 3), np.uint8), np.zeros((2, 2), np.uint8))
    dropped = [asyncio.run(answered(shown, kind)).headers.get("Hourglass-Dropped") for kind in PICTURES]
    assert dropped == [None, None, "alpha", None]


def test_large_picture_is_written_as_a_small_one() -> None:
    shown = Picture(np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8))
    answer = asyncio.run(answered(shown, "image/png"))
    assert np.array_equal(from_file(bytes(answer.body)), shown.pixels)


def test_nothing_lost_is_nothing_told() -> None:
    assert told("some-model", []) == {"Hourglass-Model": "some-model"}
    assert told(None, []) == {}
