"""python -m tests.service.pages.pictures: draws the README's pictures of the studio anew."""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from service.settings import Settings
from tests.conftest import MODELS, serving
from tests.service.pages.conftest import IMAGES, chromium, new_page

HEIGHTS = {"compress": 740, "types": 1180, "denoise": 740, "inspect": 900}
WIDTH = 1120
MOST_BYTES = 150 << 10


def compress(page: Page) -> None:
    page.get_by_role("button", name="Try an example").click()
    page.get_by_label("Quality").fill("10")
    page.get_by_label("JPEG").check()
    expect(page.locator(".caption-left")).to_have_text("JPEG")


def types(page: Page) -> None:
    page.get_by_role("slider", name="Noise").fill("30")
    expect(page.locator("article.best h3")).to_have_text("denoising")


def denoise(page: Page) -> None:
    page.get_by_role("button", name="Try an example").click()
    expect(page.get_by_role("definition")).not_to_have_text("–")


def inspect(page: Page) -> None:
    page.get_by_role("button", name="Try an example").click()
    expect(page.locator("#inspect tbody tr")).to_have_count(3)


def small(screenshot: bytes) -> bytes:
    """The same in as many colors as fit into MOST_BYTES."""
    with Image.open(io.BytesIO(screenshot)) as shot:
        colors = shot.convert("RGB")
    for count in (256, 128, 64, 32, 16):
        file = io.BytesIO()
        colors.quantize(count, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        if file.tell() <= MOST_BYTES:
            break
    return file.getvalue()


def main(folder: Path = IMAGES) -> list[Path]:
    """Writes a picture of each tab into ``folder``."""
    written = []
    with serving(Settings(models=MODELS, port=0)) as client, chromium() as browser:
        for prepare in (compress, types, denoise, inspect):
            page = new_page(browser, client, (WIDTH, HEIGHTS[prepare.__name__]))
            page.goto(f"/#{prepare.__name__}")
            prepare(page)
            expect(page.locator(f"#{prepare.__name__}")).to_have_attribute("aria-busy", "false")
            page.evaluate("scrollTo(0, 0); document.activeElement.blur()")
            written.append(folder / f"studio-{prepare.__name__}.png")
            written[-1].write_bytes(small(page.screenshot()))
            page.context.close()
    return written


if __name__ == "__main__":
    main()
