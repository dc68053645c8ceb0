"""calls.py URL IMAGES FOLDER: makes every call with the generated Python client, and writes the answers to a folder."""

import io
import json
import sys
from pathlib import Path

from hourglass_api import Client
from hourglass_api.api.compress import decode, encode
from hourglass_api.api.denoise import denoise
from hourglass_api.api.inspect import anomaly_score
from hourglass_api.api.models import list_models
from hourglass_api.api.sample import sample, sample_at
from hourglass_api.models import (
    AnomalyScoreFilesBody,
    Encoded,
    EncodeFilesBody,
    Latents,
    Listing,
    Problem,
    Results,
)
from hourglass_api.types import File

url, images, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
client = Client(base_url=url)
boot, digit = images / "boot.png", images / "digit.png"


def upload(path: Path) -> File:
    return File(io.BytesIO(path.read_bytes()), path.name, "image/png")


def write(name: str, answer: object) -> bytes:
    assert isinstance(answer, File), answer
    data: bytes = answer.payload.read()
    (folder / name).write_bytes(data)
    return data


file = write("boot.hgls", encode.sync(client=client, body=upload(boot), quality=30, hourglass_deadline=60))
form = encode.sync_detailed(client=client, body=EncodeFilesBody(upload(boot)), quality=30)
assert form.content == file
assert form.headers["Content-Disposition"] == 'attachment; filename="boot.hgls"'
write("boot.png", decode.sync(client=client, body=File(io.BytesIO(file))))
write("clean.png", denoise.sync(client=client, body=upload(boot), model="fashion-denoising", strength="auto"))
write("clean-less.png", denoise.sync(client=client, body=upload(boot), model="fashion-denoising", strength=40))
write("samples.png", sample.sync(client=client, count=4, seed=1))
write("walk.png", sample_at.sync(client=client, body=Latents(start=[0.5] * 40, end=[-0.5] * 40, steps=3)))

# The other media type of a call: the client is generated for the first.
told = encode.sync(client=client.with_headers({"Accept": "application/json"}), body=upload(boot), quality=30)
assert isinstance(told, File)
encoded = Encoded.from_dict(json.load(told.payload))
assert encoded.bytes_ == len(file)

scores = anomaly_score.sync(
    client=client, body=AnomalyScoreFilesBody([upload(boot), File(io.BytesIO(b"x"), "x"), upload(digit)])
)
assert isinstance(scores, Results)
(folder / "scores.json").write_text(json.dumps(scores.to_dict()))
assert [type(each).__name__ for each in scores.results] == ["Score", "Problem", "Score"]

refused = encode.sync(client=client, body=upload(boot), quality=0)
assert isinstance(refused, Problem)
assert refused.parameter == "quality"

listing = list_models.sync(client=client)
assert isinstance(listing, Listing)
assert "photo-codec" in [model.name for model in listing.models]
