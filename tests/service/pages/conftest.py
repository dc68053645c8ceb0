"""A real browser, which is let to nobody but the service."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

CHROMIUM = shutil.which("chromium")
PATIENCE = 60_000
"""Milliseconds to wait for what should appear."""


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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Of a module, not of the session: while it runs, no other test of this process could use asyncio."""
    if not CHROMIUM:
        pytest.skip("chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
        )
        yield browser
        browser.close()


@pytest.fixture
def faults() -> Iterator[Faults]:
    """A test that provokes one looks at it and clears the list; any other fault fails the test."""
    faults = Faults()
    yield faults
    assert faults.found == []


@pytest.fixture
def page(browser: Browser, client: httpx.Client, faults: Faults) -> Iterator[Page]:
    """A page of the service with every model, nothing opened yet: ``page.goto("/docs")``."""
    context = browser.new_context(base_url=str(client.base_url), viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    faults.watch(page, str(client.base_url))
    yield page
    context.close()
