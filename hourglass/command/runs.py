"""Many files, one after the other or side by side: a bar, what failed and why, and a summary."""

import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from hourglass.command.places import STANDARD_OUTPUT, Item, write_whole
from hourglass.command.tasks import Done
from hourglass.errors import HourglassError

console = Console(stderr=True, highlight=False)
"""What is said goes to standard error: standard output may be a result."""


Task = Callable[[bytes, Path], Done]
"""From the bytes of a file, and the place of its result, to the result."""


@dataclass(slots=True)
class Run:
    """What became of the files so far."""

    overwrite: bool
    skip_existing: bool
    done: int = 0
    skipped: int = 0
    bytes_read: int = 0
    bytes_written: int = 0
    failed: dict[Path, str] = field(default_factory=dict)

    def all(self, items: list[Item], task: Task, jobs: int) -> None:
        """Does ``task`` on every file. One that fails never stops the others. Exits with 1 if any failed."""
        wanted = [item for item in items if not self._settled(item)]
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        bar = Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console, disable=len(items) == 1)
        with bar, ThreadPoolExecutor(min(jobs, len(wanted)) or 1) as pool:
            count = bar.add_task("files", total=len(items), completed=len(items) - len(wanted))
            running = {pool.submit(self._one, item, task): item for item in wanted}
            try:
                for finished in as_completed(running):
                    self._note(running[finished], finished, len(items) == 1)
                    bar.advance(count)
            except KeyboardInterrupt:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        self._conclude(len(items))

    def _settled(self, item: Item) -> bool:
        """Whether there is nothing to do: the result is there, or may not be written."""
        if item.target == STANDARD_OUTPUT or self.overwrite or not item.target.exists():
            return False
        if self.skip_existing:
            self.skipped += 1
        else:
            self.failed[item.source] = f"{item.target} exists; --overwrite replaces it, --skip-existing leaves it"
        return True

    def _one(self, item: Item, task: Task) -> tuple[int, Done]:
        data = item.source.read_bytes()
        done = task(data, item.target)
        if item.target == STANDARD_OUTPUT:
            sys.stdout.buffer.write(done.data)
            sys.stdout.buffer.flush()
        else:
            write_whole(item.target, done.data)
        return len(data), done

    def _note(self, item: Item, finished: "Future[tuple[int, Done]]", alone: bool) -> None:
        try:
            read, done = finished.result()
        except (HourglassError, OSError, MemoryError) as error:
            self.failed[item.source] = reason(error)
            return
        self.done += 1
        self.bytes_read += read
        self.bytes_written += len(done.data)
        if alone:
            console.print(f"{item.target}: {done.says}", markup=False, soft_wrap=True)

    def _conclude(self, count: int) -> None:
        if count > 1:
            skipped = f", {self.skipped} skipped" if self.skipped else ""
            failed = f", {len(self.failed)} failed" if self.failed else ""
            bytes_ = f": {self.bytes_read:,} bytes became {self.bytes_written:,}" if self.done else ""
            console.print(f"{self.done} of {count} files done{skipped}{failed}{bytes_}")
        fail_with(self.failed)


def fail_with(failed: dict[Path, str]) -> None:
    """Says why each file failed and exits with 1, if any did."""
    for source, why in failed.items():
        console.print(f"{source}: {why}", style="red", markup=False, soft_wrap=True)
    if failed:
        raise typer.Exit(1)


def reason(error: Exception) -> str:
    """An error in a sentence."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error) or "there is not enough memory"


def each(files: Iterable[Path], count: int, says: str) -> Iterable[Path]:
    """The files, with a bar that moves as they are taken."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=count == 1) as bar:
        yield from bar.track(files, count, description=says)


def usual_jobs(items: int) -> int:
    """How many files to work on side by side: one a core."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(items, cores))
