"""A bad image fails alone: those that arrive with it are answered as if it were not there."""

import asyncio
import json

import httpx
import pytest

from tests.conftest import Labelled, Process, to_file
from tests.load.traffic.wire import Answer, exchange, request

ROUNDS, GOOD = 20, 15


def damage(file: bytes) -> bytes:
    """A PNG that ends in the middle of its pixels."""
    return file[: len(file) // 2]


def test_corrupt_image_harms_no_request_beside_it(process: Process, fashion: Labelled) -> None:
    async def send(files: list[bytes]) -> list[Answer]:
        return await asyncio.gather(
            *(exchange(process.port, request("POST", "/anomaly-score", file)) for file in files)
        )

    def score(answer: Answer) -> float:
        assert answer.status == 200
        return float(json.loads(answer.body)["results"][0]["score"])

    images = [to_file(image) for image in fashion.images[: ROUNDS * GOOD]]
    alone = [score(asyncio.run(send([image]))[0]) for image in images[:GOOD]]
    for turn in range(ROUNDS):
        together = images[turn * GOOD : (turn + 1) * GOOD]
        place = turn % (GOOD + 1)
        answers = asyncio.run(send([*together[:place], damage(together[0]), *together[place:]]))
        assert answers.pop(place).status == 422
        scores = [score(answer) for answer in answers]
        if turn == 0:
            assert scores == pytest.approx(alone, rel=1e-4)


def test_corrupt_image_harms_no_part_beside_it(process: Process, fashion: Labelled) -> None:
    images = [to_file(image) for image in fashion.images[:GOOD]]
    parts = [("file", (f"{number}.png", image)) for number, image in enumerate([*images, damage(images[0])])]
    with httpx.Client(base_url=process.url) as client:
        results = client.post("/anomaly-score", files=parts).raise_for_status().json()["results"]
    assert [result.get("status", 200) for result in results] == [200] * GOOD + [422]
