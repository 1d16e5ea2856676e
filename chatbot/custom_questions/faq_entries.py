"""FAQ made of questions: a draft of a new entry, or a phrasing of one that exists."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from chatbot.custom_questions.refusals import NoAnswerYet
from chatbot.faq import services as faq
from chatbot.models import CustomQuestion, FaqCategory, FaqEntry, FaqPhrasing


@transaction.atomic
def make_draft(
    *, question: CustomQuestion, category: FaqCategory, by: User, at: datetime
) -> FaqEntry:
    """Make a draft of a new entry from the question and its answer, for staff to publish."""
    if not question.answer:
        raise NoAnswerYet
    version = faq.draft_from_question(question=question, category=category, by=by)
    _name_entry(question, version.entry, at=at)
    return version.entry


@transaction.atomic
def add_phrasing(*, question: CustomQuestion, entry: FaqEntry, by: User, at: datetime) -> None:
    """Add the question to an entry, so that Help answers it by itself the next time."""
    faq.add_phrasing(
        entry=entry,
        text=question.text,
        language=question.language,
        origin=FaqPhrasing.Origin.QUESTION,
        by=by,
    )
    _name_entry(question, entry, at=at)


def _name_entry(question: CustomQuestion, entry: FaqEntry, *, at: datetime) -> None:
    CustomQuestion.objects.filter(pk=question.pk).update(entry=entry, updated_at=at)
    question.entry = entry
