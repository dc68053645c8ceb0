"""The servers that are compared: what each is started with, sent, and answers."""

import base64
import json
import string
import sys

import pytest

from benchmarks.serving.contender import HOURGLASS, PEERS, PEERS_COMPARED, Contender, environment_of

ALL = (HOURGLASS, *PEERS_COMPARED)
PLACEHOLDERS = {"port", "port2", "port3", "models", "model", "cores", "batch"}
FILE = b"\x89PNG, or so"
ANSWERS: dict[str, object] = {
    "Hourglass": {"results": [{"score": 0.25}]},
    "mosec": {"score": 0.25},
    "LitServe": {"score": 0.25},
    "BentoML": [0.25],
    "MLServer": {"outputs": [{"data": [0.25]}]},
}


def strings(value: object) -> list[str]:
    """All strings in parsed JSON, but for the keys."""
    if isinstance(value, dict):
        return [each for one in value.values() for each in strings(one)]
    if isinstance(value, list):
        return [each for one in value for each in strings(one)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("contender", ALL, ids=lambda each: each.name)
def test_command_names_only_what_is_filled_in(contender: Contender) -> None:
    texts = (*contender.command, *contender.environment.values())
    named = {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    assert named <= PLACEHOLDERS


@pytest.mark.parametrize("contender", ALL, ids=lambda each: each.name)
def test_body_carries_the_image(contender: Contender) -> None:
    body = contender.body(FILE)
    if contender.media_type is None:
        assert body == FILE
    else:
        assert contender.media_type == "application/json"
        assert base64.b64encode(FILE).decode() in strings(json.loads(body))


@pytest.mark.parametrize("contender", ALL, ids=lambda each: each.name)
def test_score_is_found_in_the_answer(contender: Contender) -> None:
    assert contender.score(ANSWERS[contender.name]) == 0.25


@pytest.mark.parametrize("peer", PEERS_COMPARED, ids=lambda each: each.name)
def test_each_peer_has_its_requirements_pinned(peer: Contender) -> None:
    lines = (PEERS / peer.name.lower() / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pinned = [line for line in lines if line and not line.startswith(("#", "--"))]
    assert pinned
    assert all("==" in line for line in pinned)


def test_contender_is_installed_where_its_program_is() -> None:
    assert HOURGLASS.command[0] == sys.executable
    assert HOURGLASS.installed
    assert not Contender("missing", "", (str(environment_of("missing") / "bin" / "python"),), "/").installed
