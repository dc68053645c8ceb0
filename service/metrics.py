"""Every Prometheus series, declared in one place. Labels are bounded: routes, statuses and installed models only."""

from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from service.repository import Repository

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The series of one application, in ``registry``."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
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
        self.in_flight = gauge("requests_in_flight", "Requests being worked on")
        self.queue_items = gauge("queue_items", "Images waiting for a worker")
        self.queue_bytes = gauge("queue_bytes", "Bytes of the images waiting for a worker")
        self.busy_workers = gauge("busy_workers", "Inference threads at work")
        self.workers = gauge("workers", "Inference threads there are")
        self.batch_size = histogram("batch_size", "Images run together", buckets=(1, 2, 4, 8, 16, 32, 64, 128))
        self.abandoned = counter("abandoned", "Images whose caller left before work was spent on them")
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
        self.ready = gauge("ready", "1 while the service takes work")

    def describe(self, repository: Repository, workers: int) -> None:
        """Sets what does not change while the service runs."""
        self.workers.set(workers)
        for model in repository:
            says = model.manifest
            self.model_info.labels(model.name, says.version, says.type, model.encoder.device).set(1)
