"""Retention handlers for orphaned private files, left by a crash or replaced by another file.

A file is written before its StoredFile row, and that row before the row that refers to it. Either
may be unreferenced for a moment; after the rule's period it is an orphan.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from hitouch.core.data_protection.retention import ExpiringRows, RetentionHandler
from hitouch.core.files import storage
from hitouch.core.models import StoredFile

NAME = re.compile(r"([0-9a-f]{32})(\.part)?")


class UnreferencedDiskFiles:
    """Files on disk without a row, and unfinished temporary files."""

    rule = "core.lost_files"

    def waiting(self, since: datetime) -> int:
        """Their number."""
        return sum(1 for _ in _orphans(since))

    def end(self, *, since: datetime, at: datetime, limit: int) -> list[datetime]:
        """Delete up to `limit` of them."""
        found = list(islice(_orphans(since), limit))
        for path, _ in found:
            path.unlink(missing_ok=True)
        return [moment for _, moment in found]


def _orphans(since: datetime) -> Iterator[tuple[Path, datetime]]:
    """Yield (path, time of writing), folder by folder to bound the memory used."""
    root = Path(settings.HITOUCH_PRIVATE_FILES)
    for folder in sorted(root.glob("[0-9a-f][0-9a-f]")):
        old = dict(_older(folder, since))
        ids = [match[1] for path in old if (match := NAME.fullmatch(path.name))]
        known = {
            pk.hex for pk in StoredFile.objects.filter(pk__in=ids).values_list("pk", flat=True)
        }
        yield from ((path, at) for path, at in old.items() if path.name not in known)


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


EXPIRIES: tuple[RetentionHandler, ...] = (
    UnreferencedDiskFiles(),
    ExpiringRows(
        "core.loose_files", unreferenced_files, "created_at", lambda row, at: storage.destroy(row)
    ),
)
