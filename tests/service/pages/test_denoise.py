"""The tab Denoise, from a noisy photo to σ̂ and what was taken away."""

from pathlib import Path

import httpx
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.conftest import from_file
from tests.service.pages.conftest import IMAGES, Open, drop

NOISY = IMAGES / "noisy-photo.webp"


@pytest.fixture
def page(open_page: Open) -> Page:
    page = open_page("/#denoise")
    drop(page.locator("body"), NOISY)
    return page


def test_noise_is_told_and_the_clean_photo_can_be_downloaded(page: Page, client: httpx.Client, tmp_path: Path) -> None:
    answer = client.post("/denoise", content=NOISY.read_bytes())
    expect(page.get_by_role("definition")).to_have_text(answer.headers["Hourglass-Sigma"])
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the clean photo").click()
    assert download.value.suggested_filename == "noisy-photo-clean.png"
    file = tmp_path / "clean.png"
    download.value.save_as(file)
    difference = from_file(file.read_bytes()).astype(int) - from_file(answer.content).astype(int)
    assert np.abs(difference).max() <= 1


def test_what_was_taken_away_is_shown(page: Page) -> None:
    expect(page.get_by_role("definition")).not_to_have_text("–")
    clean = page.get_by_alt_text("The clean photo")
    before = clean.get_attribute("src")
    page.get_by_label("what was taken away").check()
    expect(page.locator(".caption-right")).to_have_text("What was taken away, 4 times")
    expect(clean).not_to_have_attribute("src", str(before))


def test_strength_can_be_chosen(page: Page) -> None:
    expect(page.get_by_role("definition")).not_to_have_text("–")
    clean = page.get_by_alt_text("The clean photo")
    before = clean.get_attribute("src")
    page.get_by_label("As strong as the noise").uncheck()
    page.get_by_label("Strength").fill("90")
    expect(page.locator("#denoise .value")).to_have_text("90")
    expect(clean).not_to_have_attribute("src", str(before))
