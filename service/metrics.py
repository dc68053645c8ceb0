"""Every Prometheus series, declared in one place. Labels are bounded: routes, statuses and installed models only."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The series of one application, in ``registry``."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        given = {"namespace": "hourglass", "registry": self.registry}
        self.requests = Counter("requests", "Requests answered", ("route", "method", "status"), **given)
        self.seconds = Histogram(
            "request_seconds", "Time from a request's first byte to its answer", ("route",), buckets=_SECONDS, **given
        )
        self.stage_seconds = Histogram(
            "stage_seconds", "Time of a request by stage, as in Server-Timing", ("stage",), buckets=_SECONDS, **given
        )
        self.in_flight = Gauge("requests_in_flight", "Requests being worked on", **given)
        self.queue_items = Gauge("queue_items", "Images waiting for a worker", **given)
        self.queue_bytes = Gauge("queue_bytes", "Bytes of the images waiting for a worker", **given)
        self.busy_workers = Gauge("busy_workers", "Inference threads at work", **given)
        self.workers = Gauge("workers", "Inference threads there are", **given)
        self.batch_size = Histogram(
            "batch_size", "Images run together", buckets=(1, 2, 4, 8, 16, 32, 64, 128), **given
        )
        self.abandoned = Counter("abandoned", "Images whose caller left before work was spent on them", **given)
        self.bits_per_pixel = Histogram(
            "bits_per_pixel",
            "Size of what /encode answered",
            ("model",),
            buckets=(0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2, 4, 8, 16),
            **given,
        )
        self.anomaly_percentile = Histogram(
            "anomaly_percentile",
            "Percentile of scored images among normal ones; uniform while the input is as it was",
            ("model",),
            buckets=tuple(range(10, 101, 10)),
            **given,
        )
        self.model_info = Gauge("model_info", "Installed models", ("model", "version", "type", "device"), **given)
        self.ready = Gauge("ready", "1 while the service takes work", **given)
