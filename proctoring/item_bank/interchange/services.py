"""Export items, and import them as drafts: all of a file, or nothing."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from accounts.models import User
from hitouch.core.cefr import CEFR
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from hitouch.core.models import StoredFile
from proctoring.item_bank import audio, services
from proctoring.item_bank import content as contents
from proctoring.item_bank.interchange import csv_items, limits, qti
from proctoring.item_bank.interchange.records import (
    Clip,
    InvalidImport,
    ItemRecord,
    RowFault,
    unreadable,
)
from proctoring.models import Item, ItemKind, ItemVersion

ZIP = b"PK\x03\x04"


@dataclass
class ImportResult:
    """The codes of what was created, given a new draft, or found unchanged."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{len(self.created)} new items, {len(self.changed)} new drafts of items, "
            f"{len(self.unchanged)} unchanged."
        )


def export_csv(codes: Sequence[str] = ()) -> bytes:
    """Items with their keys, all or those named, as CSV."""
    return csv_items.write(_records(codes, with_clips=False))


def export_qti(codes: Sequence[str] = ()) -> bytes:
    """Items with keys and clips, all or those named, as a QTI 3 package."""
    return qti.write(_records(codes, with_clips=True))


#: Each form of export: the service, the name of the file and its content type.
EXPORTS: dict[str, tuple[Callable[..., bytes], str, str]] = {
    "csv": (export_csv, "items.csv", "text/csv; charset=utf-8"),
    "qti": (export_qti, "items-qti3.zip", "application/zip"),
}


def read_file(data: bytes) -> list[ItemRecord]:
    """The items of a CSV file or of a QTI 3 package. Raises `InvalidImport`."""
    if not data:
        raise unreadable("It is empty.")
    if len(data) > limits.MAX_BYTES:
        raise unreadable(f"It is larger than {limits.MAX_MEGABYTES} MB. Divide it.")
    return qti.read(data) if data.startswith(ZIP) else csv_items.read(data)


def import_items(*, data: bytes, by: User, at: datetime) -> ImportResult:
    """Import a file. New items and changed ones become drafts, which a second person reviews.

    Raises `InvalidImport` with every fault of the file; then nothing was imported. The file of an
    export leads back to equal items.
    """
    records = [_cleaned(record) for record in read_file(data)]
    items = {item.code: item for item in Item.objects.filter(code__in=[r.code for r in records])}
    if faults := list(_faults(records, items)):
        raise InvalidImport(faults)
    clips = _stored_clips(records)
    result = ImportResult()
    with transaction.atomic():
        for record in records:
            _import(record, items, clips.get(record.code), result, by=by, at=at)
        _exclude(records, by=by, at=at)
    return result


def _records(codes: Sequence[str], *, with_clips: bool) -> Iterable[ItemRecord]:
    """The latest published version of each item, or its draft if there is no other."""
    rows = ItemVersion.objects.select_related("item", "key", "audio").order_by(
        "item__code", "published_at", "number"
    )
    if codes:
        rows = rows.filter(item__code__in=codes)
    latest: dict[str, ItemVersion] = {}
    for version in rows:
        held = latest.get(version.item.code)
        if held is None or version.published_at is not None:
            latest[version.item.code] = version
    through = Item.excludes.through.objects.values_list("from_item__code", "to_item__code")
    others: dict[str, list[str]] = {}
    for one, other in through.order_by("to_item__code"):
        others.setdefault(one, []).append(other)
    for code, version in latest.items():
        stored = version.audio
        yield ItemRecord(
            where=code,
            code=code,
            kind=version.item.kind,
            level=version.item.level,
            topic=version.item.topic,
            content=services.content_of(version),
            excludes=tuple(others.get(code, ())),
            clip=_clip(stored) if stored and with_clips else None,
            clip_digest=stored.sha256 if stored else "",
        )


def _clip(stored: StoredFile) -> Clip:
    data = b"".join(storage.open_file(stored).read())
    return Clip(stored.name, data, stored.content_type)


def _cleaned(record: ItemRecord) -> ItemRecord:
    if record.kind not in ItemKind.values:
        return record
    return ItemRecord(**{**vars(record), "content": contents.clean(record.kind, record.content)})


def _faults(records: Sequence[ItemRecord], items: dict[str, Item]) -> Iterable[RowFault]:
    seen: set[str] = set()
    for record in records:
        if not contents.is_code(record.code):
            yield RowFault(record.where, "code", "Use small letters, digits and hyphens.")
        if record.code in seen:
            yield RowFault(record.where, "code", "This code is in the file twice.")
        seen.add(record.code)
        if record.level not in CEFR.values:
            yield RowFault(record.where, "level", "Enter a level from A1 to C2.")
        if not contents.is_topic(record.topic):
            yield RowFault(record.where, "topic", "Use small letters, digits and hyphens.")
        yield from _content_faults(record, items.get(record.code))
    yield from _unknown_excludes(records, seen)


def _content_faults(record: ItemRecord, item: Item | None) -> Iterable[RowFault]:
    """What is wrong with the item itself, or with how it would change the one of the bank."""
    if record.kind not in ItemKind.values:
        yield RowFault(record.where, "kind", f"Enter one of {', '.join(ItemKind.values)}.")
        return
    if item is not None and item.kind != record.kind:
        yield RowFault(record.where, "kind", f"The item of this code is {item.kind}.")
    placed = item is None or services.is_placed(item, level=record.level, topic=record.topic)
    if item is not None and services.is_in_use(item) and not placed:
        yield RowFault(record.where, "level", services.LevelInUse.message)
    for fault in contents.faults(record.kind, record.content):
        yield RowFault(record.where, fault.field, fault.message)


def _unknown_excludes(records: Sequence[ItemRecord], known: set[str]) -> Iterable[RowFault]:
    named = {code for record in records for code in record.excludes} - known
    found = set(Item.objects.filter(code__in=named).values_list("code", flat=True))
    for record in records:
        for code in record.excludes:
            if code in named - found:
                yield RowFault(record.where, "excludes", f"There is no item {code[:60]}.")


def _stored_clips(records: Sequence[ItemRecord]) -> dict[str, StoredFile]:
    """The stored clip of each item. One that the bank has is not stored again."""
    digests = {
        record.code: hashlib.sha256(record.clip.data).hexdigest()
        if record.clip
        else record.clip_digest
        for record in records
        if record.kind == ItemKind.AUDIO_MCQ and (record.clip or record.clip_digest)
    }
    rows = StoredFile.objects.filter(purpose=audio.PURPOSE, sha256__in=digests.values())
    held = {stored.sha256: stored for stored in rows}
    found, faults = {}, []
    for record in records:
        digest = digests.get(record.code, "")
        if digest in held:
            found[record.code] = held[digest]
        elif digest and record.clip:
            try:
                found[record.code] = audio.store_clip(record.clip.data, name=record.clip.name)
            except Refusal as refusal:
                faults.append(RowFault(record.where, "clip", str(refusal)))
        elif digest:
            message = "The bank has no clip with this digest. Import a package, or upload it."
            faults.append(RowFault(record.where, "clip_sha256", message))
    if faults:
        raise InvalidImport(faults)
    return found


def _import(
    record: ItemRecord,
    items: dict[str, Item],
    clip: StoredFile | None,
    result: ImportResult,
    *,
    by: User,
    at: datetime,
) -> None:
    item = items.get(record.code)
    if item is None:
        version = services.create_item(
            code=record.code, kind=record.kind, level=record.level, topic=record.topic,
            content=record.content, by=by, at=at,
        )  # fmt: skip
        result.created.append(record.code)
    else:
        latest = item.versions.select_related("key", "audio", "item").latest("number")
        same_clip = clip is None or (latest.audio and latest.audio.sha256 == clip.sha256)
        placed = services.is_placed(item, level=record.level, topic=record.topic)
        if services.content_of(latest) == record.content and same_clip and placed:
            result.unchanged.append(record.code)
            return
        try:
            version = (
                latest
                if latest.published_at is None
                else services.start_version(item=item, by=by, at=at)
            )
            version = services.save_draft(
                version=version, content=record.content, note="Imported", level=record.level,
                topic=record.topic, by=by, at=at,
            )  # fmt: skip
        except Refusal as refusal:
            raise InvalidImport([RowFault(record.where, "", str(refusal))]) from refusal
        result.changed.append(record.code)
    if clip is not None:
        services.replace_audio(version=version, clip=clip, by=by, at=at)


def _exclude(records: Sequence[ItemRecord], *, by: User, at: datetime) -> None:
    """Add what the file excludes; pairs that the bank has besides stay."""
    codes = {code for record in records for code in (record.code, *record.excludes)}
    items = {item.code: item for item in Item.objects.filter(code__in=codes)}
    for record in records:
        others = [items[code] for code in record.excludes if code != record.code]
        if others:
            items[record.code].excludes.add(*others)
