"""models and info: what there is."""

from pathlib import Path

from hourglass.command.tasks import installed_manifests
from tests.hourglass.command.conftest import Run


def test_all_installed_models_are_listed(run: Run) -> None:
    shown = run("models").stdout
    assert [name for name in installed_manifests() if name not in shown] == []


def test_compressed_file_tells_its_model_and_size(run: Run) -> None:
    run("encode", "photo.jpg", "--quality", 30)
    shown = run("info", "photo.hgls").stdout
    assert "photo-codec" in shown and "768x512" in shown and "30" in shown


def test_image_tells_its_size(run: Run) -> None:
    shown = run("info", "boot.png").stdout
    assert "28x28" in shown and "gray" in shown


def test_what_is_neither_is_refused(run: Run) -> None:
    Path("notes.txt").write_text("nothing")
    for name in ("notes.txt", "nowhere"):
        refused = run("info", name)
        assert refused.exit_code == 2
        assert name in refused.stderr
