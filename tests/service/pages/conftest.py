"""A real browser, which is let to nobody but the service."""

import base64
import mimetypes
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect, sync_playwright

CHROMIUM = shutil.which("chromium")
IMAGES = Path(__file__).parents[3] / "docs" / "images"
AXE = Path(__file__).parent / "axe" / "axe.min.js"
PATIENCE = 60_000
"""Milliseconds to wait for what should appear."""

WIDE, NARROW = (1280, 860), (360, 740)

expect.set_options(timeout=PATIENCE)


@dataclass
class Faults:
    """What a page must not do: call elsewhere, break its policy, raise, or be refused what it asks for."""

    found: list[str] = field(default_factory=list)

    def watch(self, page: Page, url: str) -> None:
        def asked(request: Request) -> None:
            if not request.url.startswith((url, "blob:", "data:")):
                self.found.append(f"calls {request.url}")

        def said(message: ConsoleMessage) -> None:
            if message.type == "error":
                self.found.append(message.text)

        page.on("request", asked)
        page.on("console", said)
        page.on("pageerror", lambda error: self.found.append(str(error)))

    def expect_only(self, status: int) -> None:
        """Forgets that answers had this status, which is all that may have been found."""
        assert self.found
        assert [fault for fault in self.found if f"a status of {status}" not in fault] == []
        self.found.clear()


@pytest.fixture
def faults() -> Iterator[Faults]:
    """A test that provokes one says so; any other fault fails the test."""
    faults = Faults()
    yield faults
    assert faults.found == []


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of this machine, for which no name of the internet resolves."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Of a module, not of the session: while it runs, no other test of this process could use asyncio."""
    if not CHROMIUM:
        pytest.skip("chromium is not installed: apt-get install chromium")
    with chromium() as browser:
        yield browser


def new_page(
    browser: Browser, client: httpx.Client, size: tuple[int, int] = WIDE, scheme: Literal["light", "dark"] = "light"
) -> Page:
    """A page on which nothing is open yet: ``page.goto("/docs")``."""
    width, height = size
    context = browser.new_context(
        base_url=str(client.base_url), viewport={"width": width, "height": height}, color_scheme=scheme
    )
    context.set_default_timeout(PATIENCE)
    return context.new_page()


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, client: httpx.Client, faults: Faults) -> Iterator[Open]:
    """Opens a path, of the service with every model or of ``client``: ``open_page("/", size=NARROW)``."""
    with ExitStack() as opened:

        def start(path: str, client: httpx.Client = client, **options: object) -> Page:
            page = new_page(browser, client, **options)  # type: ignore[arg-type]  # as new_page takes them
            opened.callback(page.context.close)
            faults.watch(page, str(client.base_url))
            page.goto(path)
            return page

        yield start


def drop(place: Locator, *files: Path) -> None:
    """Drops files, as if from the desktop."""
    _give(place, files, "(element, data) => element.dispatchEvent(new DragEvent('drop', {dataTransfer: data, ...on}))")


def paste(place: Locator, *files: Path) -> None:
    """Pastes files, as from another program."""
    _give(
        place,
        files,
        "(element, data) => element.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, ...on}))",
    )


def _give(place: Locator, files: tuple[Path, ...], act: str) -> None:
    held = [
        [file.name, mimetypes.guess_type(file.name)[0] or "", base64.b64encode(file.read_bytes()).decode()]
        for file in files
    ]
    script = f"""(element, files) => {{
        const on = {{bubbles: true, cancelable: true}};
        const data = new DataTransfer();
        for (const [name, type, text] of files)
            data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name, {{type}}));
        ({act})(element, data);
    }}"""
    place.evaluate(script, held)


def faults_of_access(page: Page) -> list[str]:
    """What axe-core finds that keeps somebody out: faults that it calls serious or critical."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    grave = [each for each in found if each["impact"] in {"serious", "critical"}]
    return [f"{each['id']}: {node['html']} {node['failureSummary']}" for each in grave for node in each["nodes"]]


def fits(page: Page) -> bool:
    """Whether the page needs no scrolling sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
