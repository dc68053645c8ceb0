"""The tab Inspect, from several images to their scores, thresholds and heat maps."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.service.pages.conftest import IMAGES, Faults, Open, drop

NAMES = ("boot.png", "digit.png", "trouser.png")


@pytest.fixture
def page(open_page: Open) -> Page:
    page = open_page("/#inspect")
    expect(page.get_by_label("Detector")).to_have_value("fashion-undercomplete")
    return page


def names(page: Page) -> list[str]:
    return page.locator("#inspect tbody td:first-child").all_inner_texts()


def test_images_are_scored_and_sorted(page: Page, client: httpx.Client) -> None:
    drop(page.locator("body"), *(IMAGES / name for name in NAMES))
    rows = page.locator("#inspect tbody tr")
    expect(rows).to_have_count(3)
    told = client.post(
        "/anomaly-score", files=[("file", (name, (IMAGES / name).read_bytes())) for name in NAMES]
    ).json()
    score = {name: each["score"] for name, each in zip(NAMES, told["results"], strict=True)}
    assert names(page) == sorted(NAMES, key=lambda name: -score[name])
    first = rows.first
    expect(first).to_contain_text("unusual")
    expect(first).to_contain_text(f"{score['digit.png']:.3g}")
    page.get_by_role("button", name="file", exact=True).click()
    assert names(page) == sorted(NAMES, reverse=True)
    page.get_by_role("button", name="file", exact=True).click()
    assert names(page) == sorted(NAMES)


def test_score_is_set_against_the_threshold_that_is_asked_for(page: Page) -> None:
    drop(page.locator("body"), IMAGES / "digit.png")
    expect(page.get_by_text("is above the threshold 0.0304")).to_be_visible()
    page.get_by_label("False alarms").select_option("0.001")
    expect(page.get_by_text("is not above the threshold")).to_be_visible()


def test_detector_of_any_size_marks_where_an_image_is_unusual(page: Page, faults: Faults) -> None:
    drop(page.locator("body"), IMAGES / "photo.jpg")
    expect(page.locator("#inspect td.why")).to_contain_text("name a model that takes any size: tile-anomaly")
    faults.expect_only(422)
    page.get_by_label("Detector").select_option("tile-anomaly")
    shown = page.locator("canvas.heat")
    expect(shown).to_have_attribute("aria-label", "photo.jpg, with 1 hot regions marked")
    assert shown.evaluate("canvas => [canvas.width, canvas.height]") == [768, 512]
    marked = shown.evaluate("canvas => canvas.toDataURL()")
    page.get_by_label("Show where it is unusual").uncheck()
    page.wait_for_function("before => document.querySelector('canvas.heat').toDataURL() !== before", arg=marked)


def test_image_is_scaled_where_one_says_so(page: Page) -> None:
    page.get_by_label("Scale images to its size").check()
    drop(page.locator("body"), IMAGES / "photo.jpg")
    expect(page.get_by_text("of normal images.").first).to_be_visible()
    expect(page.locator("canvas.heat")).to_have_attribute("aria-label", "photo.jpg, with no hot regions marked")
