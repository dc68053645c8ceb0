"""The studio as a whole: its tabs, the key, errors, a phone's width, and who is kept out."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Serve
from tests.service.pages.conftest import IMAGES, NARROW, Faults, Open, drop, faults_of_access, fits

TABS = ("Compress", "The six types")


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


def test_error_is_shown_as_its_sentence(page: Page, faults: Faults, tmp_path_factory: pytest.TempPathFactory) -> None:
    broken = tmp_path_factory.mktemp("files") / "broken.hgls"
    broken.write_bytes(b"HGLS and nothing else")
    drop(page.locator("body"), broken)
    expect(page.get_by_role("alert")).to_have_text("format version 2 is not known; this service reads version 1")
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(open_page: Open, scheme: str) -> None:
    page = open_page("/", scheme=scheme)
    assert faults_of_access(page) == []
    drop(page.locator("body"), IMAGES / "boot.png")
    expect(page.get_by_role("row", name="WebP")).to_contain_text("dB")
    assert faults_of_access(page) == []
    page.get_by_role("tab", name="The six types").click()
    expect(page.locator(".facts").filter(has_text="dB")).to_have_count(6)
    assert faults_of_access(page) == []
    page.get_by_role("button", name="Key").click()
    assert faults_of_access(page) == []


def test_fits_on_a_phone(open_page: Open) -> None:
    page = open_page("/", size=NARROW)
    drop(page.locator("body"), IMAGES / "boot.png")
    expect(page.get_by_role("row", name="WebP")).to_contain_text("dB")
    assert fits(page)
    page.get_by_role("tab", name="The six types").click()
    expect(page.locator(".facts").filter(has_text="dB")).to_have_count(6)
    assert fits(page)


def test_can_be_left_out(serve: Serve) -> None:
    without = serve(studio=False)
    assert without.get("/", headers={"Accept": "text/html"}).json()["docs"] == "/docs"
    assert without.get("/studio/app.js").status_code == 404


def test_examples_are_those_of_the_documents(client: httpx.Client) -> None:
    for name in ("photo.jpg", "digit.png", "boot.png", "trouser.png", "noisy-photo.webp", "noisy-boot.png"):
        assert client.get(f"/studio/examples/{name}").content == (IMAGES / name).read_bytes()
