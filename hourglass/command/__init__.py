"""The command ``hourglass``: compress, clean, score and sample, in this process or by a service."""


def main() -> None:
    """Runs the command. Says which extra is missing where it cannot."""
    try:
        from hourglass.command.app import app
    except ModuleNotFoundError as missing:
        raise SystemExit(f"the command needs {missing.name}, which hourglass[cli] brings") from missing
    app()
