"""Retention handlers for orphaned private files, left by a crash or replaced by another file.

A file is written before its StoredFile row, and that row before the row that refers to it. Either
may be unreferenced for a moment; after the rule's period it is an orphan.

Files are orphans of a database that does not belong to them as well. So nothing is destroyed unless
both sides know each other (`hitouch.core.files.identity`), and when more than a small share would
be, the job stops and operations get an alarm.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from hitouch.core import alarms
from hitouch.core.data_protection.retention import ExpiringRows, RetentionHandler
from hitouch.core.files import identity, storage
from hitouch.core.models import StoredFile

NAME = re.compile(r"([0-9a-f]{32})(\.part)?")
FAR = datetime.max.replace(tzinfo=UTC)


class DestructionRefused(Exception):
    """The database does not match the files, or more than a small share would be destroyed."""


STORE_ALARM = "file_store"


class GuardedHandler(ABC):
    """Stops a rule that destroys orphans, and tells operations."""

    rule: str

    @abstractmethod
    def waiting(self, since: datetime) -> int:
        """Their number."""

    @abstractmethod
    def total(self) -> int:
        """Of how many."""

    def require_allowed(self, *, since: datetime, at: datetime) -> None:
        """Raise `DestructionRefused`, with an alarm, unless the orphans may be destroyed."""
        require_allowed(self.rule, lambda: self.waiting(since), self.total, at=at)


def require_allowed(
    rule: str, count: Callable[[], int], total: Callable[[], int], *, at: datetime
) -> None:
    """Raise `DestructionRefused`, with an alarm, unless `count` of `total` may be destroyed."""
    _require_match(at=at)
    orphans, of = count(), total()
    few, percent = settings.HITOUCH_ORPHANS_FEW, settings.HITOUCH_ORPHANS_PERCENT
    if orphans > few and orphans * 100 > of * percent:
        detail = (
            f"{rule} would destroy {orphans} of {of} private files, which is more than {percent}%."
            " Nothing was destroyed."
        )
        alarms.raise_alarm(rule, detail, at=at)
        raise DestructionRefused(detail)
    alarms.clear_alarm(rule)


def _require_match(*, at: datetime) -> None:
    try:
        if not identity.is_new():
            identity.require_match()
    except identity.StoreMismatch as mismatch:
        detail = f"{mismatch} Files without rows are kept until this is settled."
        alarms.raise_alarm(STORE_ALARM, detail, at=at)
        raise DestructionRefused(detail) from mismatch
    alarms.clear_alarm(STORE_ALARM)


def establish_store() -> bool:
    """Give a new site's database and store their identity. Returns whether they have one now.

    A store with files from before there were identities gets one if its files have rows here.
    """
    try:
        if identity.is_new():
            strangers, total = files_without_rows(), files_on_disk()
            if strangers * 100 > total * settings.HITOUCH_ORPHANS_PERCENT:
                return False
        else:
            identity.require_match()
    except identity.StoreMismatch:
        return False
    identity.establish()
    return True


def files_without_rows() -> int:
    """The number of files on disk without a row, however new."""
    return sum(1 for _ in _orphans(FAR))


def files_on_disk() -> int:
    """The number of files on disk."""
    return sum(1 for folder in _folders() for _ in folder.iterdir())


class UnreferencedDiskFiles(GuardedHandler):
    """Files on disk without a row, and unfinished temporary files."""

    rule = "core.lost_files"

    def waiting(self, since: datetime) -> int:
        """Their number."""
        return sum(1 for _ in _orphans(since))

    def total(self) -> int:
        """All files on disk."""
        return files_on_disk()

    def end(self, *, since: datetime, at: datetime, limit: int) -> list[datetime]:
        """Delete up to `limit` of them."""
        _require_match(at=at)
        found = list(islice(_orphans(since), limit))
        for path, _ in found:
            path.unlink(missing_ok=True)
        return [moment for _, moment in found]


def _orphans(since: datetime) -> Iterator[tuple[Path, datetime]]:
    """Yield (path, time of writing), folder by folder to bound the memory used."""
    for folder in _folders():
        old = dict(_older(folder, since))
        ids = [match[1] for path in old if (match := NAME.fullmatch(path.name))]
        known = {
            pk.hex for pk in StoredFile.objects.filter(pk__in=ids).values_list("pk", flat=True)
        }
        yield from ((path, at) for path, at in old.items() if path.name not in known)


def _folders() -> list[Path]:
    return sorted(Path(settings.HITOUCH_PRIVATE_FILES).glob("[0-9a-f][0-9a-f]"))


def _older(folder: Path, since: datetime) -> Iterator[tuple[Path, datetime]]:
    for path in sorted(folder.iterdir()):
        if NAME.fullmatch(path.name):
            written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            if written <= since:
                yield path, written


def unreferenced_files(since: datetime) -> QuerySet[StoredFile]:
    """Files that no row of any app refers to."""
    files = StoredFile.objects.filter(created_at__lte=since)
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete:
            pointing = relation.related_model._base_manager  # type: ignore[union-attr]
            files = files.filter(~Exists(pointing.filter(**{relation.field.name: OuterRef("pk")})))  # type: ignore[union-attr]
    return files


class UnreferencedRows(GuardedHandler):
    """Files with a row that no row of any app refers to."""

    rule = "core.loose_files"
    rows = ExpiringRows(
        rule, unreferenced_files, "created_at", lambda row, at: storage.destroy(row)
    )

    def waiting(self, since: datetime) -> int:
        """Their number."""
        return self.rows.waiting(since)

    def total(self) -> int:
        """All rows of files."""
        return StoredFile.objects.count()

    def end(self, *, since: datetime, at: datetime, limit: int) -> list[datetime]:
        """Destroy up to `limit` of them."""
        _require_match(at=at)
        return self.rows.end(since=since, at=at, limit=limit)


def destroyable(files: QuerySet[StoredFile], *, rule: str, at: datetime) -> list[StoredFile]:
    """The orphans that a sweep may destroy: all of them, or none, with an alarm."""
    found = list(files)
    if not found:
        alarms.clear_alarm(rule)
        return []
    try:
        require_allowed(rule, lambda: len(found), StoredFile.objects.count, at=at)
    except DestructionRefused:
        return []
    return found


EXPIRIES: tuple[RetentionHandler, ...] = (UnreferencedDiskFiles(), UnreferencedRows())
