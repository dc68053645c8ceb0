"""GET /models: what is installed, what it can do, what it measured."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from service.api import problems
from service.api.guard import GuardedRoute
from service.context import Service
from service.errors import NoSuchModel
from service.manifest import Input, Origin, Task, Type
from service.repository import Model
from service.runtime import Device

router = APIRouter(route_class=GuardedRoute, tags=["models"])


class Summary(BaseModel):
    name: str
    version: str
    type: Type
    summary: str
    tasks: list[Task]
    default_for: list[Task]
    input: Input
    latent_size: int
    device: Device


class Details(Summary):
    """``identity`` is what its bitstreams carry; ``metrics`` were measured on the test set by ``evaluate``."""

    identity: str
    anomaly_false_alarm_rate: float
    metrics: dict[str, float]
    origin: Origin


class Listing(BaseModel):
    models: list[Summary]


@router.get("/models", operation_id="listModels", summary="List the installed models")
async def list_models(service: Service) -> Listing:
    return Listing(models=[Summary.model_validate(_summary(model)) for model in service.repository])


@router.get(
    "/models/{name}",
    operation_id="getModel",
    summary="Tell all of one model",
    responses=problems.documented(NoSuchModel),
)
async def get_model(name: Annotated[str, Path(max_length=64)], service: Service) -> Details:
    model = service.repository.named(name)
    return Details.model_validate(
        {
            **_summary(model),
            "identity": model.identity.hex(),
            "anomaly_false_alarm_rate": model.manifest.anomaly.false_alarm_rate,
            "metrics": model.manifest.metrics,
            "origin": model.manifest.origin,
        }
    )


def _summary(model: Model) -> dict[str, object]:
    told = {field: getattr(model.manifest, field) for field in Summary.model_fields if hasattr(model.manifest, field)}
    return {**told, "latent_size": model.manifest.latent.size, "device": model.encoder.device}
