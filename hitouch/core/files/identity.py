"""Whether the database and the store of private files belong together.

A database that was restored empty, from an older backup or from another site has no rows of the
files in the store, and every file looks like an orphan. So both sides know the id of the store and
count the files whose rows were committed: the row `FileStore`, and `store.json` in the store. The
file is written after the row's commit, so it is never ahead of its own database.
"""

import json
import logging
import uuid
from contextlib import suppress
from dataclasses import dataclass

from django.db import transaction

from hitouch.core.files.stores import private_store, store_for_health_checks
from hitouch.core.files.stores.base import ObjectStore, StoreUnavailable, read_all
from hitouch.core.models import FileStore

log = logging.getLogger(__name__)
NAME = "store.json"

UNKNOWN_TO_DATABASE = (
    "The database does not know this store of private files: it is empty, or a store was put in."
)
UNMARKED = "The store of private files has no store.json: it is another one, or was emptied."
UNREADABLE = "The file store.json of the private files cannot be read."
OTHER_SITE = "The database and the private files belong to two different sites."
OLDER_DATABASE = "The database is older than the private files: a backup was restored."


class StoreMismatch(Exception):
    """The database does not match the files. Nothing may be destroyed for lack of a row."""


@dataclass(frozen=True)
class Marker:
    """The content of store.json."""

    store: str
    generation: int


def read_marker(store: ObjectStore | None = None) -> Marker | None:
    """The marker of the store, None when there is none. Raises `StoreMismatch` if unreadable."""
    try:
        facts = json.loads(read_all(store or private_store(), NAME))
        return Marker(str(uuid.UUID(facts["store"])), int(facts["generation"]))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise StoreMismatch(UNREADABLE) from fault


def write_marker(row: FileStore, *, if_absent: bool = False) -> None:
    """Write the marker, whole or not at all."""
    content = json.dumps({"store": str(row.pk), "generation": row.generation})
    private_store().put(NAME, [content.encode()], if_absent=if_absent)


def is_new() -> bool:
    """Whether neither side has an identity: a new site, or one from before there were any."""
    return read_marker() is None and not FileStore.objects.exists()


def require_match() -> None:
    """Raise `StoreMismatch` unless both sides know each other."""
    marker = read_marker()  # before the row, which is never behind a marker that is its own
    if problem := _problem(FileStore.objects.first(), marker):
        raise StoreMismatch(problem)


def _problem(row: FileStore | None, marker: Marker | None) -> str:
    if row is None:
        return UNKNOWN_TO_DATABASE
    if marker is None:
        return UNMARKED if row.generation else ""
    if marker.store != str(row.pk):
        return OTHER_SITE
    return OLDER_DATABASE if marker.generation > row.generation else ""


def require_own_store() -> None:
    """Raise `StoreUnavailable` if the store is not this database's, so that no file is called lost.

    A file system that is not mounted is an empty folder, and a bucket may be the wrong one.
    """
    row = FileStore.objects.first()
    try:
        marker = read_marker()
    except StoreMismatch as mismatch:
        raise StoreUnavailable from mismatch
    if row and row.generation and (marker is None or marker.store != str(row.pk)):
        raise StoreUnavailable from StoreMismatch(_problem(row, marker))


def is_missing() -> bool:
    """Whether the database has a store and this one has no marker: for health checks."""
    try:
        if read_marker(store_for_health_checks()) is not None:
            return False
    except StoreMismatch:
        return False
    row = FileStore.objects.first()
    return row is not None and row.generation > 0


def establish() -> None:
    """Give both sides an identity. The caller knows that they belong together.

    Of two sites that are set up on one store the first gets it.
    """
    row, _ = FileStore.objects.get_or_create(is_only=True)
    if not row.generation:
        with suppress(FileExistsError):
            write_marker(row, if_absent=True)
        FileStore.objects.filter(pk=row.pk, generation=0).update(generation=1)


def count_file() -> None:
    """Count a file whose row was committed, in the database and then in the store.

    Between sides that do not match it counts nothing, so that they never come to match by chance.
    """
    try:
        marker = read_marker()
        with transaction.atomic():
            row = FileStore.objects.select_for_update().first()
            if row is None or marker is None or _problem(row, marker):
                return
            row.generation += 1
            row.save(update_fields=["generation"])
        write_marker(row)
    except (StoreUnavailable, StoreMismatch):
        log.exception("files.store_not_counted")


def adopt() -> FileStore:
    """Make this database and this store belong together, whatever they were before."""
    with transaction.atomic():
        FileStore.objects.all().delete()
        row = FileStore.objects.create(generation=1)
        write_marker(row)
    return row
