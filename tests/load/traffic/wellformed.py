"""Well-formed requests of every endpoint, at random: what a service must answer with 200."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.load.traffic.pictures import blank, picture
from tests.load.traffic.wire import request

OK = frozenset({200, 429})
"""Statuses that answer a well-formed request: 429 while there is too much to do."""

BOUNDARY = "boundary-of-parts"
LARGE_SIDE = 7000
"""Pixels; a square of it is just within the service's limit."""


@dataclass(frozen=True)
class Attempt:
    """``pieces`` are sent with ``pause`` seconds between them. ``allowed`` holds the statuses that are right, 0 for a
    connection that ends without one; if ``leaves``, the caller
    hangs up without waiting for one."""

    name: str
    pieces: tuple[bytes, ...]
    allowed: frozenset[int] = OK
    pause: float = 0
    leaves: bool = False
    sulks: bool = False
    """Whether nothing is read of the answer, and the sender stays until it is cut off."""

    sip: float = 0
    """Seconds between two reads of the answer."""


class Traffic:
    """Requests to the service at ``url``, for its models and with files that it has encoded."""

    def __init__(self, url: str, random: Random) -> None:
        with httpx.Client(base_url=url, timeout=60) as client:
            self._models: list[dict[str, Any]] = client.get("/models").raise_for_status().json()["models"]
            self.bitstreams = [
                client.post("/encode", params={"resize": True, "model": name}, content=picture(random)).content
                for name in self._able("encode")
            ]
        self._kinds: tuple[Callable[[Random], Attempt], ...] = (
            *(self.image,) * 8,
            *(self._form,) * 2,
            *(self._decode,) * 3,
            *(self._draw, self._walk, self._dripped, self._chunked) * 2,
            self._read,
        )

    def attempt(self, random: Random) -> Attempt:
        """Any well-formed request."""
        if random.random() < 0.002:
            return Attempt(
                "large image", (request("POST", "/denoise?resize=true&model=fashion-denoising", blank(LARGE_SIDE)),)
            )
        return random.choice(self._kinds)(random)

    def image(self, random: Random) -> Attempt:
        """One image, as the whole body."""
        return Attempt("image", (request("POST", self.target(random), picture(random), **_accepting(random)),))

    def target(self, random: Random) -> str:
        """An endpoint that takes an image, with parameters."""
        task = random.choice(("encode", "denoise", "anomaly-score"))
        parameters: dict[str, object] = {"resize": "true"}
        if random.random() < 0.7:
            parameters["model"] = random.choice(self._able(task))
        if random.random() < 0.5:
            own = {"encode": ("quality", 1, 100), "denoise": ("strength", 0, 100), "anomaly-score": ("heatmap", 0, 1)}
            name, least, most = own[task]
            parameters[name] = random.randint(least, most)
        return f"/{task}?{urlencode(parameters)}"

    def _able(self, task: str) -> list[str]:
        return [model["name"] for model in self._models if task in model["tasks"]]

    def _form(self, random: Random) -> Attempt:
        files = [picture(random) for _ in range(random.randint(1, 4))]
        head = {"Content_Type": f"multipart/form-data; boundary={BOUNDARY}"}
        return Attempt("form", (request("POST", "/anomaly-score", form(files, resize="true"), **head),))

    def _decode(self, random: Random) -> Attempt:
        return Attempt("decode", (request("POST", "/decode", random.choice(self.bitstreams), **_showing(random)),))

    def _draw(self, random: Random) -> Attempt:
        parameters = {
            "model": random.choice(self._able("sample")),
            "count": random.choice((1, 1, 16, 100)),
            "seed": random.getrandbits(32),
            "temperature": random.uniform(0, 2),
        }
        return Attempt("draw", (request("GET", f"/sample?{urlencode(parameters)}", **_accepting(random)),))

    def _walk(self, random: Random) -> Attempt:
        model = random.choice([each for each in self._models if "sample" in each["tasks"]])

        def latent() -> list[float]:
            return [random.gauss() for _ in range(model["latent_size"])]

        body = {"start": latent(), "end": latent(), "steps": random.randint(2, 32)}
        asked = body if random.random() < 0.5 else {"z": [latent() for _ in range(random.randint(1, 16))]}
        data = json.dumps(asked).encode()
        head = {"Content_Type": "application/json"}
        return Attempt("walk", (request("POST", f"/sample?model={model['name']}", data, **head),))

    def _dripped(self, random: Random) -> Attempt:
        (whole,) = self.image(random).pieces
        size = len(whole) // 5 + 1
        return Attempt("drip", tuple(whole[at : at + size] for at in range(0, len(whole), size)), pause=0.02)

    def _chunked(self, random: Random) -> Attempt:
        file = picture(random)
        size = random.randint(1 + len(file) // 20, len(file))
        chunks = [file[at : at + size] for at in range(0, len(file), size)]
        body = b"".join(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n" for chunk in chunks) + b"0\r\n\r\n"
        head = (
            f"POST {self.target(random)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        return Attempt("chunked", (head.encode() + body,))

    def _read(self, random: Random) -> Attempt:
        model = random.choice(self._models)["name"]
        paths = ("/models", f"/models/{model}", "/healthz", "/readyz", "/metrics", "/docs", "/openapi.json")
        return Attempt("read", (request(random.choice(("GET", "GET", "HEAD")), random.choice(paths)),))


def form(files: list[bytes], **fields: str) -> bytes:
    """A multipart body of ``file`` parts and fields, ended by BOUNDARY."""
    parts = [('file"; filename="x', file) for file in files] + [(name, text.encode()) for name, text in fields.items()]
    head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
    sent = [f'{head}"{name}"\r\n\r\n'.encode() + data + b"\r\n" for name, data in parts]
    return b"".join(sent) + f"--{BOUNDARY}--\r\n".encode()


def _accepting(random: Random) -> dict[str, str]:
    return random.choice(({}, {}, {"Accept": "*/*;q=0.5"}, {"Accept_Encoding": "gzip, br"}))


def _showing(random: Random) -> dict[str, str]:
    return random.choice(({}, {"Accept": "image/webp"}, {"Accept": "image/jpeg"}, {"Accept": "image/*"}))
