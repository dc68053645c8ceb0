"""Profile `monitoring`: what Prometheus scrapes, what the dashboard asks it, and what it alerts on.

Grafana itself does not run, as no package has it: the tests read its files and send its queries to Prometheus.
"""

import json
import math
import re
from typing import Any

import httpx
import pytest
import yaml

from tests.conftest import wait_until
from tests.deploy.engine import ROOT, Stack, docker

DEPLOY = ROOT / "deploy"
DASHBOARD = json.loads((DEPLOY / "grafana" / "hourglass.json").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


@pytest.fixture(scope="module")
def prometheus(stack: Stack) -> str:
    """The address of a Prometheus that watches three replicas and a gateway."""
    stack.up("hourglass", "replica", "gateway", "prometheus")
    return stack.url("prometheus", 9090)


def ask(prometheus: str, path: str, **parameters: str) -> dict[str, Any]:
    answer = httpx.get(f"{prometheus}/api/v1/{path}", params=parameters)
    assert answer.status_code == 200, f"{parameters}: {answer.text}"
    data: dict[str, Any] = answer.json()["data"]
    return data


def returns_data(prometheus: str, query: str) -> bool:
    """Whether a query has at least one result that is a number."""
    result = ask(prometheus, "query", query=query)["result"]
    return any(not math.isnan(float(sample["value"][1])) for sample in result)


def read(path: str) -> dict[str, Any]:
    """A YAML file in deploy/."""
    content: dict[str, Any] = yaml.safe_load((DEPLOY / path).read_text())
    return content


def promtool(stack: Stack, *arguments: str) -> str:
    """What promtool prints of the files in deploy/ and of the tests of the alerts."""
    image = json.loads(stack.compose("config", "--format", "json"))["services"]["prometheus"]["image"]
    mounts = [f"--volume={DEPLOY}:/deploy:ro", f"--volume={ROOT}/tests/deploy/alerts.yml:/test.yml:ro"]
    return docker("run", "--rm", "--network=none", "--entrypoint=promtool", *mounts, image, *arguments)


def test_every_replica_is_scraped(prometheus: str) -> None:
    def up() -> list[str]:
        targets = ask(prometheus, "targets", state="active")["activeTargets"]
        return sorted(target["labels"]["job"] for target in targets if target["health"] == "up")

    wait_until(lambda: up() == ["gateway", "hourglass", "hourglass", "hourglass"])


def test_every_query_of_the_dashboard_returns_data(stack: Stack, prometheus: str, boot: bytes) -> None:
    queries = [target["expr"] for panel in PANELS for target in panel["targets"]]
    queries = [query.replace("$__rate_interval", "5m").replace("$__range", "1h") for query in queries]
    assert not [query for query in queries if "$" in query]
    silent = set(queries)
    gateway = stack.url("gateway", 8080)

    def heard() -> bool:
        for path in ("/encode", "/denoise", "/anomaly-score"):
            httpx.post(f"{gateway}{path}", files={"file": boot}).raise_for_status()
        silent.difference_update([query for query in silent if returns_data(prometheus, query)])
        return not silent

    try:
        wait_until(heard)
    finally:
        assert silent == set()


def test_every_alert_is_evaluated_and_none_fires(prometheus: str) -> None:
    def rules() -> list[Any]:
        return [rule for group in ask(prometheus, "rules", type="alert")["groups"] for rule in group["rules"]]

    wait_until(lambda: all(rule["health"] != "unknown" for rule in rules()))
    assert len(rules()) == len(alerts())
    assert [rule for rule in rules() if rule["health"] != "ok" or rule["state"] == "firing"] == []


def test_alerts_fire_when_they_should(stack: Stack) -> None:
    assert "SUCCESS" in promtool(stack, "test", "rules", "/test.yml")
    tested = set(re.findall(r'alertname="(\w+)"', (ROOT / "tests" / "deploy" / "alerts.yml").read_text()))
    assert tested == {alert["alert"] for alert in alerts()}


def test_configuration_holds(stack: Stack) -> None:
    assert "SUCCESS" in promtool(stack, "check", "config", "/deploy/prometheus.yml")


def alerts() -> list[Any]:
    """Every alert of alerts.yml."""
    return [rule for group in read("alerts.yml")["groups"] for rule in group["rules"]]


def test_every_alert_says_what_to_do() -> None:
    documented = re.findall(r"^\| `(Hourglass\w+)` \|", (ROOT / "docs" / "deployment.md").read_text(), re.MULTILINE)
    assert documented == [alert["alert"] for alert in alerts()]
    for alert in alerts():
        assert alert["labels"]["severity"] in {"critical", "warning"}
        assert set(alert["annotations"]) == {"summary", "description"}


def test_memory_alert_knows_the_limit(stack: Stack) -> None:
    services = json.loads(stack.compose("config", "--format", "json"))["services"]
    limit = services["hourglass"]["deploy"]["resources"]["limits"]["memory"]
    [alert] = [alert for alert in alerts() if alert["alert"] == "HourglassMemory"]
    assert alert["expr"].endswith(f"* {limit}")


def test_grafana_finds_its_dashboard_and_its_data(stack: Stack) -> None:
    grafana = json.loads(stack.compose("config", "--format", "json"))["services"]["grafana"]
    mounted = {volume["source"]: volume["target"] for volume in grafana["volumes"]}
    provisioning = "/etc/grafana/provisioning"
    assert mounted[str(DEPLOY / "grafana" / "datasources.yml")].startswith(f"{provisioning}/datasources/")
    assert mounted[str(DEPLOY / "grafana" / "dashboards.yml")].startswith(f"{provisioning}/dashboards/")
    [provider] = read("grafana/dashboards.yml")["providers"]
    board = mounted[str(DEPLOY / "grafana" / "hourglass.json")]
    assert board.rpartition("/")[0] == provider["options"]["path"]
    assert grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"] == board
    [source] = read("grafana/datasources.yml")["datasources"]
    assert source["url"] == "http://prometheus:9090"
    assert source["jsonData"]["timeInterval"] == read("prometheus.yml")["global"]["scrape_interval"]
    assert all(panel["datasource"] == {"type": source["type"], "uid": source["uid"]} for panel in PANELS)


def test_panels_have_their_place() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert max(x for x, _ in cells) < 24, panel["title"]
        assert not cells & taken, panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
