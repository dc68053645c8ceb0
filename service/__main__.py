"""python -m service"""

import argparse
import gc
import os
import socket
import sys
from collections.abc import Sequence

import structlog
from pydantic import ValidationError

from hourglass.errors import HourglassError
from service import logs
from service.app import create_app
from service.memory import keep_heap_small
from service.server import Server, on_signals
from service.settings import Settings, described, unknown, variable

log = structlog.get_logger(name="hourglass")


def main(arguments: Sequence[str]) -> int:
    """Serves until it is told to end, then finishes what is in flight. 2: the settings or a model do not hold."""
    _read(arguments)
    try:
        settings = Settings()
        _check_host(settings.host)
    except ValidationError as error:
        for each in error.errors():
            print(f"{variable(str(each['loc'][0]))}: {each['msg']}", file=sys.stderr)
        return 2
    except (HourglassError, _BadHost) as error:
        print(error, file=sys.stderr)
        return 2
    with logs.to_stdout(settings.log_level), on_signals(lambda *_: sys.exit(0)):
        keep_heap_small()
        for name, near in unknown(os.environ).items():
            log.warning(f"{name} is no setting" + (f"; did you mean {near}?" if near else ""), setting=name)
        try:
            server = Server(create_app(settings))
        except HourglassError as error:
            log.error(str(error))
            return 2
        gc.collect()
        gc.freeze()  # what is there now stays: to look through it again and again would take 70 ms each time
        server.run()
        return 0 if server.started else 1


def _read(arguments: Sequence[str]) -> None:
    lines = [f"  {name} [{default}]\n      {meaning}" for name, default, meaning in described()]
    argparse.ArgumentParser(
        prog="python -m service",
        description="Serves the installed models over HTTP. It takes no arguments, but these environment variables:",
        epilog="\n".join(["settings and their defaults:", *lines]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args(arguments)


class _BadHost(Exception):
    """No address of this machine."""


def _check_host(host: str) -> None:
    """Raises _BadHost unless one can listen there: better now than when all models have been loaded."""
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM):
            with socket.socket(family, kind, protocol) as trial:
                trial.bind(address)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _BadHost(f"{variable('host')}: cannot listen on {host!r}: {reason}") from error


if __name__ == "__main__":
    os._exit(main(sys.argv[1:]))  # a thread that onnxruntime still has would make the interpreter's own end an abort
