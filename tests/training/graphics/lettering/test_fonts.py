"""Which fonts there are, and which are held out."""

from pathlib import Path
from random import Random

import pytest

from training.graphics.lettering import fonts as module
from training.graphics.lettering.fonts import PACKAGES, RELATIVES, Face, FontError, Fonts, find_faces
from training.graphics.lettering.words import SCRIPTS


def designs(fonts: Fonts) -> set[str]:
    return {RELATIVES.get(face.family.split()[0], face.family.split()[0]) for face in fonts.faces}


def test_no_design_is_both_trained_on_and_held_out(fonts: Fonts, held_out: Fonts) -> None:
    assert not designs(fonts) & designs(held_out)
    assert len(designs(fonts)) > len(designs(held_out)) > 2


def test_only_fonts_of_its_own_are_picked(fonts: Fonts, held_out: Fonts) -> None:
    for some in (fonts, held_out):
        random = Random(0)
        picked = {some.pick(random, 12, mono=i % 2 == 0).path for i in range(200)}
        assert len(picked) > 2
        assert picked <= {face.path for face in some.faces}


def test_letters_of_a_mono_font_are_as_wide(fonts: Fonts) -> None:
    for seed in range(20):
        font = fonts.pick(Random(seed), 48, mono=True)
        assert abs(font.getlength("i") - font.getlength("M")) <= 1


def test_each_script_has_a_font_that_draws_its_letters(fonts: Fonts) -> None:
    for script in fonts.scripts():
        _, _, letter = SCRIPTS[script]
        assert fonts.pick(Random(1), 20, script=script).getmask(letter).getbbox()


def test_what_is_held_out_follows_from_the_name_alone() -> None:
    def held_out(family: str) -> bool:
        return Face(Path("a.ttf"), family, "Regular", False, ("latin",)).held_out

    assert held_out("Inter") and held_out("Inter Display") and not held_out("DejaVu Sans") and not held_out("Hack")


def test_too_few_fonts_are_an_error_that_names_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    with pytest.raises(FontError, match=f"too few fonts.*{PACKAGES}"):
        Fonts()
    assert find_faces(tmp_path) == ()
