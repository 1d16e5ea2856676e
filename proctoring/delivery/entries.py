"""Entries of the answer journal as they arrive: fields, canonical form and hash. Pure.

The hash of an entry is the SHA-256 of a JSON list in UTF-8 without spaces: the word
"hitouch-answer-1", sitting, question, device, sequence, previous hash, kind, value, `seen` or "",
and the time in UTC with milliseconds, such as 2026-11-30T09:30:00.250Z. It is what
`JSON.stringify` gives in a browser.
"""

import hashlib
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from proctoring.delivery.refusals import AnswerTooLong, AnswerUnreadable, EntryUnreadable

FORMAT = "hitouch-answer-1"
KINDS = ("ANSWER", "CHOOSE", "MARK", "UNMARK")
MAX_BATCH = 100
MAX_SEQUENCE = 1_000_000
MAX_VALUE_CHARS = 20_000
_SURROGATES = re.compile("[\ud800-\udfff]")
_UNREADABLE = re.compile("[\x00\ud800-\udfff]")
_HASH = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class EntryFacts:
    """One entry as a device wrote it. `stated_at` is the time that the device gives."""

    sequence: int
    previous_hash: str
    hash: str
    question: str
    kind: str
    value: str
    seen: str
    stated_at: datetime


def read_entry(raw: object) -> EntryFacts:
    """An entry from JSON. Raises `EntryUnreadable`, naming the field."""
    if not isinstance(raw, Mapping):
        raise EntryUnreadable("An entry is a JSON object.")
    seen = raw.get("seen")
    return EntryFacts(
        sequence=_sequence(raw.get("sequence")),
        previous_hash=_hash(raw.get("previous_hash", ""), "previous_hash", optional=True),
        hash=_hash(raw.get("hash"), "hash"),
        question=_uuid(raw.get("question"), "question"),
        kind=_kind(raw.get("kind", "ANSWER")),
        value=_text(raw.get("value", ""), "value"),
        seen=_uuid(seen, "seen") if seen not in (None, "") else "",
        stated_at=_moment(raw.get("written_at")),
    )


def check_text(value: str) -> None:
    """Raise if the text cannot be stored."""
    if _UNREADABLE.search(value):
        raise AnswerUnreadable
    if len(value) > MAX_VALUE_CHARS:
        raise AnswerTooLong


def entry_hash(facts: EntryFacts, *, sitting: uuid.UUID, device: uuid.UUID) -> str:
    """The hash of an entry of this device in this sitting."""
    content = [
        FORMAT,
        str(sitting),
        facts.question,
        str(device),
        facts.sequence,
        facts.previous_hash,
        facts.kind,
        facts.value,
        facts.seen,
        time_text(facts.stated_at),
    ]
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    # JSON.stringify writes half of a surrogate pair as an escape.
    text = _SURROGATES.sub(lambda half: f"\\u{ord(half[0]):04x}", text)
    return hashlib.sha256(text.encode()).hexdigest()


def time_text(moment: datetime) -> str:
    """A time in UTC with milliseconds, as JavaScript's `toISOString` writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_milliseconds(moment: datetime) -> datetime:
    """The time without what is below a millisecond."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _sequence(raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 1 <= raw <= MAX_SEQUENCE:
        raise EntryUnreadable(f"sequence is a whole number from 1 to {MAX_SEQUENCE}.")
    return raw


def _hash(raw: object, name: str, *, optional: bool = False) -> str:
    if optional and raw in ("", None):
        return ""
    if not isinstance(raw, str) or not _HASH.fullmatch(raw):
        raise EntryUnreadable(f"{name} is a SHA-256 in 64 small hexadecimal digits.")
    return raw


def _uuid(raw: object, name: str) -> str:
    try:
        return str(uuid.UUID(raw if isinstance(raw, str) else ""))
    except ValueError:
        raise EntryUnreadable(f"{name} is an id.") from None


def _kind(raw: object) -> str:
    if raw not in KINDS:
        raise EntryUnreadable(f"kind is one of {', '.join(KINDS)}.")
    return str(raw)


def _text(raw: object, name: str) -> str:
    if not isinstance(raw, str):
        raise EntryUnreadable(f"{name} is text.")
    return raw


def _moment(raw: object) -> datetime:
    try:
        moment = datetime.fromisoformat(raw if isinstance(raw, str) else "")
        if moment.tzinfo is None:
            raise ValueError
        return to_milliseconds(moment.astimezone(UTC))
    except (ValueError, OverflowError):
        raise EntryUnreadable("written_at is a time with its offset, in ISO 8601.") from None
