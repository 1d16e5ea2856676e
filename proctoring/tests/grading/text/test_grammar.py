"""Errors that learners in India make are found; good English and accepted usage are not."""

import pytest

from proctoring.grading.text.document import read_document
from proctoring.grading.text.grammar import check_grammar


def errors(text, **others):
    found = check_grammar(read_document(text), **others).remarks
    return [text[one.start : one.end].lower() for one in found]


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("She has been waiting since two weeks.", "since two weeks"),
        ("The shop is closed from three days.", "from three days"),
        ("He didn't went to the bank.", "went"),
        ("We did not received the payment.", "received"),
        ("I must to call him today.", "must to call"),
        ("One of my friend works there.", "one of my friend"),
        ("We have many complaint today.", "many complaint"),
        ("The staff don't listen.", "staff don't"),
        ("Yesterday he tell me about it.", "he tell"),
        ("It take five days.", "it take"),
        ("All the parcels was late.", "parcels was"),
        ("I called to the manager.", "called to the"),
        ("He asked to me a question.", "asked to me"),
        ("We discussed about the refund.", "discussed about"),
        ("They arrived to Delhi at noon.", "arrived to"),
        ("I am agree with you.", "am agree"),
        ("I have problem with my bill.", "have problem"),
        ("We meet in evening.", "in evening"),
        ("Please give me an advices.", "advices"),
        ("I look forward to hear from you.", "forward to hear"),
        ("The internet not work at night.", "internet not work"),
        ("My wife birthday is tomorrow.", "wife birthday"),
        ("You can able to pay online.", "can able to"),
        ("Plz call me.", "plz"),
        ("I want that you refund it.", "want that"),
        ("I recieved the parcel.", "recieved"),
        ("My children was crying.", "my children was"),
        ("We couldn't able to sleep.", "couldn't able to"),
        ("If I will not get it, I complain.", "if i will"),
        ("I will put complaint today.", "put complaint"),
        ("The staffs were rude.", "staffs"),
    ],
)
def test_a_usual_error_is_found(sentence, wrong):
    """The place of the error is told."""
    assert any(wrong in found or found in wrong for found in errors(sentence)), errors(sentence)


@pytest.mark.parametrize(
    "text",
    [
        "Please do the needful and revert at the earliest; the meeting was preponed to 4 pm.",
        "The refund of ₹2,499 will reach your UPI account within five working days.",
        "Mr Venkataraghavan from Tiruchirappalli recharged his Jio SIM for 1.5 lakh rupees.",
        "Should the customer want a refund, let him call our helpline; it may take five days.",
        "I would ask that he come in person, rather than have his wife pay for it.",
        "The two-year warranty covers it, and a five day delivery window applies.",
        "What did the customer say when it came? Could it take long? Does the router work?",
        "The reason the technicians were late is that the parcels in the van were heavy.",
        "He told me that he was informed that the bill was wrong.",
        "I have the same problem, and one of my friends has it too.",
        "She has been waiting since Monday, for two weeks in fact.",
        "Our customer service desk helps you make it work.",
        "I'm having a doubt about today's bill, sir.",
        "Your bus is late, our business is closed, your status is open, their address was wrong.",
        "The person with your parcels is here; let me check if it will arrive or if he will come.",
        "How many chairs does she want? The hotel has room for ten. The man I spoke to said so.",
        "The cake that I ordered for my daughter came.",
        "The bill is three times what it was, and he entered for the exam.",
        "The colour of the cheque and the organisation's programme are British spellings.",
    ],
)
def test_good_english_costs_nothing(text):
    """Indian usage, names, amounts, inversions and British spellings are no errors."""
    assert errors(text) == []


def test_spellings_of_the_task_and_of_names_are_right():
    """What stands in the prompt or begins with a capital is no misspelling."""
    assert errors("The qurbani box and Zorblax came.", known_text="A qurbani box") == []


def test_a_transcript_has_no_spelling_or_capitals():
    """What is only written is not judged in speech; grammar is."""
    said = read_document("um i told him that he don't need to recieve it", is_transcript=True)
    assert [one.kind for one in check_grammar(said).remarks] == ["agreement"]


def test_the_rate_is_for_100_words():
    """The same errors in a longer text weigh less."""
    short = check_grammar(read_document("He don't know."))
    long = check_grammar(read_document("He don't know. " + "We will call you tomorrow. " * 20))
    assert short.per_100_words > 10 * long.per_100_words > 0
