"""Text that says nothing."""

from itertools import pairwise
from random import Random

import pytest

from training.graphics.lettering import words


@pytest.mark.parametrize("script", words.SCRIPTS)
def test_words_are_of_their_script(script: str) -> None:
    first, last, letter = words.SCRIPTS[script]
    assert first <= ord(letter) <= last
    for seed in range(50):
        assert all(first <= ord(found) <= last for found in words.word(Random(seed), script))


def test_sentences_begin_with_capitals() -> None:
    text = words.words(Random(2), 2000)
    after_a_stop = [word for before, word in pairwise(text) if before.endswith(".") and word[0].isalpha()]
    assert len(after_a_stop) > 50
    assert all(word[0].isupper() for word in after_a_stop)
    assert sum(word[:1].islower() for word in text) > 1000


def test_a_title_is_no_longer_than_told() -> None:
    assert {len(words.title(Random(seed), 3).split()) for seed in range(50)} == {1, 2, 3}


def test_numbers_and_labels_and_code_vary() -> None:
    for draw in (words.number, words.label, words.code_line):
        assert len({str(draw(Random(seed))) for seed in range(60)}) > 25


def test_code_has_keywords_and_comments() -> None:
    lines = ["".join(words.code_line(Random(seed))) for seed in range(300)]
    assert 10 < sum(line.startswith(("#", "//")) for line in lines) < 80
    assert any(keyword in line for line in lines for keyword in words.KEYWORDS)
