"""Programs of other packages, started by this one: the service, and fitting a detector."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from hourglass.command.runs import console

PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def fit(context: typer.Context) -> None:
    """Make a detector of what is unusual from a folder of good images; --help tells the options.

    hourglass fit good-parts/ --name my-line
    """
    first, *others = context.args or ["--help"]
    folder = [] if first.startswith("-") else ["--data", first]
    arguments = [*folder, *others] if folder else context.args or ["--help"]
    _become("training", "train", ["fit", "anomaly", *arguments])


def serve(
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="default: HOURGLASS_PORT, or 8000")] = None,
    host: Annotated[str | None, typer.Option(help="default: HOURGLASS_HOST, or 127.0.0.1")] = None,
    models: Annotated[Path | None, typer.Option(help="folder of installed models")] = None,
) -> None:
    """Serve the models over HTTP. HOURGLASS_* variables set everything else."""
    for name, value in (("PORT", port), ("HOST", host), ("MODELS", models)):
        if value is not None:
            os.environ[f"HOURGLASS_{name}"] = str(value)
    _become("service", "service", [])


def _become(package: str, extra: str, arguments: list[str]) -> NoReturn:
    """Replaces this process by ``python -m package``. Exits with 1 where its extra is not installed."""
    needs = {"service": "fastapi", "training": "torch"}[package]
    if find_spec(package) is None or find_spec(needs) is None:
        console.print(f"this needs {needs}, which hourglass[{extra}] brings", markup=False)
        raise typer.Exit(1)
    os.execv(sys.executable, [sys.executable, "-m", package, *arguments])
