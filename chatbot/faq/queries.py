"""Reads of the FAQ: answers as they are shown today, and the help page."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery

from chatbot.faq.links import BrokenLink, split_links
from chatbot.faq.slots import BrokenSlot, SlotValues
from chatbot.models import FaqCategory, FaqEntry, FaqPhrasing, FaqText, HelpLanguage, Message

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class FaqAnswer:
    """What an entry says today, in one language.

    `version_id` names the wording, so that an answer of the past can be read again. `language` is
    that of the text: English where the entry has no text in the language that was asked for.
    """

    entry_id: UUID
    version_id: UUID
    key: str
    language: str
    question: str
    text: str
    links: list[dict[str, str]]
    category_title: str


@dataclass(frozen=True)
class HelpCategory:
    """A heading of the help page with its answers."""

    id: UUID
    title: str
    entries: list[FaqAnswer]


def answer_of(entry_id: UUID, *, language: str) -> FaqAnswer | None:
    """The answer of an entry, or None if it has none that can be shown."""
    return answers_of([entry_id], language=language).get(entry_id)


def answers_of(entry_ids: Iterable[UUID], *, language: str) -> dict[UUID, FaqAnswer]:
    """The answers of active entries by id, in the order of `entry_ids`.

    An entry whose text names a slot without a value, or a page that does not exist, is left out:
    the assistant is silent rather than wrong. `check_faq` names such entries to staff.
    """
    wanted = list(dict.fromkeys(entry_ids))
    rows = {row.pk: row for row in _published().filter(pk__in=wanted)}
    return _answers([rows[pk] for pk in wanted if pk in rows], language)


def help_page(language: str) -> list[HelpCategory]:
    """The categories that have answers, with these, in the order of the help page."""
    rows = _published().order_by("category__position", "category__title", "position", "key")
    by_category: dict[UUID, list[FaqAnswer]] = defaultdict(list)
    titles: dict[UUID, FaqCategory] = {}
    entries = list(rows)
    answers = _answers(entries, language)
    for entry in entries:
        if entry.pk in answers:
            titles[entry.category_id] = entry.category
            by_category[entry.category_id].append(answers[entry.pk])
    return [HelpCategory(pk, titles[pk].title, found) for pk, found in by_category.items()]


def entries_with_details() -> QuerySet[FaqEntry]:
    """Entries with category, versions with their texts, and phrasings, for staff."""
    said = Prefetch("phrasings", FaqPhrasing.objects.order_by("language", "created_at", "text"))
    rows = FaqEntry.objects.select_related("category", "version")
    return rows.prefetch_related("versions__texts", said)


def entries_to_check() -> QuerySet[FaqEntry]:
    """The entries that are shown, with their texts: what the nightly check reads."""
    return _published().order_by("key")


def entries_with_usage() -> QuerySet[FaqEntry]:
    """Entries with their English `question`, `given` (times shown) and `helped` (rated so)."""
    asked = FaqText.objects.filter(version=OuterRef("version"), language=HelpLanguage.EN)
    return FaqEntry.objects.select_related("category").annotate(
        question=Subquery(asked.values("question")[:1]),
        given=Count("messages"),
        helped=Count("messages", filter=Q(messages__feedback=Message.Feedback.HELPFUL)),
    )


def _published() -> QuerySet[FaqEntry]:
    texts = Prefetch("version__texts", FaqText.objects.order_by("language"))
    active = FaqEntry.objects.active().filter(version__isnull=False)
    return active.select_related("category", "version").prefetch_related(texts)


def _answers(entries: Sequence[FaqEntry], language: str) -> dict[UUID, FaqAnswer]:
    values = SlotValues()
    answers = {}
    for entry in entries:
        try:
            answer = _answer(entry, language, values)
        except (BrokenSlot, BrokenLink) as error:
            logger.error("FAQ entry %s is not shown: %s", entry.key, error)
            continue
        if answer:
            answers[entry.pk] = answer
    return answers


def _answer(entry: FaqEntry, language: str, values: SlotValues) -> FaqAnswer | None:
    version = entry.version
    if version is None:
        return None
    texts = {text.language: text for text in version.texts.all()}
    text = texts.get(language) or texts.get(HelpLanguage.EN)
    if text is None:
        return None
    filled, links = split_links(values.fill(text.answer, text.language))
    return FaqAnswer(
        entry_id=entry.pk,
        version_id=version.pk,
        key=entry.key,
        language=text.language,
        question=values.fill(text.question, text.language),
        text=filled,
        links=[link.as_dict() for link in links],
        category_title=entry.category.title,
    )
