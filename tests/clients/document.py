"""python -m tests.clients.document: writes docs/openapi.json, what client generators are given."""

import json
from pathlib import Path

from service.app import create_app
from service.settings import Settings

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"


def main() -> None:
    text = json.dumps(create_app(Settings()).openapi(), indent=2, ensure_ascii=False)
    DOCUMENT.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
