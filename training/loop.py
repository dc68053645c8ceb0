"""The one training loop: device, precision, schedule, averaged weights, checkpoints, resume, progress.

Everything random at a step follows from (seed, step) alone, so a run that was cut off and resumed gives the same
weights as one that was not.
"""

import copy
import math
import shutil
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol

import torch
from torch import Tensor, nn

from training.batches import Batches
from training.device import describe_device, has_bfloat16
from training.errors import TrainingError

CHECKPOINT_SECONDS = 120
WARMUP_STEPS = 200
AVERAGE_HORIZON = 0.02
"""The averaged weights look back over this share of the run."""


class Recipe(Protocol):
    """What the loop must know about how a model is trained; a dataclass, written into the checkpoint."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def epochs(self) -> int: ...
    @property
    def learning_rate(self) -> float: ...
    @property
    def weight_decay(self) -> float: ...


class Trainable(nn.Module, ABC):
    """What the loop trains."""

    in_bfloat16: ClassVar[bool] = False
    """Whether bfloat16 is precise enough for its convolutions and products."""

    cooldown: ClassVar[float | None] = None
    """The last share of a run, over which a constant learning rate falls to zero along a straight line.

    Of none, it falls along half a cosine from the start (Loshchilov & Hutter, 2017).
    """

    @abstractmethod
    def start(self, images: Tensor) -> None:
        """Sets the first weights from training images, float [n, channels, height, width] in 0..1."""

    @abstractmethod
    def loss(self, x: Tensor) -> Tensor:
        """What is minimised: the mean loss of a batch x, float [n, channels, height, width] in 0..1; a scalar."""

    def parameter_groups(self) -> list[tuple[float, list[nn.Parameter]]]:
        """Groups of parameters, each with a factor on the learning rate; every parameter is in one group."""
        return [(1.0, list(self.parameters()))]


class CheckpointError(TrainingError):
    """A checkpoint that cannot be continued from; the message says why."""


@dataclass
class Run:
    """A model in training: what it learns from, how far it is, and the checkpoint that keeps both."""

    name: str
    model: Trainable
    recipe: Recipe
    batches: Batches
    folder: Path
    seed: int = 0
    device: str = "cpu"
    began_with: str = ""
    """The installed model whose weights the run began with; empty if the model set its own first weights."""

    step: int = 0
    seconds: float = 0.0
    usual_norm: float = 0.0
    cooling: bool = False
    losses: list[float] = field(default_factory=list)
    """The mean loss of each epoch so far."""

    def __post_init__(self) -> None:
        self.model.to(self.device)
        self.batches.to(self.device)
        self.averaged = copy.deepcopy(self.model)
        self.optimizer = torch.optim.AdamW(
            [{"params": parameters, "speed": speed} for speed, parameters in self.model.parameter_groups()],
            lr=self.recipe.learning_rate,
            weight_decay=self.recipe.weight_decay,
            betas=(0.9, 0.99),
            fused=True,
        )

    @property
    def checkpoint(self) -> Path:
        return self.folder / self.name / "checkpoint.pt"

    @property
    def before_cooldown(self) -> Path:
        """The checkpoint that a longer run continues from."""
        return self.checkpoint.with_name("before-cooldown.pt")

    @property
    def steps(self) -> int:
        return self.recipe.epochs * self.batches.steps_per_epoch

    @property
    def finished(self) -> bool:
        return self.step >= self.steps

    def fit(self, minutes: float = math.inf, progress: Callable[[], None] = lambda: None) -> None:
        """Trains until the recipe is done or ``minutes`` are over, whichever is first, and writes a checkpoint."""
        began = saved = time.monotonic()
        before = self.seconds
        while not self.finished and time.monotonic() - began < 60 * minutes:
            if not self.cooling and self._share_left() <= (self.model.cooldown or 0):
                self.save()
                shutil.copy(self.checkpoint, self.before_cooldown)
                self.cooling = True
            self._train_step()
            self.seconds = before + time.monotonic() - began
            progress()
            if time.monotonic() - saved > CHECKPOINT_SECONDS:
                self.save()
                saved = time.monotonic()
        self.save()

    def _train_step(self) -> None:
        position = self.step % self.batches.steps_per_epoch
        if position == 0:
            self.losses.append(0.0)
        if self.step == 0 and not self.began_with:
            self.model.start(self.batches.sample())
        torch.manual_seed((self.seed << 32) + self.step)
        x = self.batches.draw(self.seed, self.step)
        for group in self.optimizer.param_groups:
            group["lr"] = group["speed"] * self._learning_rate()
        self.model.train()
        with torch.autocast(self.device, torch.bfloat16, enabled=self.model.in_bfloat16 and has_bfloat16(self.device)):
            loss = self.model.loss(x)
        self.optimizer.zero_grad()
        loss.backward()
        self._clip()
        self.optimizer.step()
        self.step += 1
        self._average()
        self.losses[-1] += (loss.item() - self.losses[-1]) / (position + 1)

    def _clip(self) -> None:
        """Holds the gradient to twice its usual norm: one odd batch must not undo a thousand good ones."""
        limit = 2 * self.usual_norm if self.step else math.inf
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), limit).item()
        self.usual_norm += (min(norm, limit) - self.usual_norm) / min(self.step + 1, 100)

    def _learning_rate(self) -> float:
        """Linear warm-up, then as the model's ``cooldown`` says."""
        warm = min(1.0, (self.step + 1) / min(WARMUP_STEPS, 1 + self.steps // 10))
        if self.model.cooldown is None:
            factor = 0.5 * (1 + math.cos(math.pi * self.step / self.steps))
        else:
            factor = min(1.0, self._share_left() / self.model.cooldown)
        return self.recipe.learning_rate * warm * factor

    def _share_left(self) -> float:
        return 1 - self.step / self.steps

    @torch.no_grad()
    def _average(self) -> None:
        """θ̄ ← θ̄ + w (θ − θ̄): an exponential average, exact from the first step on."""
        weight = max(1 / self.step, 1 / (AVERAGE_HORIZON * self.steps))
        averages = [*self.averaged.parameters(), *self.averaged.buffers()]
        current = [*self.model.parameters(), *self.model.buffers()]
        for average, value in zip(averages, current, strict=True):
            if value.is_floating_point():
                average.lerp_(value, min(1.0, weight))

    def save(self) -> None:
        """Writes the checkpoint, whole or not at all."""
        self.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.checkpoint.with_suffix(".tmp")
        torch.save(self._state(), unfinished)
        unfinished.replace(self.checkpoint)

    def _state(self) -> dict[str, Any]:
        return {
            "recipe": asdict(self.recipe),
            "seed": self.seed,
            "began_with": self.began_with,
            "step": self.step,
            "seconds": self.seconds,
            "usual_norm": self.usual_norm,
            "cooling": self.cooling,
            "losses": self.losses,
            "device": describe_device(self.device),
            "torch": str(torch.__version__),
            "model": self.model.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }

    def resume(self) -> None:
        """Continues from the checkpoint, or, if the run has been made longer, from that before its cool-down.

        Raises CheckpointError if there is none, or it is of another recipe.
        """
        if not self.checkpoint.exists():
            raise CheckpointError(f"there is no checkpoint {self.checkpoint} to resume from")
        state = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
        if state.get("cooling") and state["recipe"]["epochs"] < self.recipe.epochs:
            state = torch.load(self.before_cooldown, map_location=self.device, weights_only=True)
        epochs = {"epochs": state["recipe"]["epochs"]}  # may differ: a run can be made longer, or cut short
        if (state["recipe"], state["seed"]) != (asdict(self.recipe) | epochs, self.seed):
            raise CheckpointError(f"{self.checkpoint} was made with another recipe or seed; fit without --resume")
        self.step, self.seconds, self.losses = state["step"], state["seconds"], state["losses"]
        self.usual_norm, self.began_with = state["usual_norm"], state.get("began_with", "")
        self.cooling = state.get("cooling", False)
        self.model.load_state_dict(state["model"])
        self.averaged.load_state_dict(state["averaged"])
        self.optimizer.load_state_dict(state["optimizer"])
