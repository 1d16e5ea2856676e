"""Copying all private files into another store, for example from a folder into a bucket.

Files are copied as they are, encrypted. An object that the target has already, not older and of the
same size, is not copied again: an interrupted copy can be repeated, and one that was made
while the site ran can be completed when it is stopped. The marker of the store is copied last.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from hitouch.core.files import identity
from hitouch.core.files.encryption import first_bytes
from hitouch.core.files.stores.base import ObjectStore, StoredObject

#: Bytes read at a time.
PIECE = 1024 * 1024


class TargetInUse(Exception):
    """The target is the store of another site."""


@dataclass
class CopyCount:
    """How many objects were copied, and how many the target had."""

    copied: int = 0
    skipped: int = 0


def copy_all(
    source: ObjectStore, target: ObjectStore, *, progress: Callable[[CopyCount], None]
) -> CopyCount:
    """Copy every object. Raises `TargetInUse` if the target is the store of another site."""
    count = CopyCount()
    _require_free(source, target)
    for folder, objects in groupby(source.list(), key=lambda each: each.name.partition("/")[0]):
        if folder == identity.NAME:
            continue
        there = {each.name: each for each in target.list(folder)}
        for each in objects:
            if _is_same(each, there.get(each.name)):
                count.skipped += 1
            else:
                count.copied += _copy(source, target, each.name)
            progress(count)
    _copy(source, target, identity.NAME)
    return count


def _require_free(source: ObjectStore, target: ObjectStore) -> None:
    own, other = identity.read_marker(source), identity.read_marker(target)
    if other is not None and (own is None or own.store != other.store):
        raise TargetInUse


def _is_same(each: StoredObject, other: StoredObject | None) -> bool:
    """Buckets date objects by the second."""
    written_at = each.modified_at.replace(microsecond=0)
    return other is not None and other.size == each.size and other.modified_at >= written_at


def _copy(source: ObjectStore, target: ObjectStore, name: str) -> bool:
    """Copy one object; not one that was deleted meanwhile."""
    try:
        pieces = first_bytes(_pieces(source, name))
    except FileNotFoundError:
        return False
    target.put(name, pieces)
    return True


def _pieces(source: ObjectStore, name: str) -> Iterator[bytes]:
    at, size = 0, 1
    while at < size:
        part = source.read_range(name, at, at + PIECE)
        at, size = at + len(part.data), part.size
        yield part.data
        if not part.data:
            return
