"""GET /healthz, /readyz, /metrics"""

import asyncio
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from service.app import create_app
from service.settings import Settings
from tests.conftest import Serve


def test_running_service_is_live_and_ready(client: httpx.Client) -> None:
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").text == "ready\n"


def test_while_it_leaves_it_is_not_ready_but_still_works(few_models: Path) -> None:
    async def scenario() -> None:
        app = create_app(Settings(models=few_models))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:
            assert (await client.get("/readyz")).status_code == 200
            app.state.context.leaving = True
            answer = await client.get("/readyz")
            assert answer.status_code == 503
            assert answer.json()["title"] == "Service Unavailable"
            for path in ("/healthz", "/models", "/sample"):
                answer = await client.get(path)
                assert answer.status_code == 200
                assert answer.headers["Connection"] == "close"
            assert "hourglass_ready 0.0" in (await client.get("/metrics")).text
        await app.state.context.engine.close()

    asyncio.run(scenario())


def test_metrics_are_prometheus_text(client: httpx.Client) -> None:
    answer = client.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    families = {family.name for family in text_string_to_metric_families(answer.text)}
    assert {"hourglass_requests", "hourglass_queue_items", "hourglass_batch_size", "hourglass_model_info"} <= families


def test_no_key_is_asked_for(serve: Serve) -> None:
    client = serve(api_keys=("secret",))
    for path in ("/healthz", "/readyz", "/metrics"):
        assert client.get(path).status_code == 200
