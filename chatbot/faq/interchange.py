"""Import and export of the FAQ, and the entries that are supplied with HitouchCX.

An import is all or nothing: it makes drafts, which are published one by one after the doctor has
examined them, and adds phrasings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Prefetch

from accounts.models import User
from chatbot.faq import reading, services
from chatbot.faq.records import CategoryRecord, EntryRecord, FaqFault, InvalidFaqFile, TextRecord
from chatbot.matching.revision import bump_revision
from chatbot.matching.supplied_vectors import SuppliedTexts, SuppliedVectors
from chatbot.models import (
    FaqCategory,
    FaqEntry,
    FaqPassage,
    FaqPhrasing,
    FaqText,
    FaqVersion,
    FaqVersionEvent,
)
from hitouch.core.errors import Refusal

#: Note of the versions that are supplied with HitouchCX. They are replaced by newer supplied ones,
#: until staff publish a version of their own.
SUPPLIED = "Supplied with HitouchCX"
SEED = Path(__file__).with_name("seed")


@dataclass
class FaqImportResult:
    """What an import did."""

    entries: int = 0
    drafts: int = 0
    phrasings: int = 0

    def __str__(self) -> str:
        return f"{self.entries} new entries, {self.drafts} drafts, {self.phrasings} new phrasings."


def import_file(*, data: bytes, name: str = "", by: User | None) -> FaqImportResult:
    """Import a YAML or CSV file: drafts of what differs, and new phrasings; or nothing."""
    categories, result = reading.read_file(data, name=name), FaqImportResult()
    faults: list[FaqFault] = []
    with transaction.atomic():
        for record in categories:
            category = _category_of(record)
            for entry in record.entries:
                try:
                    with transaction.atomic():
                        _import_entry(entry, category, by, result)
                except Refusal as refusal:
                    faults.append(FaqFault(entry.line, f"{entry.key}: {refusal}"))
        if faults:
            raise InvalidFaqFile(faults)
        bump_revision()
    return result


def _category_of(record: CategoryRecord) -> FaqCategory:
    category = FaqCategory.objects.get_or_create(title=record.title)[0]
    given = {
        "position": record.position,
        "answer_threshold": record.answer_threshold,
        "skill": record.skill,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    if changes:
        FaqCategory.objects.filter(pk=category.pk).update(**changes)
    return category


def _import_entry(
    record: EntryRecord, category: FaqCategory, by: User | None, result: FaqImportResult
) -> None:
    entry = FaqEntry.objects.select_related("version").filter(key=record.key).first()
    if entry is None:
        version = services.create_entry(
            category=category, key=record.key, texts=record.texts, by=by
        )
        entry = version.entry
        result.entries += 1
        result.drafts += 1
    else:
        if entry.category_id != category.pk:
            entry.category = category
            entry.save(update_fields=["category", "updated_at"])
        if _texts_of(entry.version) != record.texts:
            version = services.draft(entry=entry, by=by, note="Imported")
            gone = {
                text.language: TextRecord("", "")
                for text in version.texts.all()
                if text.language not in record.texts
            }
            services.edit_draft(version=version, texts={**gone, **record.texts})
            result.drafts += 1
    known = set(entry.phrasings.values_list("text", flat=True))
    for language, said in dict.fromkeys(record.phrasings):
        if said not in known:
            services.add_phrasing(
                entry=entry, text=said, language=language, origin=FaqPhrasing.Origin.IMPORT, by=by
            )
            known.add(said)
            result.phrasings += 1


def _texts_of(version: FaqVersion | None) -> dict[str, TextRecord]:
    if version is None:
        return {}
    return {row.language: TextRecord(row.question, row.answer) for row in version.texts.all()}


def export_records() -> list[CategoryRecord]:
    """What is published, as records that can be written to a file. A fixed number of queries."""
    entries = FaqEntry.objects.filter(version__isnull=False).select_related("version", "category")
    entries = entries.order_by("category__position", "category__title", "position", "key")
    texts = Prefetch("version__texts", FaqText.objects.order_by("language"))
    said = Prefetch("phrasings", FaqPhrasing.objects.order_by("created_at", "text"))
    categories: dict[str, CategoryRecord] = {}
    for entry in entries.prefetch_related(texts, said):
        category = categories.setdefault(
            entry.category.title,
            CategoryRecord(
                entry.category.title,
                0,
                entry.category.position,
                entry.category.answer_threshold,
                entry.category.skill,
            ),
        )
        record = EntryRecord(entry.key, category.title, 0, _texts_of(entry.version))
        questions = {text.question for text in record.texts.values()}
        record.phrasings = [
            (row.language, row.text) for row in entry.phrasings.all() if row.text not in questions
        ]
        category.entries.append(record)
    return list(categories.values())


def supplied_records() -> list[CategoryRecord]:
    """The entries that are supplied with HitouchCX, in the order of the help page."""
    files = sorted(SEED.glob("[0-9]*.yaml"))
    return [record for path in files for record in reading.read_file(path.read_bytes())]


def supplied_texts() -> SuppliedTexts:
    """What is encoded of the supplied entries."""
    entries = [entry for record in supplied_records() for entry in record.entries]
    return SuppliedTexts(
        phrasings=[said for entry in entries for said in _phrasings_of(entry)],
        answers=[
            (text.question, text.answer) for entry in entries for text in entry.texts.values()
        ],
    )


@transaction.atomic
def seed(
    *, records: Sequence[CategoryRecord], at: datetime, vectors: SuppliedVectors | None = None
) -> None:
    """Publish supplied entries. What staff published or edited is kept.

    Texts without supplied vectors are encoded after the commit.
    """
    existing = {row.key: row for row in FaqEntry.objects.select_related("version")}
    new: list[tuple[EntryRecord, FaqEntry]] = []
    for position, record in enumerate(records):
        category = _seed_category(record, position)
        for entry_position, entry in enumerate(record.entries):
            if entry.key in existing:
                _seed_again(entry, existing[entry.key], category, entry_position, at)
            else:
                row = FaqEntry(category=category, key=entry.key, position=entry_position)
                new.append((entry, row))
    _seed_new(new, at, vectors)
    bump_revision()


def _seed_category(record: CategoryRecord, position: int) -> FaqCategory:
    facts: dict[str, object] = {
        "position": position if record.position is None else record.position,
        "skill": record.skill or "",
    }
    if record.answer_threshold:
        facts["answer_threshold"] = record.answer_threshold
    return FaqCategory.objects.get_or_create(title=record.title, defaults=facts)[0]


def _seed_new(
    rows: Sequence[tuple[EntryRecord, FaqEntry]], at: datetime, vectors: SuppliedVectors | None
) -> None:
    """Publish new entries together: one statement a table, not a dozen an entry."""
    FaqEntry.objects.bulk_create(entry for _, entry in rows)
    versions = FaqVersion.objects.bulk_create(
        FaqVersion(entry=entry, number=1, note=SUPPLIED) for _, entry in rows
    )
    texts = FaqText.objects.bulk_create(
        FaqText(version=version, language=language, question=text.question, answer=text.answer)
        for version, (record, _) in zip(versions, rows, strict=True)
        for language, text in record.texts.items()
    )
    FaqPassage.objects.bulk_create(
        FaqPassage(text=text, **values)
        for text in texts
        if vectors and (values := vectors.of_answer(text.question, text.answer))
    )
    published = FaqVersion.State.PUBLISHED
    FaqVersion.objects.filter(pk__in=[version.pk for version in versions]).update(
        state=published, published_at=at, updated_at=at
    )
    FaqVersionEvent.objects.bulk_create(
        FaqVersionEvent(subject=version, was=FaqVersion.State.DRAFT, became=published, at=at)
        for version in versions
    )
    for version, (_, entry) in zip(versions, rows, strict=True):
        entry.version = version
    FaqEntry.objects.bulk_update([entry for _, entry in rows], ["version"])
    FaqPhrasing.objects.bulk_create(
        FaqPhrasing(
            entry=entry,
            text=said,
            language=language,
            origin=origin,
            **(vectors.of_phrasing(said) if vectors else {}),
        )
        for record, entry in rows
        for said, (language, origin) in _phrasings_of(record).items()
    )


def _phrasings_of(record: EntryRecord) -> dict[str, tuple[str, str]]:
    """Language and origin of each way to ask, by its text: the questions, then the others."""
    origins = FaqPhrasing.Origin
    said = {text.question: (spoken, origins.ENTRY) for spoken, text in record.texts.items()}
    for spoken, text in record.phrasings:
        said.setdefault(text, (spoken, origins.SEED))
    return {text: (spoken, str(origin)) for text, (spoken, origin) in said.items()}


def _seed_again(
    record: EntryRecord, entry: FaqEntry, category: FaqCategory, position: int, at: datetime
) -> None:
    """Replace an older supplied version; what staff wrote, or began to write, is theirs."""
    newest = entry.versions.order_by("-number").first()
    is_ours = newest is not None and newest == entry.version and newest.note == SUPPLIED
    if newest is None or not is_ours or _texts_of(entry.version) == record.texts:
        return
    version = FaqVersion.objects.create(entry=entry, number=newest.number + 1, note=SUPPLIED)
    FaqText.objects.bulk_create(
        FaqText(version=version, language=language, question=text.question, answer=text.answer)
        for language, text in record.texts.items()
    )
    was_active = entry.is_active
    entry.category, entry.position = category, position
    entry.save(update_fields=["category", "position", "updated_at"])
    services.show_version(entry=entry, version=version, by=None, at=at)
    if not was_active:
        services.set_active(entry=entry, is_active=False)
    known = set(entry.phrasings.values_list("text", flat=True))
    FaqPhrasing.objects.bulk_create(
        FaqPhrasing(entry=entry, text=said, language=language, origin=origin)
        for said, (language, origin) in _phrasings_of(record).items()
        if said not in known
    )
