"""Diversity against published examples, and levels of words."""

import random

import pytest

from proctoring.grading.text.document import read_document
from proctoring.grading.text.vocabulary import hdd, is_known, measure_vocabulary, mtld, word_level

#: The example in the documentation of the package lexicalrichness, each word as a number.
EXAMPLE = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 10, 11, 12, 13, 14, 15, 16, 13, 17, 18, 19, 20, 21, 22,
    11, 23, 19, 24, 25, 26, 13, 18, 27, 28, 29, 30, 31, 32, 33, 22, 34, 32, 35, 36, 37, 13,
    29, 18, 12, 7, 38, 1, 34, 34, 32, 35,
]  # fmt: skip


def test_mtld_and_hdd_have_the_published_values():
    """57 words with 39 types have an MTLD of 46.79 and an HD-D of 0.747."""
    assert mtld(EXAMPLE) == pytest.approx(46.79226361031519)
    assert hdd(EXAMPLE) == pytest.approx(0.7468703323966486)


def test_mtld_of_simple_patterns_follows_from_its_definition():
    """Two words in turn make a factor every three words; without repetition the length remains."""
    assert mtld(["a", "b"] * 30) == pytest.approx(3)
    assert mtld(list(range(50))) == 50
    assert mtld([]) == 0


def test_hdd_is_the_mean_over_drawn_samples():
    """The formula agrees with samples drawn by chance."""
    draw = random.Random(3)
    mean = sum(len(set(draw.sample(EXAMPLE, 42))) / 42 for _ in range(4000)) / 4000
    assert hdd(EXAMPLE) == pytest.approx(mean, abs=0.005)


def test_diversity_hardly_depends_on_the_length():
    """Ten times the text from the same words changes type-token ratio much, and HD-D little."""
    draw = random.Random(5)
    weights = [1 / rank for rank in range(1, 400)]
    long = draw.choices(range(1, 400), weights, k=3000)
    assert hdd(long[:300]) == pytest.approx(hdd(long), abs=0.04)
    assert mtld(long[:300]) == pytest.approx(mtld(long), rel=0.25)


def test_words_have_the_level_of_their_easiest_use():
    """Everyday words are A1, rare ones C1 or C2, and what is no word has none."""
    assert [word_level(word) for word in ("house", "good", "went")] == [1, 1, 2]
    assert min(word_level("mitigate"), word_level("albeit")) >= 5
    assert word_level("qwxz") is None
    assert not is_known("parcle")


def test_the_tasks_words_misspelt_words_and_names_earn_nothing():
    """Range is shown with words of one's own."""
    text = "We mitigate the consignment for Pemberton."
    found = measure_vocabulary(read_document(text), given={"mitigate"}, misspelt={"consignment"})
    assert found.remarks == ()
    assert found.share_c1 == 0


def test_an_idiom_is_counted_once():
    """Expressions of several words earn, repeated ones no more."""
    text = "We got to the bottom of it. They got to the bottom of it too, to say the least."
    found = measure_vocabulary(read_document(text), given=(), misspelt=())
    assert [one.kind for one in found.remarks].count("idiom") == 2
