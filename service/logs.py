"""Structured logs: one JSON object a line, on standard output."""

import logging
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue

import structlog
from pydantic_core import to_json

from service.metrics import log_lines_dropped

MOST_LINES = 10_000
"""That may wait to be written."""

GATHER_SECONDS = 0.01
"""Between two writes: so lines are written together, and whoever logs wakes no thread for each."""

PATIENCE_SECONDS = 1.0
"""At the end, for a reader who is slow to take the last lines."""


@contextmanager
def to_stdout(level: str) -> Iterator[None]:
    """Sends structlog's events, and those of libraries through ``logging``, to standard output as JSON.

    The last lines are written when the block ends.
    """
    output = Output(sys.stdout.fileno() if sys.stdout else os.open(os.devnull, os.O_WRONLY))
    _configure(level, output)
    try:
        yield
    finally:
        output.close()


class Output:
    """A file whose reader makes nobody wait: a thread writes, and lines beyond MOST_LINES are dropped and counted."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lines: SimpleQueue[bytes | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="log", daemon=True)
        self._thread.start()

    def line(self, text: bytes) -> None:
        """Has a line, without its end, written soon. Never blocks."""
        if self._lines.qsize() < MOST_LINES:
            self._lines.put(text)
        else:
            log_lines_dropped.inc()

    def close(self) -> None:
        """Returns once all is written, or PATIENCE_SECONDS have passed."""
        self._lines.put(None)
        self._thread.join(PATIENCE_SECONDS)

    def _work(self) -> None:
        while (first := self._lines.get()) is not None:
            lines, ended = [first], False
            while not self._lines.empty() and not ended:
                line = self._lines.get()
                if line is None:
                    ended = True
                else:
                    lines.append(line)
            self._write(lines)
            if ended:
                return
            time.sleep(GATHER_SECONDS)

    def _write(self, lines: list[bytes]) -> None:
        left = memoryview(b"\n".join([*lines, b""]))
        try:
            while left:
                left = left[os.write(self._descriptor, left) :]
        except OSError:  # nobody reads any more, or the disk is full: the service goes on
            log_lines_dropped.inc(len(lines))


def _configure(level: str, output: Output) -> None:
    shared: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.processors.EventRenamer("message"),
    ]
    structlog.configure(
        processors=[_name_logger, *shared, structlog.processors.JSONRenderer(_serialise)],
        logger_factory=lambda *_: _Lines(output),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        cache_logger_on_first_use=True,
    )
    handler = _Handler(output)
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


class _Lines:
    """What structlog calls a logger: a method for each level, which takes the line."""

    def __init__(self, output: Output) -> None:
        self.debug = self.info = self.warning = self.error = self.critical = output.line


class _Handler(logging.Handler):
    def __init__(self, output: Output) -> None:
        super().__init__()
        self._output = output

    def emit(self, record: logging.LogRecord) -> None:
        self._output.line(self.format(record).encode())


def _name_logger(logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    event["logger"] = event.pop("name")  # structlog takes no initial value called logger
    return event


def _serialise(event: object, **options: object) -> bytes:
    return to_json(event, fallback=str)
