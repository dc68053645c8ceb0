"""The studio as a whole: its tabs, the key, errors, a phone's width, and who is kept out."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Serve
from tests.service.pages.conftest import IMAGES, NARROW, Faults, Open, drop, faults_of_access, fits

TABS = ("Compress", "The six types", "Denoise", "Inspect")
SHOWN = {
    "Compress": re.compile(r"^[\d.]+ dB$"),
    "The six types": re.compile(r"numbers · [\d.]+ dB$"),
    "Denoise": re.compile(r"^\d+\.\d\d$"),
    "Inspect": re.compile(r"^The score [\d.]+ is not above"),
}
"""What must appear."""


@pytest.fixture
def page(open_page: Open) -> Page:
    return open_page("/")


def test_tabs_are_reached_by_keyboard(page: Page) -> None:
    page.get_by_role("tab", name=TABS[0]).focus()
    for name in (*TABS[1:], TABS[0]):
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tab", name=name)).to_be_focused()
        expect(page.get_by_role("tabpanel", name=name)).to_be_visible()
    expect(page.get_by_role("tabpanel")).to_have_count(1)


def test_tab_has_an_address(open_page: Open) -> None:
    expect(open_page("/#types").get_by_role("tabpanel", name="The six types")).to_be_visible()


def test_error_is_shown_as_its_sentence(page: Page, client: httpx.Client, faults: Faults, tmp_path: Path) -> None:
    broken = tmp_path / "broken.hgls"
    broken.write_bytes(b"HGLS and nothing else")
    drop(page.locator("body"), broken)
    expect(page.get_by_role("alert")).to_have_text(client.post("/decode", content=broken.read_bytes()).json()["detail"])
    faults.expect_only(400)
    drop(page.locator("body"), IMAGES / "README.md")
    expect(page.get_by_role("alert")).to_have_text("The browser cannot read this file as an image.")
    drop(page.locator("body"), IMAGES / "boot.png")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_key_is_asked_for_and_kept_for_the_session(open_page: Open, serve: Serve, faults: Faults) -> None:
    page = open_page("/", serve(api_keys=("secret",)))
    drop(page.locator("body"), IMAGES / "boot.png")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    faults.expect_only(401)
    dialog.get_by_label("Key").fill("secret")
    dialog.get_by_role("button", name="Use it").click()
    expect(page.get_by_role("row", name="Hourglass")).to_contain_text("dB")
    page.reload()
    drop(page.locator("body"), IMAGES / "boot.png")
    expect(page.get_by_role("row", name="Hourglass")).to_contain_text("dB")
    assert page.evaluate("[localStorage.length, document.cookie]") == [0, ""]


def work_in_each_tab(page: Page) -> Iterator[str]:
    """Has each tab show what it makes of an image."""
    for name in TABS:
        page.get_by_role("tab", name=name).click()
        panel = page.get_by_role("tabpanel", name=name)
        if name != "The six types":  # which begins by itself
            drop(page.locator("body"), IMAGES / "boot.png")
        expect(panel.get_by_text(SHOWN[name]).last).to_be_visible()
        yield name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(open_page: Open, scheme: str) -> None:
    page = open_page("/", scheme=scheme)
    assert faults_of_access(page) == []
    for name in work_in_each_tab(page):
        assert faults_of_access(page) == [], name
    page.get_by_role("button", name="Key").click()
    assert faults_of_access(page) == []


def test_fits_on_a_phone(open_page: Open) -> None:
    page = open_page("/", size=NARROW)
    for name in work_in_each_tab(page):
        assert fits(page), name


def test_can_be_left_out(serve: Serve) -> None:
    without = serve(studio=False)
    assert without.get("/", headers={"Accept": "text/html"}).json()["docs"] == "/docs"
    assert without.get("/studio/app.js").status_code == 404


def test_examples_are_those_of_the_documents(client: httpx.Client) -> None:
    for name in ("photo.jpg", "digit.png", "boot.png", "trouser.png", "noisy-photo.webp", "noisy-boot.png"):
        assert client.get(f"/studio/examples/{name}").content == (IMAGES / name).read_bytes()
