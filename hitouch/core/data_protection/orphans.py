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

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from hitouch.core import sweeps
from hitouch.core.data_protection.retention import ExpiringRows, RetentionHandler
from hitouch.core.files import identity, storage
from hitouch.core.files.stores import private_store
from hitouch.core.files.stores.base import PAGE, StoredObject
from hitouch.core.models import StoredFile
from hitouch.core.monitoring import alarms

#: Files, and what interrupted writes of them left.
NAME = re.compile(r"[0-9a-f]{2}/([0-9a-f]{32})(\..*part)?")
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
            strangers, total = files_without_rows(), files_in_store()
            if strangers * 100 > total * settings.HITOUCH_ORPHANS_PERCENT:
                return False
        else:
            identity.require_match()
    except identity.StoreMismatch:
        return False
    identity.establish()
    return True


def files_without_rows() -> int:
    """The number of files in the store without a row, however new."""
    return sum(1 for _ in files_without_row(FAR))


def files_in_store() -> int:
    """The number of files in the store."""
    return sum(1 for _ in stored_files())


class UnreferencedObjects(GuardedHandler):
    """Files in the store without a row, and unfinished temporary files."""

    rule = "core.lost_files"

    def waiting(self, since: datetime) -> int:
        """Their number."""
        return sum(1 for _ in files_without_row(since))

    def total(self) -> int:
        """All files in the store."""
        return files_in_store()

    def end(self, *, since: datetime, at: datetime, limit: int) -> list[datetime]:
        """Delete up to `limit` of them."""
        _require_match(at=at)
        found = list(islice(files_without_row(since), limit))
        for each in found:
            private_store().delete(each.name)
        return [each.modified_at for each in found]


def files_without_row(since: datetime) -> Iterator[StoredObject]:
    """Yield files written up to `since` that have no row, page by page to bound the memory used."""
    old = (each for each in stored_files() if each.modified_at <= since)
    while page := list(islice(old, PAGE)):
        names = {each.name for each in page}
        ids = [match[1] for name in names if (match := NAME.fullmatch(name))]
        known = StoredFile.objects.filter(pk__in=ids).values_list("pk", flat=True)
        lost = names - {storage.object_name(pk) for pk in known}
        yield from (each for each in page if each.name in lost)


def stored_files(folder: str = "") -> Iterator[StoredObject]:
    """Yield the files in the store, without the audit anchors and its marker."""
    return (each for each in private_store().list(folder) if NAME.fullmatch(each.name))


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


def orphan_sweep(name: str, due: Callable[[datetime], QuerySet[StoredFile]]) -> sweeps.Sweep:
    """A sweep that destroys orphans; to be run by `destroy_orphans`."""
    return sweeps.Sweep(
        name=name,
        due=due,
        act=lambda stored, now: storage.destroy(stored),
        order=("created_at", "pk"),
    )


def destroy_orphans(sweep: sweeps.Sweep, *, at: datetime) -> int:
    """Destroy the orphans of a sweep, or none, with an alarm, when they are too many.

    Returns how many.
    """
    waiting = sweep.due(at).count()
    if not waiting:
        alarms.clear_alarm(sweep.name)
        return 0
    try:
        require_allowed(sweep.name, lambda: waiting, StoredFile.objects.count, at=at)
    except DestructionRefused:
        return 0
    return sweeps.run(sweep, now=at).done


EXPIRIES: tuple[RetentionHandler, ...] = (UnreferencedObjects(), UnreferencedRows())
