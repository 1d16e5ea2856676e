"""What a store of private files can do, and what it raises."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from hitouch.core.errors import Refusal

log = logging.getLogger(__name__)
#: What waits for the store is tried again after this.
RETRY_AFTER = timedelta(seconds=20)
#: Objects asked for at a time when a store is listed.
PAGE = 1000


class StoreUnavailable(Refusal):
    """The store does not answer, or answers with an error. The caller may try again later.

    It never means that a file is lost: that is FileNotFoundError. The cause is in the log.
    """

    code = "files_unavailable"
    message = "We cannot save or open files right now. Try again in a few minutes."
    status = 503
    retry_after = 5


def unavailable(fault: Exception) -> StoreUnavailable:
    """The refusal for an error of the store, which is logged."""
    log.error("files.store_unavailable", extra={"why": f"{type(fault).__name__}: {fault}"[:300]})
    return StoreUnavailable()


@dataclass(frozen=True)
class StoredObject:
    """An object in a list."""

    name: str
    size: int
    modified_at: datetime


@dataclass(frozen=True)
class Part:
    """A part of an object, and the size of the whole."""

    data: bytes
    size: int


class ObjectStore(Protocol):
    """Objects by name; a name is a path with `/`. All methods raise `StoreUnavailable`."""

    #: For people: the folder or the bucket.
    place: str

    def put(self, name: str, pieces: Iterable[bytes], *, if_absent: bool = False) -> None:
        """Write an object, whole or not at all. `if_absent` raises FileExistsError."""

    def read_range(self, name: str, start: int, end: int) -> Part:
        """The bytes from `start` up to `end`, fewer at its end. Raises FileNotFoundError."""

    def size(self, name: str) -> int | None:
        """The size in bytes, None if there is no such object."""

    def delete(self, name: str) -> None:
        """Delete the object, if there is one, with what interrupted writes of it left."""

    def list(self, folder: str = "") -> Iterator[StoredObject]:
        """Yield what is below a folder, or everything; it is asked for in pages."""


def read_all(store: ObjectStore, name: str) -> bytes:
    """A whole object, for small ones. Raises FileNotFoundError."""
    data, size = b"", 1
    while len(data) < size:
        part = store.read_range(name, len(data), len(data) + 8 * 1024 * 1024)
        if not part.data:
            break
        data, size = data + part.data, part.size
    return data
