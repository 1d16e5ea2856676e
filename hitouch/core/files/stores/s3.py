"""A store in a bucket of S3, or of a service that is compatible with it.

Every request has an end, so that a store that hangs is a refusal within seconds. Retries are few
and only for what can be repeated. Deletes are single requests, since not every service has bulk
deletes.
"""

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import Any

import obstore
from obstore import exceptions
from obstore import store as obstores

from hitouch.core.files.stores.base import (
    PAGE,
    Part,
    StoredObject,
    StoreUnavailable,
    unavailable,
)


@dataclass(frozen=True)
class Patience:
    """How long a store is waited for."""

    #: For one request, the transfer included.
    request: timedelta
    connect: timedelta
    retries: int
    #: No retry starts after so long.
    retry_until: timedelta = timedelta(seconds=3)
    #: After a request that was waited for in vain, others are refused at once for so long.
    pause: timedelta = timedelta(seconds=2)


NORMAL = Patience(timedelta(seconds=5), timedelta(seconds=2), retries=2)
#: For health checks.
SHORT = Patience(timedelta(seconds=2), timedelta(seconds=1), retries=0, pause=timedelta(0))
#: Larger objects are written in parts of this size, two at a time.
PART_BYTES = 5 * 1024 * 1024
PARTS_AT_A_TIME = 2


class S3Store:
    """Objects below a prefix of a bucket."""

    def __init__(
        self,
        bucket: str,
        prefix: str,
        *,
        endpoint: str,
        region: str,
        key_id: str,
        secret: str,
        patience: Patience = NORMAL,
    ) -> None:
        self.place = f"s3://{bucket}/{prefix}"
        self._patience, self._refused_until = patience, 0.0
        given = {
            "endpoint": endpoint,
            "region": region,
            "access_key_id": key_id,
            "secret_access_key": secret,
        }
        config: Any = {name: value for name, value in given.items() if value}
        self._client = obstores.S3Store(
            bucket,
            prefix=prefix or None,
            config={**config, "disable_bulk_delete": True},
            client_options={
                "timeout": patience.request,
                "connect_timeout": patience.connect,
                "allow_http": endpoint.startswith("http://"),
            },
            retry_config={
                "max_retries": patience.retries,
                "retry_timeout": patience.retry_until,
                "backoff": {
                    "init_backoff": timedelta(milliseconds=100),
                    "max_backoff": timedelta(seconds=1),
                    "base": 2,
                },
            },
        )

    def put(self, name: str, pieces: Iterable[bytes], *, if_absent: bool = False) -> None:
        """Write in one request, or a large object in parts that become visible together."""
        stream = iter(pieces)
        begin = _first_part(stream)
        mode: Any = "create" if if_absent else "overwrite"
        with self._request(missing_is_fault=True):
            if len(begin) < PART_BYTES:
                obstore.put(self._client, name, begin, mode=mode, use_multipart=False)
            else:
                obstore.put(
                    self._client,
                    name,
                    chain([begin], stream),
                    use_multipart=True,
                    chunk_size=PART_BYTES,
                    max_concurrency=PARTS_AT_A_TIME,
                )

    def read_range(self, name: str, start: int, end: int) -> Part:
        """Read a part by a range request. There is no range in an empty object (416)."""
        with self._request():
            try:
                found = obstore.get(self._client, name, options={"range": (start, end)})
                return Part(bytes(found.bytes()), found.meta["size"])
            except exceptions.GenericError as fault:
                size = obstore.head(self._client, name)["size"] if " 416 " in str(fault) else None
                if size is None or size > start:
                    raise
                return Part(b"", size)

    def size(self, name: str) -> int | None:
        """The size, by a HEAD request."""
        with self._request():
            try:
                return obstore.head(self._client, name)["size"]
            except FileNotFoundError:
                return None

    def delete(self, name: str) -> None:
        """Delete the object; S3 is content with one that does not exist."""
        with self._request(missing_is_fault=True):
            obstore.delete(self._client, name)

    def list(self, folder: str = "") -> Iterator[StoredObject]:
        """Yield objects in the order of their names."""
        with self._request(missing_is_fault=True):
            for page in obstore.list(self._client, folder or None, chunk_size=PAGE):
                for each in page:
                    yield StoredObject(each["path"], each["size"], each["last_modified"])

    @contextmanager
    def _request(self, *, missing_is_fault: bool = False) -> Iterator[None]:
        """One request. While a store hangs only one of many waits for it."""
        began = time.monotonic()
        if began < self._refused_until:
            raise StoreUnavailable
        try:
            with _faults(missing_is_fault=missing_is_fault):
                yield
        except StoreUnavailable:
            ended = time.monotonic()
            if ended - began > 0.9 * self._patience.connect.total_seconds():
                self._refused_until = ended + self._patience.pause.total_seconds()
            raise


def _first_part(pieces: Iterator[bytes]) -> bytes:
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) >= PART_BYTES:
            break
    return bytes(data)


@contextmanager
def _faults(*, missing_is_fault: bool = False) -> Iterator[None]:
    """Raise `StoreUnavailable` for every error but a missing or an existing object.

    Where the object need not exist, it is the bucket that is missing.
    """
    _require_own_threads()
    try:
        yield
    except FileNotFoundError as fault:
        if missing_is_fault:
            raise unavailable(fault) from fault
        raise
    except exceptions.AlreadyExistsError as fault:
        raise FileExistsError from fault
    except (exceptions.BaseError, OSError, ValueError) as fault:
        raise unavailable(fault) from fault


class _Threads:
    """obstore's threads: they are started by its first request, and not copied by a fork.

    A request in a child of a process that has made one would wait forever.
    """

    def __init__(self) -> None:
        self.are_running = self.are_lost = False
        os.register_at_fork(after_in_child=self.forget)

    def forget(self) -> None:
        self.are_lost = self.are_running


_threads = _Threads()


def _require_own_threads() -> None:
    if _threads.are_lost:
        raise RuntimeError("This process was forked from one that had used the store already.")
    _threads.are_running = True
