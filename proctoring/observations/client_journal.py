"""The journal in which a page or program keeps what it reports: reading entries, and their chain.

Each device numbers its entries and hashes each with the one before, so that a missing or changed
entry shows. The hash is SHA-256 over JSON without spaces and with sorted keys, in which numbers are
written as JavaScript writes them. Does not use Django.
"""

import hashlib
import json
import math
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

VERSION = "hitouch-event-1"
MAX_SEQUENCE = 2**31 - 1
#: Bounds of an entry's `data`. Larger whole numbers than the last are not exact in JavaScript.
MAX_DEPTH, MAX_VALUES, MAX_CHARS, MAX_KEY_CHARS = 4, 60, 1000, 40
MAX_NUMBER = 2**53 - 1
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_HASH = re.compile(r"[0-9a-f]{64}\Z")
_KEY = re.compile(rf"[A-Za-z0-9_.-]{{1,{MAX_KEY_CHARS}}}\Z")
#: Stands for a number in a frame that is too large to be read.
UNREADABLE = float("inf")


class EventUnreadable(ValueError):
    """The entry cannot be stored; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class ClientEvent:
    """One entry that can be stored. `is_intact`: its hash is the hash of its content."""

    sequence: int
    kind: str
    at: datetime
    data: dict[str, Any]
    previous_hash: str
    hash: str
    is_intact: bool


@dataclass(frozen=True)
class RefusedEvent:
    """One entry that cannot be stored, with its place in the chain if that could be read."""

    code: str
    sequence: int | None = None
    hash: str = ""


@dataclass
class JournalHead:
    """Where the chain of a device ends: the next number, and the hash of the last entry.

    The hash is empty at the beginning, and None where it is not known any more.
    """

    next_sequence: int = 1
    hash: str | None = ""


@dataclass
class ChainFindings:
    """What is odd about a chain: numbers that are missing, and entries that do not fit."""

    gaps: list[tuple[int, int]] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)


def read_frame(text: str) -> Any:
    """The JSON of a frame. Numbers that cannot be read become infinite. Raises `ValueError`."""
    try:
        return json.loads(text, parse_int=_whole_number)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _whole_number(digits: str) -> int | float:
    return int(digits) if len(digits) <= len(str(MAX_NUMBER)) + 1 else UNREADABLE


def read_entry(
    raw: object, *, sitting: uuid.UUID, device: uuid.UUID, kinds: frozenset[str]
) -> ClientEvent | RefusedEvent:
    """One entry of a frame, or why it cannot be stored."""
    if not isinstance(raw, Mapping):
        return RefusedEvent("bad_event")
    sequence, own_hash = raw.get("sequence"), raw.get("hash")
    if not isinstance(sequence, int) or isinstance(sequence, bool):
        return RefusedEvent("bad_sequence")
    if not 1 <= sequence <= MAX_SEQUENCE:
        return RefusedEvent("bad_sequence")
    if not isinstance(own_hash, str) or not _HASH.match(own_hash):
        return RefusedEvent("bad_hash", sequence)
    try:
        return _entry(raw, sequence, own_hash, sitting=sitting, device=device, kinds=kinds)
    except EventUnreadable as refusal:
        return RefusedEvent(refusal.code, sequence, own_hash)


def _entry(
    raw: Mapping[str, Any],
    sequence: int,
    own_hash: str,
    *,
    sitting: uuid.UUID,
    device: uuid.UUID,
    kinds: frozenset[str],
) -> ClientEvent:
    kind, previous, stated, data = (
        raw.get("kind"), raw.get("previous_hash"), raw.get("at"), raw.get("data", {}),
    )  # fmt: skip
    if not isinstance(kind, str) or kind not in kinds:
        raise EventUnreadable("unknown_kind")
    if not isinstance(previous, str) or (previous and not _HASH.match(previous)):
        raise EventUnreadable("bad_hash")
    at = _moment(stated)
    if not isinstance(data, dict):
        raise EventUnreadable("bad_data")
    _check_value(data, MAX_DEPTH, [MAX_VALUES])
    text = canonical(data)
    if len(text) > MAX_CHARS:
        raise EventUnreadable("too_long")
    facts = canonical([VERSION, str(sitting), str(device), sequence, previous, kind, stated])
    digest = hashlib.sha256(f"{facts[:-1]},{text}]".encode()).hexdigest()
    # A negative zero is none in the database.
    stored = json.loads(text)
    return ClientEvent(sequence, kind, at, stored, previous, own_hash, digest == own_hash)


def _moment(stated: object) -> datetime:
    try:
        # Python takes any character between date and time, also one that cannot be hashed.
        if not isinstance(stated, str) or len(stated) > 40 or not stated.isascii():
            raise ValueError
        at = datetime.fromisoformat(stated)
        if at.tzinfo is None or not EARLIEST <= at <= LATEST:
            raise ValueError
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise EventUnreadable("bad_moment") from None


def _check_value(value: object, depth: int, left: list[int]) -> None:
    """Refuse what the database does not keep, or not as it was hashed."""
    left[0] -= 1
    if left[0] < 0:
        raise EventUnreadable("too_long")
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, int | float):
        if not math.isfinite(value) or abs(value) > MAX_NUMBER:
            raise EventUnreadable("bad_number")
    elif depth == 0:
        raise EventUnreadable("too_deep")
    else:
        for each in _members(value):
            _check_value(each, depth - 1, left)


def _members(value: object) -> Iterable[object]:
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        raise EventUnreadable("bad_data")
    if not all(_KEY.match(key) for key in value):
        raise EventUnreadable("bad_key")
    return value.values()


def _check_text(text: str) -> None:
    if text.isascii():
        if "\0" in text:
            raise EventUnreadable("bad_characters")
        return
    if "\0" in text or any("\ud800" <= each <= "\udfff" for each in text):
        raise EventUnreadable("bad_characters")


def entry_hash(
    *,
    sitting: object,
    device: object,
    sequence: int,
    previous_hash: str,
    kind: str,
    at: str,
    data: Mapping[str, Any],
) -> str:
    """The hash of an entry, as a client computes it. `at` is the text that it sends."""
    facts = [VERSION, str(sitting), str(device), sequence, previous_hash, kind, at, dict(data)]
    return hashlib.sha256(canonical(facts).encode()).hexdigest()


def canonical(value: Any) -> str:
    """JSON as JavaScript writes it, without spaces and with sorted keys."""
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dict):
        rows = (f"{json.dumps(key)}:{canonical(value[key])}" for key in sorted(value))
        return "{" + ",".join(rows) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(canonical, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    """A finite number of at most 2^53 as JavaScript writes it."""
    if value.is_integer():
        return str(int(value))
    mantissa, _, exponent = repr(value).partition("e")
    if not exponent:
        return mantissa
    power = int(exponent)
    if power < -6:
        return f"{mantissa}e{power}"
    sign, digits = ("-", mantissa[1:]) if mantissa[0] == "-" else ("", mantissa)
    return f"{sign}0.{'0' * (-power - 1)}{digits.replace('.', '')}"


def follow(
    head: JournalHead, entries: list[ClientEvent | RefusedEvent]
) -> tuple[list[ClientEvent], ChainFindings]:
    """The entries that are new, in order, and what is odd. Moves the head behind them.

    A refused entry has its place in the chain, so that those after it fit.
    """
    fresh: list[ClientEvent] = []
    findings = ChainFindings()
    for entry in entries:
        if entry.sequence is None or entry.sequence < head.next_sequence:
            continue
        if entry.sequence > head.next_sequence:
            findings.gaps.append((head.next_sequence, entry.sequence - 1))
        if isinstance(entry, ClientEvent):
            fits = entry.sequence > head.next_sequence or head.hash in (None, entry.previous_hash)
            if not entry.is_intact or not fits:
                findings.broken.append(entry.sequence)
            fresh.append(entry)
        head.next_sequence, head.hash = entry.sequence + 1, entry.hash or None
    return fresh, findings
