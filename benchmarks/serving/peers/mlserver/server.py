"""MLServer: its V2 protocol with the image in base64, batched adaptively in the one process."""

import os
from pathlib import Path

import numpy as np
from mlserver import MLModel
from mlserver.codecs import Base64Codec, NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse

from benchmarks.serving.scoring import Scorer


class Score(MLModel):
    async def load(self) -> bool:
        self.scorer = Scorer(Path(os.environ["MODEL"]))
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        images = self.decode(payload.inputs[0], default_codec=Base64Codec)
        scores = self.scorer.score([self.scorer.decode(image) for image in images])
        output = NumpyCodec.encode_output("score", np.array(scores)[:, None])
        return InferenceResponse(model_name=self.name, outputs=[output])
