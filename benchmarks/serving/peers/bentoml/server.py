"""BentoML: a batchable call that takes images in base64; a worker process for each core."""

import base64
import os
from pathlib import Path

import bentoml

from benchmarks.serving.scoring import Scorer


@bentoml.service(workers=int(os.environ["CORES"]), logging={"access": {"enabled": False}})
class Score:
    def __init__(self) -> None:
        self.scorer = Scorer(Path(os.environ["MODEL"]))

    @bentoml.api(batchable=True, max_batch_size=int(os.environ["BATCH"]))
    async def score(self, images: list[str]) -> list[float]:
        return self.scorer.score([self.scorer.decode(base64.b64decode(image)) for image in images])
