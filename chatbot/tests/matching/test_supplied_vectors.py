"""Vectors that are supplied with the FAQ: of the texts as they are, and used by a new site."""

import numpy as np
import pytest

from chatbot import seeding
from chatbot.faq import interchange
from chatbot.matching import encoder, encoding, services
from chatbot.matching.supplied_vectors import SuppliedTexts, SuppliedVectors, write
from chatbot.models import FaqPassage, FaqPhrasing, FaqText
from conftest import NOON

REMEDY = "After a change of the supplied FAQ run `manage.py encode_supplied_faq`."


def test_the_file_is_of_the_texts_as_they_are():
    """A change of the supplied FAQ, or of how it is read, needs new vectors."""
    assert SuppliedVectors().digest == interchange.supplied_texts().digest(), REMEDY


def test_the_file_holds_what_the_encoder_makes():
    """Some vectors, made again, are those of the file."""
    model, vectors = encoder.installed_encoder(), SuppliedVectors()
    texts = interchange.supplied_texts()
    for text in texts.phrasings[::150]:
        held = encoder.from_bytes(vectors.of_phrasing(text)["vector"])
        assert np.allclose(held, encoding.phrasing_vector(text, model), atol=0.01), REMEDY
    question, answer = texts.answers[0]
    held = encoder.from_bytes(vectors.of_answer(question, answer)["vectors"])
    made = model.passages(SuppliedTexts([], [(question, answer)]).passages()[0])
    assert np.allclose(held, made.ravel(), atol=0.01), REMEDY


@pytest.mark.django_db
def test_a_new_site_has_nothing_to_encode():
    """All phrasings and published texts have their vectors when the site is seeded."""
    seeding.seed(NOON)
    assert not FaqPhrasing.objects.exclude(encoder=encoder.NAME).exists()
    assert FaqPassage.objects.count() == FaqText.objects.count()
    assert services.encode_missing(NOON) == 0
    assert services.match("When do I get paid?").engine == "encoder"


@pytest.mark.django_db
def test_without_the_file_texts_are_encoded_later(tmp_path):
    """A missing file, or one of another encoder, holds no vector and is no error."""
    records = interchange.supplied_records()[:1]
    missing = SuppliedVectors(tmp_path / "missing.npz")
    interchange.seed(records=records, at=NOON, vectors=missing)
    assert set(FaqPhrasing.objects.values_list("vector", "encoder")) == {(None, "")}
    assert not FaqPassage.objects.exists()


def test_a_file_that_is_written_is_read(tmp_path):
    """What `encode_supplied_faq` writes is what a site reads, and no other text has a vector."""
    path, texts = tmp_path / "vectors.npz", SuppliedTexts(["How?", "When?"], [("Why?", "So.")])
    assert write(texts, encoder.installed_encoder(), path) == 4
    vectors = SuppliedVectors(path)
    assert vectors.digest == texts.digest()
    assert len(vectors.of_phrasing("How?")["vector"]) == 2 * encoder.DIMENSIONS
    assert len(vectors.of_answer("Why?", "So.")["vectors"]) == 4 * encoder.DIMENSIONS
    assert vectors.of_phrasing("Where?") == vectors.of_answer("Why?", "No.") == {}
