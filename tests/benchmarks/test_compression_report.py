"""From stored samples to the page, and the command that makes it."""

from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from benchmarks.compression.__main__ import app
from benchmarks.compression.curves import Curve
from benchmarks.compression.report import write_report
from benchmarks.compression.results import Cut, Results, Sample
from benchmarks.machine import Machine
from benchmarks.results import read_results, write_results

BITS = {"Hourglass": 0.5, "JPEG": 2.0, "AVIF": 1.0}
LADDER = {10: (0.25, 28.0), 50: (1.0, 34.0), 90: (2.5, 40.0)}


def sample(image: str, contender: str, quality: int, factor: float) -> Sample:
    bpp, psnr_db = LADDER[quality]
    size = round(80_000 * bpp * factor / 8)
    return Sample(image, contender, quality, 80_000, size, psnr_db, psnr_db / 50, [4.0, 6.0, 9.0], [2.0, 2.0, 2.0])


@pytest.fixture
def pieces(tmp_path: Path) -> Path:
    folder = tmp_path / "pieces"
    folder.mkdir()
    for name in ("original", "JPEG"):
        Image.new("RGB", (240, 224), "teal").save(folder / f"{name}.png")
    return folder


@pytest.fixture
def results() -> Results:
    samples = [
        sample(image, name, quality, factor) for image in "ab" for name, factor in BITS.items() for quality in LADDER
    ]
    cuts = [Cut("a.png", "original", 240_000, None, "original.png"), Cut("a.png", "JPEG", 2_500, 27.5, "JPEG.png")]
    return Results(Machine.here(("numpy",)), "2 of `some`", 3, {"JPEG": "as it comes"}, samples, cuts)


def test_page_has_every_codec_with_its_bits_its_fidelity_and_its_times(
    results: Results, pieces: Path, tmp_path: Path
) -> None:
    text = write_report(results, {}, pieces, tmp_path).read_text(encoding="utf-8")
    assert "2 of `some`" in text
    assert "| Hourglass | – | – | -50.0 % | 28.0–40.0 |" in text
    assert "| JPEG | -75.0 % | 28.0–40.0 | +100.0 % | 28.0–40.0 |" in text
    assert "| AVIF | -50.0 % | 28.0–40.0 | – | – |" in text
    assert "| 0.5 | JPEG | 10 | 0.500 | 28.00 | 0.5600 | 6.0 (4.0–9.0) | 2.0 |" in text
    assert "| JPEG | as it comes |" in text
    for picture in ("compression", "compression-a"):
        assert f"(images/{picture}.png)" in text
        assert (tmp_path / "images" / f"{picture}.png").read_bytes().startswith(b"\x89PNG")


def test_published_curves_stand_beside_what_was_measured(results: Results, pieces: Path, tmp_path: Path) -> None:
    bpp, psnr_db = zip(*LADDER.values(), strict=True)
    published = {"VTM": Curve([0.8 * each for each in bpp], list(psnr_db), [0.9, 0.97, 0.99])}
    plain = write_report(results, {}, pieces, tmp_path / "plain").read_text(encoding="utf-8")
    text = write_report(results, published, pieces, tmp_path / "both").read_text(encoding="utf-8")
    assert "| VTM, published | -37.5 % | 28.0–40.0 | -20.0 % | 28.0–40.0 |" in text
    assert "ublished" not in plain
    pictures = [(tmp_path / each / "images" / "compression.png").read_bytes() for each in ("plain", "both")]
    assert pictures[0] != pictures[1]


def test_page_is_made_without_hourglass_and_without_cuts(results: Results, pieces: Path, tmp_path: Path) -> None:
    results.samples = [each for each in results.samples if each.contender == "JPEG"]
    results.cuts = []
    text = write_report(results, {}, pieces, tmp_path).read_text(encoding="utf-8")
    assert "| JPEG | – | – | – | – |" in text
    assert "At equal bytes" not in text


def test_results_come_back_from_their_file(results: Results, tmp_path: Path) -> None:
    write_results(tmp_path / "results.json", results)
    assert read_results(tmp_path / "results.json", Results) == results


def test_report_is_drawn_again_from_what_was_stored(results: Results, pieces: Path, inside: Path) -> None:
    (inside / ".bench").mkdir()
    write_results(inside / ".bench" / "compression.json", results)
    pieces.rename(inside / ".bench" / "compression")
    done = CliRunner().invoke(app, ["report", "--out", "pages"])
    assert done.exit_code == 0
    assert (inside / "pages" / "compression.md").exists()
    assert (inside / "pages" / "images" / "compression-a.png").exists()
