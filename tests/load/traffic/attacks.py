"""Malformed requests: wrong in the image, the form, the numbers, the HTTP, or the manners of the sender."""

import json
from collections.abc import Callable
from random import Random

from tests.load.traffic.pictures import animated, blank, claiming, picture
from tests.load.traffic.wellformed import BOUNDARY, OK, Attempt, Traffic, form
from tests.load.traffic.wire import request

Attack = Callable[[Traffic, Random], Attempt]

CLOSED = 0
DAMAGED = OK | {413, 415, 422}
"""A damaged file may still be a valid one."""


def attempt(traffic: Traffic, random: Random) -> Attempt:
    """Any malformed request."""
    attack = random.choice(ATTACKS)
    return attack(traffic, random)


def _bad_image(traffic: Traffic, random: Random) -> Attempt:
    file = picture(random)
    cut = random.randrange(1, len(file))
    flipped = bytearray(file)
    for _ in range(random.randint(1, 8)):
        flipped[random.randrange(len(file))] ^= 1 << random.randrange(8)
    name, bad, allowed = random.choice(
        (
            ("truncated", file[:cut], DAMAGED),
            ("flipped bits", bytes(flipped), DAMAGED),
            ("noise", b"\0" + random.randbytes(1000), {415}),
            ("empty", b"", {422}),
            ("bitstream for an image", random.choice(traffic.bitstreams), {415}),
            ("animated", animated(random), {422}),
            ("claims to be large", claiming(60000), {413}),
            ("decompression bomb", blank(30000), {413}),
        )
    )
    return Attempt(name, (request("POST", traffic.target(random), bad),), frozenset(allowed))


def _wrong_type(traffic: Traffic, random: Random) -> Attempt:
    kind = random.choice(("text/plain", "application/json", "video/mp4", "multipart/mixed", ";;;", "\xff"))
    head = {"Content_Type": kind}
    return Attempt("wrong type", (request("POST", traffic.target(random), picture(random), **head),), frozenset({415}))


def _bad_form(traffic: Traffic, random: Random) -> Attempt:
    whole = form([picture(random)])
    kind, body, allowed = random.choice(
        (
            ("multipart/form-data", whole, {422}),
            ("multipart/form-data; boundary=another", whole, {422}),
            ("multipart/form-data; boundary=\xff", whole, {422}),
            (f"multipart/form-data; boundary={BOUNDARY}", whole[: random.randrange(len(whole))], DAMAGED),
            (f"multipart/form-data; boundary={BOUNDARY}", form([b"x"] * 65), {413}),
            (f"multipart/form-data; boundary={BOUNDARY}", whole.replace(b'"file"', b'"flie"'), {422}),
            (f"multipart/form-data; boundary={BOUNDARY}", whole.replace(b"Content", b"Con\0ent"), {422}),
            (f"multipart/form-data; boundary={BOUNDARY}", whole.replace(b'; filename="x"', b""), {422}),
            (f"multipart/form-data; boundary={BOUNDARY}", form([picture(random)], note="x"), {422}),
            (f"multipart/form-data; boundary={BOUNDARY}", form([picture(random)], quality="101"), {422}),
            (f"multipart/form-data; boundary={BOUNDARY}", random.randbytes(1000), {422}),
        )
    )
    return Attempt("bad form", (request("POST", "/encode?resize=true", body, Content_Type=kind),), frozenset(allowed))


def _bad_json(traffic: Traffic, random: Random) -> Attempt:
    body = random.choice(
        (
            b"[" * 100_000,
            b'{"z":' * 50_000,
            json.dumps({"z": [[0.5] * 1000] * 256}).encode(),
            b'{"z": [[' + b"9" * 5000 + b"]]}",
            b'{"z": [[NaN, 1e999, -Infinity]]}',
            b'{"z": [["a"]], "steps": 10000}',
            b'{"z": "\xff\xfe"}',
            b'{"z": "\\ud800"}',
            b"",
            random.randbytes(100),
        )
    )
    kind = random.choice(("application/json", "text/plain"))
    return Attempt("bad JSON", (request("POST", "/sample", body, Content_Type=kind),), frozenset({413, 422}))


def _bad_bitstream(traffic: Traffic, random: Random) -> Attempt:
    whole = random.choice(traffic.bitstreams)
    flipped = bytearray(whole)
    flipped[random.randrange(len(whole))] ^= 1 << random.randrange(8)
    body = random.choice((whole[: random.randrange(len(whole))], bytes(flipped), whole + b"x", random.randbytes(50)))
    return Attempt("bad bitstream", (request("POST", "/decode", body),), frozenset({400, 404, 413}))


def _bad_parameter(traffic: Traffic, random: Random) -> Attempt:
    targets = (
        *("POST /encode?quality=" + value for value in ("0", "101", "1e9", "NaN", "%ff%fe", "", "%D9%A1%00")),
        *("POST /encode?model=" + value for value in ("nothing", "%00", "..%2F..", "x" * 65, "%ff")),
        *("GET /sample?count=" + value for value in ("0", "257", "-1", "9" * 5000)),
        *("GET /sample?temperature=" + value for value in ("nan", "inf", "-1", "1e400")),
        "GET /sample?seed=-1",
        "GET /sample?model=mnist-sparse&model=%00",
        "POST /encode?qualty=1",
        "POST /encode?quality=1&quality=2",
        "POST /encode/",
        "HEAD /encode",
        "GET /models/%2e%2e%2fmanifest.json",
        "GET /models/" + "x" * 5000,
        "GET /nowhere?" + "x" * 50_000,
        "DELETE /models",
        "BREW /encode",
        "GET /encode",
    )
    method, target = random.choice(targets).split(" ")
    return Attempt("bad parameter", (request(method, target, picture(random)),), frozenset({400, 404, 405, 414, 422}))


def _bad_header(traffic: Traffic, random: Random) -> Attempt:
    name, value, allowed = random.choice(
        (
            ("Accept", "video/mp4", {406}),
            ("Accept", ";;q=\xff", {406}),
            ("Hourglass-Deadline", "soon", {422}),
            ("Hourglass-Deadline", "-1", {422}),
            ("Hourglass-Deadline", "nan", {422}),
            ("Hourglass-Deadline", "0.0001", OK | {504}),
            ("Authorization", "Bearer \xff", OK),
            ("X-Request-ID", "x" * 5000, OK),
            ("Traceparent", "00-" + "0" * 32 + "-1-1", OK),
            ("Upgrade", "h2c", OK),
            ("Cookie", "x" * 60_000, OK | {400, 431, CLOSED}),
        )
    )
    whole = request("POST", "/encode?resize=true", picture(random), **{name: value})
    return Attempt("bad header", (whole,), frozenset(allowed))


def _bad_http(traffic: Traffic, random: Random) -> Attempt:
    post = b"POST /encode HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    sent = random.choice(
        (
            random.randbytes(500),
            b"\r\n\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"GET /healthz HTTP/9.9\r\n\r\n",
            b"GET healthz HTTP/1.1\r\n\r\n",
            b"GET /\xff\xfe HTTP/1.1\r\n\r\n",
            b"OPTIONS * HTTP/1.1\r\nConnection: close\r\n\r\n",
            b"CONNECT x:1 HTTP/1.1\r\n\r\n",
            b"GET //[::1 HTTP/1.1\r\nConnection: close\r\n\r\n",
            b"GET /healthz HTTP/1.1\r\nNo colon\r\n\r\n",
            b"GET /healthz HTTP/1.1\r\nNul: \0\r\n\r\n",
            b"GET /healthz HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n\r\n",
            post + b"Content-Length: -1\r\n\r\n",
            post + b"Content-Length: many\r\n\r\n",
            post + b"Content-Length: 1180591620717411303424\r\n\r\n",
            post + b"Content-Length: 1000000000000\r\n\r\n",
            post + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nxxxxxx",
            post + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            post + b"Transfer-Encoding: chunked\r\n\r\nnot a size\r\n",
            post + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
            post + b"Transfer-Encoding: gzip\r\n\r\nxxxx",
        )
    )
    refused = frozenset({CLOSED, 400, 403, 404, 405, 408, 411, 413, 415, 422, 501, 505})
    return Attempt("bad HTTP", (sent,), refused | {200} if b" /healthz " in sent else refused)


def _lying_length(traffic: Traffic, random: Random) -> Attempt:
    (whole,) = traffic.image(random).pieces
    head, _, body = whole.partition(b"\r\n\r\n")
    told = f"Content-Length: {len(body)}".encode()
    length, allowed = random.choice(
        (
            (random.randrange(len(body)), DAMAGED | {400}),
            (len(body) + random.randint(1, 1000), {408}),
            (40 << 20, {413, CLOSED}),
        )
    )
    sent = head.replace(told, f"Content-Length: {length}".encode()) + b"\r\n\r\n" + body
    return Attempt("lying length", (sent,), frozenset(allowed))


def _too_long(traffic: Traffic, random: Random) -> Attempt:
    head = b"POST /encode HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"100000\r\n" + bytes(1 << 20) + b"\r\n"
    return Attempt("too long", (head, *[chunk] * 34), frozenset({408, 413, CLOSED}))


def _stalls(traffic: Traffic, random: Random) -> Attempt:
    (whole,) = traffic.image(random).pieces
    return Attempt("stalls", (whole[: random.randrange(len(whole))],), frozenset({CLOSED, 408}))


def _hangs_up(traffic: Traffic, random: Random) -> Attempt:
    (whole,) = traffic.image(random).pieces
    sent = whole[: random.choice((len(whole), random.randrange(len(whole))))]
    return Attempt("hangs up", (sent,), frozenset({CLOSED}), leaves=True)


def _dawdles(traffic: Traffic, random: Random) -> Attempt:
    (whole,) = traffic.image(random).pieces
    head, _, body = whole.partition(b"\r\n\r\n")
    size = len(body) // 10 + 1
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return Attempt("dawdles", (head + b"\r\n\r\n", *pieces), frozenset({CLOSED, 408}), pause=0.7)


def _sips(traffic: Traffic, random: Random) -> Attempt:
    asked = random.choice(("/openapi.json", "/metrics", "/sample?count=256"))
    return Attempt("sips", (request("GET", asked),), OK, sip=random.choice((0.01, 0.1)))


def _sulks(traffic: Traffic, random: Random) -> Attempt:
    return Attempt("sulks", (b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 10,), frozenset({CLOSED}), sulks=True)


def _leaves_many(traffic: Traffic, random: Random) -> Attempt:
    sent = b"GET /sample?count=256 HTTP/1.1\r\nHost: x\r\n\r\n" * random.randint(2, 20)
    return Attempt("leaves many", (sent,), frozenset({CLOSED}), leaves=True)


ATTACKS: tuple[Attack, ...] = (
    *(_bad_image,) * 6,
    *(_bad_form, _bad_json, _bad_bitstream, _bad_parameter, _bad_header, _bad_http) * 3,
    *(_lying_length, _hangs_up) * 2,
    *(_wrong_type, _too_long, _stalls, _dawdles, _sips, _sulks, _leaves_many),
)
