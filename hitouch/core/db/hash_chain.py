"""Hash chains of rows: each hash covers a row's content and the hash of the row before it.

A row that was changed, put in or taken out later breaks the chain at its number. The digests of
rows that exist must never change: `digest` is SHA-256 over JSON, in the two forms in use. A
`keyed_digest` cannot be computed anew by somebody who can write to the database only.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

from django.db import connection

from hitouch.core import crypto


class ChainedRow(Protocol):
    """A row with its place in a chain; its `digest` covers `number` and `previous_hash` too."""

    number: Any
    previous_hash: Any
    hash: Any


R = TypeVar("R", bound=ChainedRow)


def digest(content: Sequence[object], *, compact: bool = False) -> str:
    """The SHA-256 of the content as JSON with sorted keys; `compact` leaves out spaces."""
    separators = (",", ":") if compact else None
    text = json.dumps(content, sort_keys=True, separators=separators)
    return hashlib.sha256(text.encode()).hexdigest()


def keyed_digest(use: str, unkeyed: str) -> str:
    """The HMAC of a digest, with the key of all keyed hashes: the oldest one of HITOUCH_KEYS."""
    return crypto.blind_index(f"chain:{use}", unkeyed)


def lock(key: int) -> None:
    """Let one transaction at a time append to a chain; `key` names its advisory lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def append(row: R, *, after: R | None, digest_of: Callable[[R], str]) -> R:
    """Set number and hashes of a row that follows `after`, or begins the chain. Not saved."""
    row.number = after.number + 1 if after else 1
    row.previous_hash = after.hash if after else ""
    row.hash = digest_of(row)
    return row


def first_break(
    rows: Iterable[R],
    *,
    digest_of: Callable[[R], str],
    is_accepted: Callable[[R], bool] = lambda row: False,
) -> int | None:
    """The number of the first row, in order, that was changed or is missing, if any.

    `is_accepted` may accept a row's hash that differs from `digest_of`: one of an older form.
    """
    previous = ""
    for expected, row in enumerate(rows, start=1):
        is_linked = row.number == expected and row.previous_hash == previous
        if not is_linked or not (row.hash == digest_of(row) or is_accepted(row)):
            return expected
        previous = row.hash
    return None
