"""Every Prometheus series, declared in one place. Labels are bounded: routes, statuses, models once installed."""

from collections.abc import Iterable, Mapping
from functools import lru_cache, partial
from typing import Literal, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from hourglass.models.repository import Repository
from service import timing
from service.settings import Settings

Reason = Literal["error", "stall"]
"""Why a model was rebuilt."""

log_lines_dropped = Counter(
    "log_lines_dropped", "Log lines that standard output took too slowly", namespace="hourglass", registry=None
)
"""Of the process: it has one standard output, whatever it serves."""

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The series of one application, in ``registry``."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.registry.register(log_lines_dropped)
        counter = partial(Counter, namespace="hourglass", registry=self.registry)
        gauge = partial(Gauge, namespace="hourglass", registry=self.registry)
        histogram = partial(Histogram, namespace="hourglass", registry=self.registry)
        self.requests = counter("requests", "Requests answered", ("route", "method", "status"))
        self.seconds = histogram(
            "request_seconds", "Time from a request's first byte to its answer", ("route",), buckets=_SECONDS
        )
        self.stage_seconds = histogram(
            "stage_seconds", "Time of a request by stage, as in Server-Timing", ("stage",), buckets=_SECONDS
        )
        self._of_route = lru_cache(self._series)  # looking labels up costs more than counting
        self._of_stage = {stage: self.stage_seconds.labels(stage) for stage in get_args(timing.Stage)}
        self.requests_in_flight = gauge("requests_in_flight", "Requests being worked on")
        self.requests_limit = gauge("requests_limit", "Requests that may be worked on at once")
        self.held_bytes = gauge("held_bytes", "Bytes of bodies and decoded images in memory")
        self.held_bytes_limit = gauge("held_bytes_limit", "Bytes of bodies and decoded images that may be in memory")
        self.queue_items = gauge("queue_items", "Images waiting for a worker")
        self.queue_limit = gauge("queue_limit", "Images that may wait for a worker")
        self.busy_workers = gauge("busy_workers", "Inference threads at work")
        self.workers = gauge("workers", "Inference threads there are")
        self.batch_size = histogram("batch_size", "Images run together", buckets=(1, 2, 4, 8, 16, 32, 64, 128))
        self.abandoned = counter("abandoned", "Images whose caller left before work was spent on them")
        self.unread = counter("unread", "Connections cut off because answers were not read")
        self.bits_per_pixel = histogram(
            "bits_per_pixel",
            "Size of what /encode answered",
            ("model",),
            buckets=(0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2, 4, 8, 16),
        )
        self.anomaly_percentile = histogram(
            "anomaly_percentile",
            "Percentile of scored images among normal ones; uniform while the input is as it was",
            ("model",),
            buckets=tuple(range(10, 101, 10)),
        )
        self.model_info = gauge("model_info", "Installed models", ("model", "version", "type", "device"))
        self.rebuilds = counter("rebuilds", "Times a model failed a batch and was loaded anew", ("model", "reason"))
        self.device_fallback = gauge("device_fallback", "1 if CUDA was wanted and the CPU is used")
        self.ready = gauge("ready", "1 while the service takes work")

    def answered(
        self, route: str, method: str, status: int, seconds: float, stages: Mapping[timing.Stage, float]
    ) -> None:
        """Counts a request, which took ``seconds`` in all and those of ``stages`` in each."""
        requests, took = self._of_route(route, method, status)
        requests.inc()
        took.observe(seconds)
        for stage, spent in stages.items():
            self._of_stage[stage].observe(spent)

    def _series(self, route: str, method: str, status: int) -> tuple[Counter, Histogram]:
        return self.requests.labels(route, method, str(status)), self.seconds.labels(route)

    def describe(self, settings: Settings, repository: Repository, workers: int, fallback: bool) -> None:
        """Sets what does not change while the service runs, and tells the models it starts with."""
        self.workers.set(workers)
        self.requests_limit.set(settings.max_requests)
        self.queue_limit.set(settings.queue_images)
        self.held_bytes_limit.set(settings.queue_bytes)
        self.device_fallback.set(fallback)
        self.installed(repository)

    def installed(self, repository: Repository, removed: Iterable[str] = ()) -> None:
        """Tells the models of now: the series of new ones start at 0, and those ``removed`` have none any more."""
        self.model_info.clear()
        for name in removed:
            self.rebuilds.remove_by_labels({"model": name})
        for model in repository:
            says = model.manifest
            self.model_info.labels(model.name, says.version, says.type, repository.device).set(1)
            for reason in get_args(Reason):
                self.rebuilds.labels(model.name, reason)
