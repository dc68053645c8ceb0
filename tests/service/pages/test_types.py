"""The tab of the six types: x, z and x̂ of each, and what can be done with z."""

import re

import httpx
import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import from_file
from tests.service.pages.conftest import IMAGES, Open

TYPES = ("undercomplete", "overcomplete", "sparse", "denoising", "variational", "contractive")


@pytest.fixture
def page(open_page: Open) -> Page:
    page = open_page("/#types")
    expect(page.locator(".facts").filter(has_text="dB")).to_have_count(6)
    return page


def card(page: Page, name: str) -> Locator:
    return page.locator(f"article[data-type={name}]")


def closeness(page: Page, name: str) -> float:
    """dB between x and x̂, as the card says."""
    found = re.search(r"([\d.]+) dB", card(page, name).locator(".facts").inner_text())
    assert found
    return float(found[1])


def shown(page: Page, name: str) -> str:
    source = card(page, name).locator(".output").get_attribute("src")
    assert source
    return source


def settle(page: Page) -> None:
    """Waits until a change has been noticed and worked off."""
    expect(page.locator("#types")).to_have_attribute("aria-busy", "false")


def test_each_type_tells_how_close_it_comes(page: Page, client: httpx.Client) -> None:
    image = from_file((IMAGES / "digit.png").read_bytes()).astype(int)
    for name in TYPES:
        model = {"model": f"mnist-{name}"}
        told = client.post(
            "/encode", params=model, content=(IMAGES / "digit.png").read_bytes(), headers={"Accept": "application/json"}
        )
        sheet = client.post("/sample", params=model, json={"z": [told.json()["latent"]["values"]]})
        error = np.square(from_file(sheet.content).astype(int) - image).mean()
        assert closeness(page, name) == pytest.approx(10 * np.log10(255**2 / error), abs=0.06)
        expect(card(page, name).locator("code")).to_have_text(f"training/autoencoders/{name}.py")


@pytest.mark.parametrize("name", ["undercomplete", "sparse"])
def test_dragging_a_bar_changes_the_image(page: Page, name: str) -> None:
    before, bars = shown(page, name), card(page, name).locator(".bars")
    box = bars.bounding_box()
    assert box
    bars.click(position={"x": box["width"] / 2, "y": 2})
    expect(card(page, name).locator(".output")).not_to_have_attribute("src", before)
    dragged = shown(page, name)
    bars.press("ArrowRight")
    for _ in range(6):
        bars.press("ArrowUp")
    expect(card(page, name).locator(".output")).not_to_have_attribute("src", dragged)


def test_denoising_type_resists_noise_best(page: Page) -> None:
    page.get_by_role("slider", name="Noise").fill("30")
    expect(page.locator(".facts").filter(has_text="z moved by")).to_have_count(6)
    expect(page.locator("article.best h3")).to_have_text("denoising")
    settle(page)
    moved = {name: re.search(r"moved by (\d+)", card(page, name).locator(".facts").inner_text()) for name in TYPES}
    shares = {name: int(found[1]) for name, found in moved.items() if found}
    assert shares["contractive"] < shares["undercomplete"] < shares["overcomplete"]


def test_walk_leads_from_one_garment_to_another(page: Page) -> None:
    page.get_by_role("button", name="A boot").click()
    expect(page.get_by_label("garments")).to_be_checked()
    settle(page)
    page.get_by_role("button", name="Walk from here").click()
    page.get_by_role("button", name="Trousers").click()
    settle(page)
    page.get_by_role("button", name="Walk to this").click()
    expect(page.locator(".strip img")).to_have_count(6 * 8)


def test_new_digits_are_drawn_and_taken_over(page: Page) -> None:
    variational = card(page, "variational")
    before = shown(page, "variational")
    variational.get_by_role("button", name="Draw new ones").click()
    expect(variational.locator(".strip img")).to_have_count(8)
    variational.get_by_role("button", name="image 3").click()
    expect(variational.locator(".output")).not_to_have_attribute("src", before)


def test_atoms_of_the_sparse_type_are_shown(page: Page) -> None:
    sparse = card(page, "sparse")
    expect(sparse.locator(".facts")).to_contain_text("of 512 in use")
    sparse.get_by_role("button", name="Show the atoms").click()
    expect(sparse.locator(".strip img")).to_have_count(8)


def test_digit_can_be_drawn(page: Page) -> None:
    page.get_by_role("button", name="Clear").click()
    settle(page)
    before = shown(page, "variational")
    box = page.locator(".pad").bounding_box()
    assert box
    page.mouse.move(box["x"] + 112, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 112, box["y"] + 180, steps=5)
    page.mouse.up()
    expect(card(page, "variational").locator(".output")).not_to_have_attribute("src", before)
    settle(page)
    assert closeness(page, "undercomplete") > 15
