"""Entries of the FAQ: drafts, publishing, phrasings, and what becomes of questions of people.

Whatever changes what the matcher reads raises its revision in the same transaction.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from chatbot.faq import checks, refusals
from chatbot.faq.doctor import examine
from chatbot.faq.reading import clean_text, one_line
from chatbot.faq.records import LONGEST_ANSWER, LONGEST_QUESTION, TextRecord
from chatbot.matching.revision import bump_revision
from chatbot.models import (
    CustomQuestion,
    FaqCategory,
    FaqEntry,
    FaqPhrasing,
    FaqText,
    FaqVersion,
    HelpLanguage,
    LabelledMessage,
    TicketMessage,
)
from chatbot.models.faq import LONGEST_PHRASING
from chatbot.redaction.detection import redact
from hitouch.core.db.state_machine import InvalidTransition, transition

Origin = FaqPhrasing.Origin
#: A version with which precision falls by this share or more is not published.
MAX_PRECISION_LOSS = 0.02


@transaction.atomic
def create_entry(
    *, category: FaqCategory, key: str, texts: Mapping[str, TextRecord], by: User | None
) -> FaqVersion:
    """A new entry with its first draft. Nobody sees it until the draft is published."""
    if FaqEntry.objects.filter(key=key).exists():
        raise refusals.EntryKeyTaken
    last = FaqEntry.objects.filter(category=category).order_by("-position").first()
    entry = FaqEntry.objects.create(
        category=category, key=key, position=last.position + 1 if last else 0
    )
    version = FaqVersion.objects.create(entry=entry, number=1, created_by=by)
    _write_texts(version, texts)
    return version


@transaction.atomic
def draft(*, entry: FaqEntry, by: User | None, note: str = "") -> FaqVersion:
    """The entry's draft: the one that is open, or a new copy of what is published."""
    entry = _lock_entry(entry.pk)
    open_draft = entry.versions.filter(state=FaqVersion.State.DRAFT).order_by("-number").first()
    if open_draft:
        return open_draft
    newest = entry.versions.order_by("-number").first()
    version = FaqVersion.objects.create(
        entry=entry, number=newest.number + 1 if newest else 1, created_by=by, note=note
    )
    source = entry.version or newest
    if source:
        _write_texts(
            version,
            {row.language: TextRecord(row.question, row.answer) for row in source.texts.all()},
        )
    return version


@transaction.atomic
def edit_draft(
    *, version: FaqVersion, texts: Mapping[str, TextRecord], note: str | None = None
) -> FaqVersion:
    """Replace the texts of the languages that are given; an empty pair removes a language."""
    _lock_entry(version.entry_id)
    version = FaqVersion.objects.select_for_update().get(pk=version.pk)
    if version.state != FaqVersion.State.DRAFT:
        raise refusals.DraftOnly
    _write_texts(version, texts)
    if note is not None:
        version.note = one_line(note)[:300]
    version.save(update_fields=["note", "updated_at"])
    return version


@transaction.atomic
def discard_draft(*, version: FaqVersion) -> None:
    """Delete a draft. An entry that was never published goes with it."""
    entry = _lock_entry(version.entry_id)
    version = FaqVersion.objects.select_for_update().get(pk=version.pk)
    if version.state != FaqVersion.State.DRAFT:
        raise refusals.DraftOnly
    version.delete()
    if not entry.versions.exists():
        entry.delete()
        bump_revision()


def publish(*, version: FaqVersion, by: User | None, at: datetime) -> FaqVersion:
    """Show this version instead of the published one, after the FAQ doctor has examined it.

    The examination takes seconds, so it is made before the transaction; what it examined is
    compared under the lock.
    """
    examined = _texts_of(version)
    examine_before_publishing(version=version)
    with transaction.atomic():
        entry = _lock_entry(version.entry_id)
        version = FaqVersion.objects.select_for_update().get(pk=version.pk)
        if version.state != FaqVersion.State.DRAFT:
            raise InvalidTransition
        if _texts_of(version) != examined:
            raise refusals.VersionChanged
        return show_version(entry=entry, version=version, by=by, at=at)


def examine_before_publishing(*, version: FaqVersion) -> None:
    """Refuse a version with broken or missing texts, or with which precision falls."""
    texts = list(version.texts.all())
    if HelpLanguage.EN not in {text.language for text in texts}:
        raise refusals.EnglishMissing
    if faults := checks.faults_of_texts(texts):
        raise refusals.TextsBroken(faults)
    report = examine(version)
    if report is not None and report.precision_before - report.precision_after >= (
        MAX_PRECISION_LOSS - 1e-9
    ):
        raise refusals.PrecisionFalls(report.precision_before, report.precision_after)


def show_version(
    *, entry: FaqEntry, version: FaqVersion, by: User | None, at: datetime
) -> FaqVersion:
    """Publish under the entry's lock, without an examination: of drafts, and of supplied texts."""
    if entry.version_id and entry.version:
        transition(entry.version, to=FaqVersion.State.RETIRED, by=by, at=at)
    transition(
        version, to=FaqVersion.State.PUBLISHED, by=by, at=at, published_at=at, published_by=by
    )
    entry.version, entry.is_active = version, True
    entry.save(update_fields=["version", "is_active", "updated_at"])
    _replace_questions(entry, version, by)
    bump_revision()
    return version


@transaction.atomic
def retire(*, entry: FaqEntry, by: User, at: datetime) -> None:
    """Withdraw what is published. Messages that showed it keep their version."""
    entry = _lock_entry(entry.pk)
    if entry.version is None:
        raise refusals.NoPublishedVersion
    transition(entry.version, to=FaqVersion.State.RETIRED, by=by, at=at)
    entry.version, entry.is_active = None, False
    entry.save(update_fields=["version", "is_active", "updated_at"])
    bump_revision()


@transaction.atomic
def set_active(*, entry: FaqEntry, is_active: bool) -> None:
    """Show or hide an entry without another version."""
    entry = _lock_entry(entry.pk)
    if is_active and entry.version is None:
        raise refusals.NoPublishedVersion
    entry.is_active = is_active
    entry.save(update_fields=["is_active", "updated_at"])
    bump_revision()


@transaction.atomic
def add_phrasing(
    *, entry: FaqEntry, text: str, language: str, origin: str = Origin.STAFF, by: User | None
) -> FaqPhrasing:
    """Add a way to ask the entry. No two entries are asked in the same words."""
    text = redact(one_line(text)).text
    if not 1 <= len(text) <= LONGEST_PHRASING:
        raise refusals.TextInvalid(f"Write 1 to {LONGEST_PHRASING} characters.", field="text")
    taken = FaqPhrasing.objects.filter(text__iexact=text).select_related("entry").first()
    if taken:
        raise refusals.PhrasingTaken(taken.entry.key)
    phrasing = FaqPhrasing.objects.create(
        entry=entry, text=text, language=language, origin=origin, by=by
    )
    bump_revision()
    return phrasing


@transaction.atomic
def remove_phrasing(*, phrasing: FaqPhrasing) -> None:
    """Remove a way to ask; the questions of the published texts stay."""
    published = FaqText.objects.filter(
        version__entry=phrasing.entry_id, version__state=FaqVersion.State.PUBLISHED
    )
    if published.filter(question=phrasing.text).exists():
        raise refusals.PhrasingUsed
    phrasing.delete()
    bump_revision()


def draft_from_source(
    *,
    category: FaqCategory,
    question: CustomQuestion | None,
    message: TicketMessage | None,
    asked: str,
    language: str,
    by: User,
) -> FaqVersion:
    """A draft from an answered custom question, or from an answer of support to what was asked."""
    if question is not None:
        return draft_from_question(question=question, category=category, by=by)
    if message is None:
        raise refusals.TextInvalid("Name one source.", field="custom_question")
    return draft_from_ticket_answer(
        message=message, question=asked, language=language, category=category, by=by
    )


def draft_from_question(*, question: CustomQuestion, category: FaqCategory, by: User) -> FaqVersion:
    """A draft of a new entry from a person's question and the answer that staff gave."""
    texts = {question.language: TextRecord(question.text, question.answer)}
    return draft_from_texts(category=category, texts=texts, phrasings=[], by=by)


def draft_from_ticket_answer(
    *, message: TicketMessage, question: str, language: str, category: FaqCategory, by: User
) -> FaqVersion:
    """A draft of a new entry from an answer of support; the question is written by staff."""
    texts = {language: TextRecord(question, message.text)}
    return draft_from_texts(category=category, texts=texts, phrasings=[], by=by)


def draft_from_group(
    *, questions: Sequence[tuple[str, str]], category: FaqCategory, by: User
) -> FaqVersion:
    """A draft from a group of unanswered questions, pairs of language and text.

    The first of each language becomes the draft's question, all become phrasings. The answers
    are to be written.
    """
    texts: dict[str, TextRecord] = {}
    for language, said in questions:
        texts.setdefault(language, TextRecord(said, TO_WRITE))
    return draft_from_texts(category=category, texts=texts, phrasings=questions, by=by)


#: The answer of a draft that has none yet: it names no slot, so it cannot be published.
TO_WRITE = "{{ answer to write }}"


@transaction.atomic
def draft_from_texts(
    *,
    category: FaqCategory,
    texts: Mapping[str, TextRecord],
    phrasings: Sequence[tuple[str, str]],
    by: User,
) -> FaqVersion:
    """A new entry with a draft and phrasings, in one act."""
    shortened = {
        language: TextRecord(
            redact(one_line(text.question)).text[:LONGEST_QUESTION],
            redact(clean_text(text.answer)).text[:LONGEST_ANSWER],
        )
        for language, text in texts.items()
    }
    first = next(iter(shortened.values()), TextRecord("", ""))
    shortened.setdefault(HelpLanguage.EN, TextRecord(first.question, TO_WRITE))
    version = create_entry(category=category, key=free_key(first.question), texts=shortened, by=by)
    for language, said in phrasings:
        said = redact(one_line(said)).text[:LONGEST_PHRASING]
        if said and not FaqPhrasing.objects.filter(text__iexact=said).exists():
            add_phrasing(
                entry=version.entry, text=said, language=language, origin=Origin.QUESTION, by=by
            )
    return version


@transaction.atomic
def save_category(*, category: FaqCategory) -> None:
    """Save a category; its threshold decides when entries of it are given as the answer."""
    category.save()
    bump_revision()


@transaction.atomic
def save_label(*, message: LabelledMessage, by: User, at: datetime) -> None:
    """Save which entry answers a message, in the name of who said so."""
    message.text = redact(one_line(message.text)).text
    message.origin, message.by, message.at = LabelledMessage.Origin.STAFF, by, at
    message.save()
    bump_revision()


def free_key(question: str) -> str:
    """A key that no entry has, from the words of a question."""
    base = slugify(question)[:50].strip("-") or "entry"
    taken = set(FaqEntry.objects.filter(key__startswith=base).values_list("key", flat=True))
    if base not in taken:
        return base
    return next(key for number in range(2, 10_000) if (key := f"{base}-{number}") not in taken)


def _lock_entry(pk: UUID) -> FaqEntry:
    return FaqEntry.objects.select_for_update(of=("self",)).select_related("version").get(pk=pk)


def _texts_of(version: FaqVersion) -> set[tuple[str, str, str]]:
    return set(
        FaqText.objects.filter(version=version).values_list("language", "question", "answer")
    )


def _write_texts(version: FaqVersion, texts: Mapping[str, TextRecord]) -> None:
    for language, record in texts.items():
        question, answer = one_line(record.question), clean_text(record.answer)
        if not question and not answer:
            FaqText.objects.filter(version=version, language=language).delete()
            continue
        if not 1 <= len(question) <= LONGEST_QUESTION:
            raise refusals.TextInvalid(
                f"Write a question of up to {LONGEST_QUESTION} characters.", field="question"
            )
        if not 1 <= len(answer) <= LONGEST_ANSWER:
            raise refusals.TextInvalid(
                f"Write an answer of up to {LONGEST_ANSWER} characters.", field="answer"
            )
        FaqText.objects.update_or_create(
            version=version,
            language=language,
            defaults={"question": question, "answer": answer},
        )


def _replace_questions(entry: FaqEntry, version: FaqVersion, by: User | None) -> None:
    """The questions of the published texts are phrasings, those of the version before are not."""
    questions = {text.question: text.language for text in version.texts.all()}
    rows = FaqPhrasing.objects.filter(entry=entry)
    rows.filter(origin=Origin.ENTRY).exclude(text__in=questions).delete()
    known = set(rows.values_list("text", flat=True))
    FaqPhrasing.objects.bulk_create(
        FaqPhrasing(entry=entry, text=text, language=language, origin=Origin.ENTRY, by=by)
        for text, language in questions.items()
        if text not in known
    )
