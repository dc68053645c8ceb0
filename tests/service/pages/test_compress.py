"""The tab Compress, from a photo that is dropped to the numbers beside JPEG and WebP."""

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.service.pages.conftest import IMAGES, Open, drop, paste

FORMATS = ("Hourglass", "JPEG", "WebP")


@pytest.fixture
def page(open_page: Open) -> Page:
    return open_page("/#compress")


def numbers(page: Page, name: str) -> tuple[float, float, float]:
    """Size in KiB, bits a pixel and PSNR in dB, as the table says."""
    row = page.get_by_role("row", name=name)
    expect(row).to_contain_text("dB")
    size, rate, psnr = row.get_by_role("cell").all_text_contents()
    return float(size.removesuffix(" KiB")), float(rate), float(psnr.removesuffix(" dB"))


def test_photo_is_set_beside_jpeg_and_webp_of_the_same_bytes(page: Page, client: httpx.Client) -> None:
    drop(page.locator("body"), IMAGES / "photo.jpg")
    expect(page.get_by_role("row", name="WebP")).to_contain_text("dB")
    told = {name: numbers(page, name) for name in FORMATS}
    headers = client.post("/encode", content=(IMAGES / "photo.jpg").read_bytes()).headers
    size, rate, psnr = told["Hourglass"]
    assert size == pytest.approx(int(headers["Content-Length"]) / 1024, abs=0.06)
    assert rate == pytest.approx(float(headers["Hourglass-Bits-Per-Pixel"]), abs=0.001)
    assert psnr == pytest.approx(float(headers["Hourglass-PSNR"]), abs=0.02)
    for peer in ("JPEG", "WebP"):
        assert 0.9 * size < told[peer][0] <= size
        assert told[peer][2] < psnr
    for choice in ("JPEG", "WebP", "the original"):
        page.get_by_label(choice).check()
        expect(page.locator(".caption-left")).to_have_text("Original" if "the" in choice else choice)


def test_quality_changes_size_and_closeness(page: Page) -> None:
    page.get_by_role("button", name="Try an example").click()
    good = numbers(page, "Hourglass")
    page.get_by_label("Quality").fill("10")
    expect(page.get_by_role("row", name="Hourglass")).not_to_contain_text(str(good[0]))
    poor = numbers(page, "Hourglass")
    assert poor[0] < good[0] / 2
    assert poor[2] < good[2] - 3


def test_file_that_is_downloaded_can_be_opened(page: Page, tmp_path: Path) -> None:
    paste(page.locator("body"), IMAGES / "boot.png")
    expect(page.get_by_role("row", name="Hourglass")).to_contain_text("dB")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the .hgls").click()
    assert download.value.suggested_filename == "boot.hgls"
    file = tmp_path / "boot.hgls"
    download.value.save_as(file)
    page.locator("#compress").get_by_label("Choose files").set_input_files(file)
    expect(page.locator(".title").first).to_contain_text(f"boot.hgls: 28×28, {file.stat().st_size} bytes")
    shown = page.get_by_alt_text("What the file holds")
    assert shown.evaluate("image => image.naturalWidth") == 28


def test_several_photos_are_chosen_from(page: Page) -> None:
    drop(page.locator("body"), IMAGES / "boot.png", IMAGES / "noisy-boot.png")
    first = numbers_of_title(page, "boot.png: 28×28")
    page.get_by_role("button", name="noisy-boot.png").click()
    assert numbers_of_title(page, "noisy-boot.png: 28×28") != first


def numbers_of_title(page: Page, title: str) -> str:
    """The row of the codec, once the photo of this title has one."""
    expect(page.locator(".title").first).to_contain_text(title)
    expect(page.get_by_role("row", name="Hourglass")).to_contain_text("dB")
    return page.get_by_role("row", name="Hourglass").inner_text()
