"""The servers that are compared: how each is started, what it is sent, and where its score stands."""

import base64
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PEERS = Path(__file__).parent / "peers"
ENVIRONMENTS = Path(".bench").absolute()
V2_BASE64 = {"datatype": "BYTES", "parameters": {"content_type": "base64"}}


def _raw(file: bytes) -> bytes:
    return file


def _json(shape: Callable[[str], object]) -> Callable[[bytes], bytes]:
    return lambda file: json.dumps(shape(base64.b64encode(file).decode())).encode()


@dataclass(frozen=True)
class Contender:
    """``command`` and ``environment`` may name {port}, {port2}, {port3}, {models}, {model}, {cores} and {batch}.

    ``says`` are its settings, for the reader. ``body`` makes a request's body from an image file: of ``media_type``, or
    of the image's own type where that is None. ``score`` finds the score in the JSON answer.
    """

    name: str
    says: str
    command: tuple[str, ...]
    path: str
    environment: Mapping[str, str] = field(default_factory=dict)
    body: Callable[[bytes], bytes] = _raw
    media_type: str | None = None
    score: Callable[[Any], float] = lambda answer: float(answer["score"])

    @property
    def installed(self) -> bool:
        return Path(self.command[0]).exists()


def environment_of(peer: str) -> Path:
    """Where the virtual environment of a peer is, or would be."""
    return ENVIRONMENTS / peer.lower()


def _program(peer: str, program: str) -> str:
    return str(environment_of(peer) / "bin" / program)


def _server(peer: str) -> str:
    return str(PEERS / peer.lower() / "server.py")


HOURGLASS = Contender(
    "Hourglass",
    "its defaults, except for the largest batch and the deadline",
    (sys.executable, "-m", "service"),
    "/anomaly-score",
    {
        "HOURGLASS_PORT": "{port}",
        "HOURGLASS_MODELS": "{models}",
        "HOURGLASS_MAX_BATCH": "{batch}",
        "HOURGLASS_DEADLINE_SECONDS": "60",
        "HOURGLASS_LEAVE_SECONDS": "0",
    },
    score=lambda answer: float(answer["results"][0]["score"]),
)

PEERS_COMPARED = (
    Contender(
        "mosec",
        "a process for each core; it waits 1 ms for a batch, the least it takes; the image as it is",
        (_program("mosec", "python"), _server("mosec"), "--address=127.0.0.1", "--port={port}", "--timeout=60000"),
        "/inference",
    ),
    Contender(
        "LitServe",
        "a worker for each core; it waits 1 ms for a batch, as its loop spins without; base64 in JSON",
        (_program("litserve", "python"), _server("litserve")),
        "/predict",
        body=_json(lambda image: {"image_data": image}),
        media_type="application/json",
    ),
    Contender(
        "BentoML",
        "a worker for each core; adaptive batching; no access log; base64 in JSON",
        (_program("bentoml", "bentoml"), "serve", "server:Score", "--working-dir", str(PEERS / "bentoml")),
        "/score",
        {"BENTOML_HOST": "127.0.0.1", "BENTOML_PORT": "{port}", "BENTOML_DO_NOT_TRACK": "True"},
        body=_json(lambda image: {"images": [image]}),
        media_type="application/json",
        score=lambda answer: float(answer[0]),
    ),
    Contender(
        "MLServer",
        "no parallel workers, which make it slower; it waits 1 ms for a batch; base64 in its V2 protocol",
        (_program("mlserver", "mlserver"), "start", str(PEERS / "mlserver")),
        "/v2/models/score/infer",
        {
            "MLSERVER_HTTP_PORT": "{port}",
            "MLSERVER_GRPC_PORT": "{port2}",
            "MLSERVER_METRICS_PORT": "{port3}",
        },
        body=_json(lambda image: {"inputs": [{"name": "image", "shape": [1, 1], **V2_BASE64, "data": [image]}]}),
        media_type="application/json",
        score=lambda answer: float(answer["outputs"][0]["data"][0]),
    ),
)
