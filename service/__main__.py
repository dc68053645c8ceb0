"""python -m service"""

import signal
import sys

import structlog
import uvicorn
from pydantic import ValidationError

from service import logs
from service.app import create_app
from service.errors import HourglassError
from service.settings import Settings


def main() -> int:
    """Serves until SIGTERM or SIGINT, then finishes what is in flight. 2: the settings or a model do not hold."""
    try:
        settings = Settings()
    except ValidationError as error:
        for each in error.errors():
            print(f"HOURGLASS_{str(each['loc'][0]).upper()}: {each['msg']}", file=sys.stderr)
        return 2
    logs.configure(settings.log_level)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn raises it again when it has shut down
    try:
        app = create_app(settings)
    except HourglassError as error:
        structlog.get_logger("hourglass").error(str(error))
        return 2
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=settings.drain_seconds,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
