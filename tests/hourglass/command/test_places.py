"""Where results go: beside the source, to a file, into a folder that keeps its structure, never two to one."""

from pathlib import Path

import pytest

from hourglass.command.places import IMAGES, BadPlace, Item, find_files, plan, write_whole


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("in/a.jpg", "in/sub/b.PNG", "in/notes.txt", "c.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def test_images_of_a_folder_are_found_at_any_depth(folder: Path) -> None:
    found = list(find_files([folder / "in", folder / "c.jpg"], IMAGES))
    assert found == [
        (folder / "in/a.jpg", Path("a.jpg")),
        (folder / "in/sub/b.PNG", Path("sub/b.PNG")),
        (folder / "c.jpg", Path("c.jpg")),
    ]


def test_result_of_one_file_lies_beside_it(folder: Path) -> None:
    source = folder / "c.jpg"
    assert plan([source], None, IMAGES, ".hgls") == [Item(source, folder / "c.hgls")]
    assert plan([source], None, IMAGES, None) == [Item(source, folder / "c-clean.jpg")]


@pytest.mark.parametrize("given", ["last path", "option"])
def test_result_of_one_file_goes_to_a_file_or_into_a_folder(folder: Path, given: str) -> None:
    source = folder / "c.jpg"
    for output, target in ((folder / "x.hgls", folder / "x.hgls"), (folder / "in", folder / "in/c.hgls")):
        paths = [source, output] if given == "last path" else [source]
        assert plan(paths, None if given == "last path" else output, IMAGES, ".hgls") == [Item(source, target)]


def test_folder_keeps_its_structure(folder: Path) -> None:
    targets = [item.target for item in plan([folder / "in", folder / "out"], None, IMAGES, ".hgls")]
    assert targets == [folder / "out/a.hgls", folder / "out/sub/b.hgls"]


def test_two_results_in_one_place_are_refused(folder: Path) -> None:
    (folder / "in/a.png").touch()
    with pytest.raises(BadPlace, match=r"a\.jpg and .*a\.png would both become .*a\.hgls"):
        plan([folder / "in", folder / "out"], None, IMAGES, ".hgls")


def test_nothing_to_do_is_refused(folder: Path) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(BadPlace, match="no file to work on"):
        plan([folder / "empty", folder / "out"], None, IMAGES, ".hgls")
    with pytest.raises(BadPlace, match="nowhere does not exist"):
        plan([folder / "nowhere"], None, IMAGES, ".hgls")


def test_standard_output_takes_one_result(folder: Path) -> None:
    with pytest.raises(BadPlace, match="standard output"):
        plan([folder / "in"], Path("-"), IMAGES, ".hgls")


def test_file_appears_whole_or_not_at_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = folder / "new" / "file"
    write_whole(target, b"data")
    assert target.read_bytes() == b"data"
    assert target.stat().st_mode & 0o400
    monkeypatch.setattr(Path, "replace", _full)
    with pytest.raises(OSError, match="full"):
        write_whole(target, b"other")
    assert target.read_bytes() == b"data"
    assert [path.name for path in target.parent.iterdir()] == ["file"]


def _full(*_: object) -> None:
    raise OSError(28, "the disk is full")
