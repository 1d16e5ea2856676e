"""Matching: bands, thresholds, hostile texts, reload, and work without the encoder."""

import threading
import time
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot.matching import encoder, encoding, loading, services
from chatbot.matching.index import Index, IndexedEntry, IndexedPhrasing
from chatbot.matching.services import Band
from chatbot.matching.texts import MAX_CHARACTERS
from chatbot.models import FaqCategory, FaqEntry, FaqPassage, FaqPhrasing, HelpLanguage
from conftest import NOON

pytestmark = pytest.mark.django_db
ASKED = [
    ("I forgot my pasword", "reset_password"),
    ("paisa kab milega", "payout_when"),
    ("पासवर्ड भूल गया हूं, नया कैसे बनाऊं", "reset_password"),
    ("which documents do I need for KYC", "kyc_docs"),
    ("kal ki shift cancel karni hai", "cancel_shift"),
]
HOSTILE = [
    "",
    " ",
    "???",
    "😀" * 10_000,
    "\0" * 600,
    "a" * 100_000,
    "क्षि" * 10_000,
    "\u202e\u2066abc",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "🧑‍🔧",
]


def key_of(match):
    return FaqEntry.objects.get(pk=match.candidates[0].entry_id).key


def vector(*numbers):
    return np.array([*numbers, *[0.0] * (encoder.DIMENSIONS - len(numbers))], np.float32)


@pytest.mark.parametrize(("text", "key"), ASKED)
def test_questions_in_three_languages_find_their_entry(encoded_faq, text, key):
    """English with errors, Hinglish and Hindi find the entry, and the probability says so."""
    match = services.match(text, now=NOON)
    assert (match.engine, key_of(match)) == ("encoder", key)
    assert match.probability > services.SUGGEST_FROM
    assert len(match.candidates) == services.MOST_SUGGESTED
    probabilities = [candidate.probability for candidate in match.candidates]
    assert probabilities == sorted(probabilities, reverse=True)
    assert 0 <= probabilities[-1] <= probabilities[0] <= 1


@pytest.mark.parametrize(
    "text", ["who won the cricket match", "koi gaana sunao", "chai kaise banaye"]
)
def test_other_matters_are_not_answered(encoded_faq, text):
    """A message about another matter gets no answer."""
    assert services.match(text).band != Band.ANSWER


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_not_answered(encoded_faq, text):
    """Text without a question gets neither an answer nor an error."""
    assert services.match(text).band != Band.ANSWER


def test_only_the_first_characters_are_read(encoded_faq, monkeypatch):
    """The encoder never gets more than the limit, whatever is sent."""
    lengths = []
    real = encoder.TextEncoder.queries
    monkeypatch.setattr(
        encoder.TextEncoder,
        "queries",
        lambda self, texts: (
            lengths.extend(map(len, texts)) or real(self, [text[:20] for text in texts])
        ),
    )
    services.match("password " * 20_000)
    services.match("mujhe password nahi pata " * 10_000)
    assert lengths
    assert max(lengths) <= MAX_CHARACTERS


@given(text=st.text(max_size=600))
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_text_gets_a_match(small_faq, text):
    """Any text is matched, by words, with probabilities from 0 to 1 in falling order."""
    loaded = loading.load()
    match = services.match_in(type(loaded)(**{**vars(loaded), "encoder": None}), text)
    assert 0 <= match.probability <= 1
    assert match.language in HelpLanguage


def test_each_category_has_its_threshold(encoded_faq):
    """The same probability answers in one category and only suggests in a stricter one."""
    text = "kal ki shift cancel karni hai"
    match = services.match(text)
    assert 0.5 < match.probability < 0.99
    for threshold, band in (("0.50", Band.ANSWER), ("0.99", Band.SUGGEST)):
        category = FaqCategory.objects.filter(entries=match.candidates[0].entry_id)
        category.update(answer_threshold=Decimal(threshold))
        services.bump_revision()
        assert services.match(text).band == band


def test_two_near_entries_are_offered(encoded_faq):
    """When two entries have the same phrasings neither is answered: the person is asked."""
    one, other = FaqEntry.objects.filter(key__in=["payout_when", "payout_missing"])
    text = "tell me about the lunch vouchers"
    for entry in (one, other):
        FaqPhrasing.objects.create(entry=entry, text=text, language="EN", origin="STAFF")
    services.encode_missing(NOON)
    found = services.match(text)
    assert {candidate.entry_id for candidate in found.candidates[:2]} == {one.pk, other.pk}
    assert found.is_ambiguous
    assert found.band == Band.SUGGEST


def test_inactive_entry_is_not_given(encoded_faq):
    """An entry that is switched off is no candidate."""
    FaqEntry.objects.filter(key="reset_password").update(is_active=False)
    services.bump_revision()
    found = services.match("I forgot my password")
    keys = FaqEntry.objects.filter(pk__in=[each.entry_id for each in found.candidates])
    assert "reset_password" not in {entry.key for entry in keys}


def test_a_phrasing_without_vector_matches_and_is_encoded(encoded_faq):
    """A new phrasing counts at once by its characters, and gets its vector afterwards."""
    entry = FaqEntry.objects.get(key="human")
    row = FaqPhrasing.objects.create(
        entry=entry, text="quokka hotline", language="EN", origin="STAFF"
    )
    services.bump_revision()
    assert services.match("quokka hotline").candidates[0].entry_id == entry.pk
    assert services.health().without_vector == 1
    services.encode_missing(NOON)
    row.refresh_from_db()
    assert len(row.vector) == 2 * encoder.DIMENSIONS
    assert services.health().without_vector == 0


def test_texts_have_vectors_of_question_and_answer(encoded_faq):
    """Each published text is encoded once."""
    passages = FaqPassage.objects.all()
    assert {len(row.vectors) for row in passages} == {4 * encoder.DIMENSIONS}
    assert services.encode_missing(NOON) == 0


def test_without_the_encoder_words_are_compared(encoded_faq, monkeypatch):
    """Without the encoder the matcher works by words, and says so."""
    monkeypatch.setattr(encoder, "_loaded", lambda: (None, "ImportError: no module"))
    services.bump_revision()
    found = services.match("I forgot my password")
    assert (found.engine, key_of(found)) == ("lexical", "reset_password")
    assert services.health().engine == "lexical"
    assert "no module" in services.health().reason
    assert services.encode_missing(NOON) == 0


def test_a_broken_encoder_is_a_missing_one(monkeypatch):
    """A model that cannot be loaded is no error of the site."""

    def fail(**options):
        raise OSError("no file")

    monkeypatch.setattr(encoder, "E5", fail)
    with pytest.raises(encoder.EncoderMissing, match="no file"):
        encoder.TextEncoder()


def test_vectors_of_another_encoder_are_made_again(small_faq):
    """A vector of another encoder counts as none."""
    FaqPhrasing.objects.update(vector=b"\0\0" * 100, encoder="other")
    loaded = loading.load()
    assert loaded.without_vector == FaqPhrasing.objects.count()
    assert encoding.UNENCODED_PHRASINGS.due(NOON).count() == loaded.without_vector


@pytest.mark.django_db(transaction=True)
def test_other_threads_see_a_change_within_a_second(encoded_faq):
    """A thread that has loaded the matcher uses a new phrasing at its next match."""
    entry = FaqEntry.objects.get(key="human")
    text, seen, ready, stop = "zebra lounge", [], threading.Event(), threading.Event()

    def ask():
        from django.db import connection

        try:
            while not stop.is_set():
                found = services.match(text)
                ready.set()
                if found.candidates[0].entry_id == entry.pk and found.probability > 0.5:
                    seen.append(time.monotonic())
                    return
        finally:
            connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        assert ready.wait(60)
        FaqPhrasing.objects.create(entry=entry, text=text, language="EN", origin="STAFF")
        services.bump_revision()
        thread.join(60)
    finally:
        stop.set()
        thread.join(60)
    assert seen


def test_an_unchanged_revision_costs_one_query(encoded_faq, django_assert_num_queries):
    """A match reads the revision and nothing else."""
    services.match("password")
    with django_assert_num_queries(1):
        services.match("I forgot my password")


def test_an_empty_faq_passes_everything_on(db):
    """Without entries every message is passed on."""
    services.bump_revision()
    assert services.match("I forgot my password").band == Band.PASS


def test_the_best_phrasing_counts():
    """An entry is as near as its nearest phrasing, whatever its other phrasings say."""
    rows = [
        IndexedEntry(
            1, [IndexedPhrasing("alpha", vector(1, 0)), IndexedPhrasing("x", vector(0, 1))]
        ),
        IndexedEntry(2, [IndexedPhrasing("beta", vector(0, 1, 1))]),
    ]
    index = Index(rows, np.stack([vector(0, 0, 0.1), vector(0, 0, 0, 0.1)]))

    class Model:
        def queries(self, texts):
            return np.stack([vector(1, 0)] * len(texts))

    table = index.compare(index.read("alpha"), Model()).table
    assert table[0, 0] > table[1, 0]
