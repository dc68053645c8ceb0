"""/docs in a real browser: it renders offline, and "Try it out" makes each call."""

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import Serve
from tests.service.pages.conftest import IMAGES, Faults, Open


class Call:
    """One call of the open page, unfolded to be tried."""

    def __init__(self, page: Page, name: str) -> None:
        self.block = page.locator(f"#operations-{name}")
        self.block.locator(".opblock-summary-control").click()
        self.block.get_by_role("button", name="Try it out").click()

    def set(self, parameter: str, value: str) -> None:
        self.block.locator(f"tr[data-param-name='{parameter}'] input").fill(value)

    def send(self, file: Path | None = None) -> Locator:
        """The answer: its status, its body and its headers."""
        if file:
            self.block.locator("input[type=file]").set_input_files(file)
        self.block.get_by_role("button", name="Execute").click()
        return self.block.locator(".live-responses-table tbody").first


@pytest.fixture
def page(open_page: Open) -> Page:
    page = open_page("/docs")
    expect(page.locator(".opblock")).to_have_count(12)
    return page


def test_every_call_can_be_tried(page: Page) -> None:
    for name, file in (
        ("compress-encode", "photo.jpg"),
        ("denoise-denoise", "noisy-photo.webp"),
        ("inspect-anomalyScore", "boot.png"),
        ("sample-sample", None),
        ("sample-sampleAt", None),
        ("models-listModels", None),
        ("models-reloadModels", None),
        ("health-live", None),
        ("health-ready", None),
        ("health-metrics", None),
    ):
        answer = Call(page, name).send(IMAGES / file if file else None)
        expect(answer.locator(".response-col_status"), name).to_contain_text("200")
    call = Call(page, "models-getModel")
    call.set("name", "photo-codec")
    expect(call.send()).to_contain_text("bpp_at_50")


def test_images_that_are_answered_are_shown(page: Page) -> None:
    shown = Call(page, "denoise-denoise").send(IMAGES / "noisy-photo.webp").locator("img")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 500


def test_compressed_file_can_be_shown_again(page: Page, client: httpx.Client, tmp_path: Path) -> None:
    file = tmp_path / "boot.hgls"
    file.write_bytes(client.post("/encode", content=(IMAGES / "boot.png").read_bytes()).content)
    expect(Call(page, "compress-decode").send(file).locator("img")).to_be_visible()


def test_several_files_are_sent_as_a_form(page: Page) -> None:
    call = Call(page, "inspect-anomalyScore")
    call.block.get_by_label("Request content type").select_option("multipart/form-data")
    call.block.get_by_role("button", name="Add string item").click()
    for number, name in enumerate(("boot.png", "digit.png")):
        call.block.locator("input[type=file]").nth(number).set_input_files(IMAGES / name)
    expect(call.send()).to_contain_text('"anomalous": true')


def test_who_sends_a_photo_to_be_scored_is_told_which_models_take_it(page: Page, faults: Faults) -> None:
    call = Call(page, "inspect-anomalyScore")
    expect(call.send(IMAGES / "photo.jpg")).to_contain_text("name a model that takes any size: tile-anomaly")
    call.set("model", "tile-anomaly")
    expect(call.send().locator(".response-col_status")).to_contain_text("200")
    faults.expect_only(422)


def test_key_can_be_given(open_page: Open, serve: Serve) -> None:
    page = open_page("/docs", serve(api_keys=("secret",)))
    page.get_by_role("button", name="Authorize").click()
    page.get_by_label("auth-bearer-value").fill("secret")
    page.get_by_role("button", name="Apply credentials").click()
    page.get_by_role("button", name="Close").click()
    expect(Call(page, "models-listModels").send().locator(".response-col_status")).to_contain_text("200")
