"""The migration that made versions, texts and phrasings of the columns of entries."""

from importlib import import_module

import pytest
from django.db import connection

from chatbot.faq import interchange
from chatbot.models import FaqCategory, FaqEntry, FaqPhrasing, FaqText, FaqVersion

pytestmark = pytest.mark.django_db
MOVE = import_module("chatbot.migrations.0008_texts_of_entries").Migration
COLUMNS = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE chatbot_faqentry ADD COLUMN question varchar(200), ADD COLUMN variants varchar(200)[],
      ADD COLUMN answer text;
UPDATE chatbot_faqentry SET question = 'What is my next step?', answer = %(answer)s,
       variants = ARRAY['What is my next step?', 'aage kya karna hai', 'अगला कदम क्या है', ' ',
                        'Which step is open'];
"""
SUPPLIED = (
    "Home always shows your next step. The order is contacts, profile, documents, assessment and "
    "agreements. Each step opens when the one before it is complete."
)


def move(answer: str) -> FaqEntry:
    """An entry with texts in its columns, after the migration's statements."""
    category = FaqCategory.objects.create(title="Start")
    entry = FaqEntry.objects.create(category=category, key="next-step")
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, {"answer": answer})
        for operation in MOVE.operations:
            cursor.execute(operation.sql)
    entry.refresh_from_db()
    return entry


def test_columns_become_a_published_version() -> None:
    """Question and answer are version 1 in English, published by nobody, with its event."""
    entry = move(SUPPLIED)
    version = FaqVersion.objects.get()
    assert entry.version == version
    assert (version.number, version.state, version.published_by) == (1, "PUBLISHED", None)
    assert version.events.get().became == "PUBLISHED"
    text = FaqText.objects.get(version=version)
    assert (text.language, text.question, text.answer) == ("EN", "What is my next step?", SUPPLIED)


def test_variants_become_phrasings() -> None:
    """The question and each variant are phrasings once, in the language of their words."""
    move(SUPPLIED)
    assert set(FaqPhrasing.objects.values_list("text", "language", "origin")) == {
        ("What is my next step?", "EN", "ENTRY"),
        ("aage kya karna hai", "HINGLISH", "SEED"),
        ("अगला कदम क्या है", "HI", "SEED"),
        ("Which step is open", "EN", "SEED"),
    }


@pytest.mark.parametrize(("answer", "is_supplied"), [(SUPPLIED, True), ("Ask Meera.", False)])
def test_texts_that_staff_changed_are_known(answer: str, is_supplied: bool) -> None:
    """Only a text that is as it was supplied may be replaced by a newer supplied one."""
    assert (move(answer).version.note == interchange.SUPPLIED) is is_supplied
