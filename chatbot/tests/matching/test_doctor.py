"""FAQ doctor: precision, moves and shadows of an edit."""

import pytest

from chatbot.matching import doctor
from chatbot.models import FaqEntry, LabelledMessage
from conftest import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def labelled(encoded_faq):
    """A message about a forgotten password, and that entry."""
    entry = FaqEntry.objects.get(key="reset_password")
    LabelledMessage.objects.create(
        text="I forgot my password", language="EN", entry=entry, origin="STAFF", at=NOON
    )
    return entry


def test_an_edit_that_takes_anothers_question_lowers_precision(labelled):
    """An entry that claims another's question shadows it: the doctor names the move."""
    thief = FaqEntry.objects.get(key="human")
    text = "I forgot my password"
    found = doctor.examine(
        entry_id=thief.pk,
        texts={"EN": ("I forgot my password", "You can write to a person. " + text)},
        phrasings=[("EN", "forgot password"), ("EN", "reset my password")],
    )
    assert found.precision_before == 1
    assert [(move.before, move.right) for move in found.moves] == [(labelled.pk, labelled.pk)]


def test_an_edit_without_effect_moves_nothing(labelled):
    """The entry as it is has the same answers, and pairs of language and text are taken."""
    rows = labelled.phrasings.exclude(origin="ENTRY").values_list("language", "text")
    texts = {row.language: (row.question, row.answer) for row in labelled.version.texts.all()}
    found = doctor.examine(entry_id=labelled.pk, texts=texts, phrasings=list(rows))
    assert found.precision_after == found.precision_before
    assert found.never_reached == ()
