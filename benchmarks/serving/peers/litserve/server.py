"""LitServe: JSON with the image in base64, as its guides send images; a worker process for each core."""

import base64
import os
from pathlib import Path

import numpy as np
from litserve import LitAPI, LitServer
from numpy.typing import NDArray

from benchmarks.serving.scoring import Scorer


class Score(LitAPI):
    def setup(self, device: str) -> None:
        self.scorer = Scorer(Path(os.environ["MODEL"]))

    def decode_request(self, request: dict[str, str]) -> NDArray[np.uint8]:
        return self.scorer.decode(base64.b64decode(request["image_data"]))

    def batch(self, inputs: list[NDArray[np.uint8]]) -> list[NDArray[np.uint8]]:
        return inputs

    def predict(self, x: list[NDArray[np.uint8]]) -> list[float]:
        return self.scorer.score(x)

    def unbatch(self, output: list[float]) -> list[float]:
        return output

    def encode_response(self, output: float) -> dict[str, float]:
        return {"score": output}


if __name__ == "__main__":
    api = Score(max_batch_size=int(os.environ["BATCH"]), batch_timeout=0.001)
    server = LitServer(api, accelerator="cpu", workers_per_device=int(os.environ["CORES"]))
    server.run("127.0.0.1", int(os.environ["PORT"]), num_api_servers=1, log_level="error", generate_client_file=False)
