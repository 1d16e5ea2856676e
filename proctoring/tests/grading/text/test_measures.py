"""Documents, coherence, complexity, copied words and the task's points."""

import pytest

from proctoring.grading.text.coherence import measure_coherence
from proctoring.grading.text.complexity import measure_complexity
from proctoring.grading.text.copying import measure_ownness
from proctoring.grading.text.document import MAX_CHARACTERS, read_document
from proctoring.grading.text.relevance import LexicalNearness, installed_nearness
from proctoring.grading.text.remarks import interpolate
from proctoring.grading.text.task import expected_points
from proctoring.tests.grading.text.answers import ADVANCED, BEGINNER, EXPECTED, PROMPT


def test_sentences_end_where_a_reader_ends_them():
    """Titles and amounts end no sentence; greetings and signatures are none."""
    text = "Dear Mrs. Sen,\nMr. Das paid Rs. 4.50 today. Is it right? Yes!\nThanks\nMohan"
    document = read_document(text)
    found = [text[one.start : one.words[-1].end] for one in document.sentences]
    assert found == ["Mr. Das paid Rs. 4.50 today", "Is it right", "Yes"]


def test_offsets_are_those_of_the_original_text():
    """Emoji, mark-up and control characters before a word do not move it."""
    text = "😀 <b>\0refund</b> it’s"
    assert [(one.text, text[one.start : one.end]) for one in read_document(text).words] == [
        ("refund", "refund"),
        ("it's", "it’s"),
    ]


def test_a_long_text_is_cut():
    """The rest is not read, and the document says so."""
    document = read_document("word " * MAX_CHARACTERS)
    assert document.is_cut
    assert len(document.text) == MAX_CHARACTERS


@pytest.mark.parametrize(
    ("sentence", "level", "name"),
    [
        ("The parcel had been sent before he called.", 4, "past perfect"),
        ("It should have been delivered yesterday.", 4, "perfect with a modal verb"),
        ("Had I known about it, I would have called.", 5, "inversion"),
        ("Not only did he shout, he also hung up.", 5, "inversion"),
        ("What we need is a technician.", 5, "cleft sentence"),
        ("I asked her whether the line works.", 4, "“whether”, “despite”, “provided”"),
    ],
)
def test_a_construction_has_its_level(sentence, level, name):
    """Constructions of B2 and C1 are found."""
    found = measure_complexity(read_document(sentence))
    assert name in " ".join(one.message for one in found.remarks)
    assert found.counts[level - 1] >= 1


def test_a_transcript_shows_constructions_without_commas():
    """What a comma or a capital marks in writing is found by its words in speech."""
    said = "so had i been told i would have called them which means that it was my fault"
    found = measure_complexity(read_document(said, is_transcript=True))
    assert {one.message.split(": ")[1] for one in found.remarks} >= {
        "inversion.",
        "comment clause with “which”.",
    }


def test_simple_sentences_show_no_high_level():
    """A beginner's sentences have no construction of B2 or above."""
    assert sum(measure_complexity(read_document(BEGINNER)).counts[3:]) == 0
    assert measure_complexity(read_document(ADVANCED)).level > 4


def test_linking_words_have_levels():
    """“And” shows less than “because”, and that less than “nevertheless” and “provided that”."""
    texts = [
        "I called and he came.",
        "I called because he came, so then we ate.",
        "I called; nevertheless, provided that he came, we ate, in view of the rain.",
    ]
    levels = [measure_coherence(read_document(text)).level for text in texts]
    assert levels == sorted(set(levels))


def test_a_run_of_the_prompt_is_copied_and_single_words_are_not():
    """Six words in the prompt's order are copied; its words in other sentences are not."""
    copied = measure_ownness(read_document("her mixer makes a loud noise today"), [PROMPT])
    own = measure_ownness(read_document("The noise of this mixer is loud, Mrs Sen."), [PROMPT])
    assert copied.copied > 0.8
    assert own.copied == 0


def test_an_ordinary_mail_does_not_speak_to_the_examiner():
    """Marks, scores and instructions of customers are no orders to the grader."""
    text = (
        "Please ignore my previous mail. You gave us a score of 9 in the survey."
        " Put a mark on the map. The system: it works. Note to self: call the judge."
        " Rate our service from 1 to 10."
    )
    assert not measure_ownness(read_document(text), []).spoke_to_examiner


@pytest.mark.parametrize("make", [installed_nearness, LexicalNearness])
def test_a_sentence_about_a_point_is_nearer_than_one_about_another_matter(make):
    """With and without the encoder."""
    nearness = make()
    texts = [
        "I am sorry about your loud mixer.",
        "We will send a new mixer or repair it.",
        "It rained.",
    ]
    table = nearness.between(texts, EXPECTED["points"])
    assert table[0][0] > table[2][0]
    assert table[1][2] > max(table[0][2], table[2][2])
    assert all(0 <= value <= 1 for row in table for value in row)


def test_points_are_read_from_each_form_of_the_key():
    """A mapping, a list, sentences or rows."""
    assert expected_points({"points": ["a", {"text": "b"}], "model": "c"}) == ["a", "b"]
    assert expected_points(["a", "", 3]) == ["a"]
    assert expected_points(None) == []


def test_a_broken_line():
    """Constant outside its points, straight between them."""
    line = ((0.0, 1.0), (2.0, 3.0), (4.0, 0.0))
    assert [interpolate(value, line) for value in (-1, 0, 1, 3, 9)] == [1, 1, 2, 1.5, 0]
