"""Structured logs: one JSON object a line, on standard output."""

import logging
import sys

import structlog
from pydantic_core import to_json


def configure(level: str) -> None:
    """Sends structlog's events, and those of libraries through ``logging``, to standard output as JSON."""
    shared: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.processors.EventRenamer("message"),
    ]
    structlog.configure(
        processors=[_name_logger, *shared, structlog.processors.JSONRenderer(_serialise)],
        logger_factory=structlog.BytesLoggerFactory(sys.stdout.buffer),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(lambda event, **options: _serialise(event).decode()),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)


def _name_logger(logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    event["logger"] = event.pop("name")  # structlog takes no initial value called logger
    return event


def _serialise(event: object, **options: object) -> bytes:
    return to_json(event, fallback=str)
