"""Comparison of the rows of private files with the objects in the store, for operations.

Objects are listed before rows are read, by the folders of the store, so that the memory used is
bounded. What is new is left out: an object is written before its row. A row without an object is
looked up again, since both may just have been deleted.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hitouch.core.data_protection import orphans
from hitouch.core.files import identity, storage
from hitouch.core.files.stores import private_store
from hitouch.core.files.stores.base import StoredObject
from hitouch.core.models import StoredFile

RULE = "core.reconciled_files"
#: Longer than any transaction that stores a file.
GRACE = timedelta(hours=1)
FOLDERS = [f"{number:02x}" for number in range(256)]


@dataclass
class FileReport:
    """What does not match, of how many."""

    objects: int = 0
    rows: int = 0
    rows_without_file: list[StoredFile] = field(default_factory=list)
    files_without_row: list[StoredObject] = field(default_factory=list)


def compare(*, at: datetime, grace: timedelta = GRACE) -> FileReport:
    """Compare all rows and objects that are older than the grace time."""
    report = FileReport()
    identity.require_own_store()
    for folder in FOLDERS:
        objects = {each.name: each for each in orphans.stored_files(folder)}
        rows = {storage.object_name(row.pk): row for row in _rows_of(folder)}
        report.objects, report.rows = report.objects + len(objects), report.rows + len(rows)
        report.files_without_row += [
            each
            for name, each in objects.items()
            if name not in rows and each.modified_at <= at - grace
        ]
        report.rows_without_file += [
            row
            for name, row in rows.items()
            if name not in objects and row.created_at <= at - grace and _is_lost(row)
        ]
    return report


def _rows_of(folder: str) -> Iterator[StoredFile]:
    first = uuid.UUID(folder + "0" * 30)
    last = uuid.UUID(folder + "f" * 30)
    return StoredFile.objects.filter(pk__range=(first, last)).order_by("pk").iterator()


def _is_lost(row: StoredFile) -> bool:
    is_stored = private_store().size(storage.object_name(row.pk)) is not None
    return not is_stored and StoredFile.objects.filter(pk=row.pk).exists()


def delete_files_without_row(report: FileReport, *, at: datetime) -> int:
    """Delete them, unless they are more than a small share or the store is not this database's.

    Raises `DestructionRefused`, with an alarm. Returns how many were deleted.
    """
    found = report.files_without_row
    orphans.require_allowed(RULE, lambda: len(found), lambda: report.objects, at=at)
    deleted = 0
    for each in found:
        match = orphans.NAME.fullmatch(each.name)
        if match and (match[2] or not StoredFile.objects.filter(pk=match[1]).exists()):
            private_store().delete(each.name)
            deleted += 1
    return deleted
