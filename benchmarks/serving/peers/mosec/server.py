"""mosec: one stage, a process for each core."""

import os
from pathlib import Path

import numpy as np
from mosec import Server, Worker
from numpy.typing import NDArray

from benchmarks.serving.scoring import Scorer


class Score(Worker):
    def __init__(self) -> None:
        super().__init__()
        self.scorer = Scorer(Path(os.environ["MODEL"]))

    def deserialize(self, data: bytes) -> NDArray[np.uint8]:
        return self.scorer.decode(data)

    def forward(self, data: list[NDArray[np.uint8]]) -> list[dict[str, float]]:
        return [{"score": score} for score in self.scorer.score(data)]


if __name__ == "__main__":
    server = Server()
    server.append_worker(Score, num=int(os.environ["CORES"]), max_batch_size=int(os.environ["BATCH"]), max_wait_time=1)
    server.run()
