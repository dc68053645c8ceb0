"""GET /models: what is installed, what it can do, what it measured. POST /models/reload: what the folder holds now."""

from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, Field

from hourglass.errors import BrokenModel, NoCuda, NoSuchModel
from hourglass.models.installed import Installed
from hourglass.models.manifest import AnyInput, Input, Origin, Task, Type
from hourglass.models.repository import Changes
from hourglass.models.runtime import Device
from service.api import problems
from service.api.requests.guard import guarded_router
from service.context import RequestContext

router = guarded_router("models")


class Summary(BaseModel):
    name: str
    version: str
    type: Type
    summary: str
    tasks: list[Task]
    default_for: list[Task]
    input: Input | AnyInput = Field(
        description="the images it takes, in pixels; of a model that finds anomalies in images of any size, what they "
        "are stretched to"
    )
    latent_size: int | None = Field(
        description="how many numbers z has; null where that depends on the image, or none is told"
    )


class Details(Summary):
    """``identity`` is what its bitstreams carry, if any; ``metrics`` were measured on the test set by ``evaluate``."""

    identity: str | None
    anomaly_false_alarm_rate: float | None
    anomaly_quantiles: list[float] | None = Field(
        description="scores of normal images that it was not trained on, ascending: at equal shares of them, 0 to 100 %"
    )
    metrics: dict[str, float]
    origin: Origin


class RunsOn(BaseModel):
    """The device that was asked for, the one that is used, and why it is another."""

    wanted: Literal["auto", "cpu", "cuda"]
    used: Device
    reason: str = Field("", examples=["this onnxruntime is built without CUDA"])


class Listing(BaseModel):
    device: RunsOn
    models: list[Summary]


@router.get("/models", operation_id="listModels", summary="List the installed models")
async def list_models(context: RequestContext) -> Listing:
    repository = context.repository
    device = RunsOn(wanted=context.settings.device, used=repository.device, reason=context.fallback)
    return Listing(device=device, models=[Summary.model_validate(_summary(model)) for model in repository])


@router.get(
    "/models/{name}",
    operation_id="getModel",
    summary="Tell all of one model",
    responses=problems.documented(NoSuchModel),
)
async def get_model(name: Annotated[str, Path(max_length=64)], context: RequestContext) -> Details:
    model = context.repository.named(name)
    says = model.manifest
    return Details.model_validate(
        {
            **_summary(model),
            "identity": model.identity.hex() or None,
            "anomaly_false_alarm_rate": model.scale.false_alarm_rate if model.scale else None,
            "anomaly_quantiles": model.scale.quantiles if model.scale else None,
            "metrics": says.metrics,
            "origin": says.origin,
        }
    )


@router.post(
    "/models/reload",
    operation_id="reloadModels",
    summary="Install what the models folder holds now",
    responses=problems.documented(BrokenModel, NoCuda),
)
async def reload_models(context: RequestContext) -> Changes:
    """Loads what is new or has another manifest, and drops what is gone, while requests are served.

    What does not hold is a 409 that names it, and then nothing changes. A reload that has begun is finished even if
    its caller leaves.
    """
    return await context.reload()


def _summary(model: Installed) -> dict[str, object]:
    says = model.manifest
    fields = {field: getattr(says, field) for field in Summary.model_fields if hasattr(says, field)}
    return {**fields, "latent_size": model.latent_size}
