"""Every model that the loop trains, by name. Detectors of anomalies are fitted without it: see ``training.anomaly``."""

from dataclasses import replace
from pathlib import Path

import torch

from training.autoencoders.family import AutoencoderFamily
from training.codec.family import CodecFamily
from training.denoiser.family import DenoiserFamily
from training.family import Family
from training.loop import Run
from training.weights import begin_with

FAMILIES: dict[str, Family] = {
    name: family for family in (AutoencoderFamily(), CodecFamily(), DenoiserFamily()) for name in family.names
}
"""The family of each model."""


def start_run(
    name: str,
    runs: Path,
    images: Path,
    device: str = "auto",
    seed: int = 0,
    installed: Path | None = None,
    epochs: int | None = None,
) -> Run:
    """A run at step 0 with its checkpoint in ``runs``, its weights drawn from ``seed``, or those of the model in the
    folder ``installed``.

    Photo models are trained on the folder ``images``. ``epochs``, if given, is how often to go over the images, in
    place of what the recipe says. ``device`` is one of torch's, or "auto": a GPU if there is one.
    Raises DataError if there is nothing to train on, and WeightsError if the installed weights do not fit.
    """
    family = FAMILIES[name]
    torch.manual_seed(seed)
    model = family.model(name)
    began_with = begin_with(installed, model) if installed else ""
    batches = family.batches(name, images)
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    recipe = family.recipe(name)
    if epochs:
        recipe = replace(recipe, epochs=epochs)
    return Run(name, model, recipe, batches, runs, seed, device, began_with)
