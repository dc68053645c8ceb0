"""python -m service"""

import signal
import sys

import structlog
from pydantic import ValidationError

from hourglass.errors import HourglassError
from service import logs
from service.app import create_app
from service.memory import keep_heap_small
from service.server import Server
from service.settings import Settings


def main() -> int:
    """Serves until SIGTERM or SIGINT, then finishes what is in flight. 2: the settings or a model do not hold."""
    try:
        settings = Settings()
    except ValidationError as error:
        for each in error.errors():
            print(f"HOURGLASS_{str(each['loc'][0]).upper()}: {each['msg']}", file=sys.stderr)
        return 2
    except HourglassError as error:
        print(error, file=sys.stderr)
        return 2
    logs.configure(settings.log_level)
    keep_heap_small()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn raises it again when it has shut down
    try:
        server = Server(create_app(settings))
    except HourglassError as error:
        structlog.get_logger(name="hourglass").error(str(error))
        return 2
    server.run()
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
