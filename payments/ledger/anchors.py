"""Signed anchors of the chain of ledger entries: how many, and the hash of the last seal.

They show that the end of the chain was cut off, or the table emptied. The key is not in the
database. An anchor is kept in a table, in one file a day beside the private files, and in the log.
"""

import json
import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hmac import compare_digest

from hitouch.core import crypto
from hitouch.core.files.stores import private_store
from hitouch.core.files.stores.base import StoreUnavailable, read_all
from payments.models import LedgerAnchor, LedgerSeal

log = logging.getLogger(__name__)
KEY_USE = "ledger-anchor"
FOLDER = "ledger"
#: Appended to the names of files that no longer hold, after a restore that operations confirmed.
SUPERSEDED = ".superseded"


class InvalidSealAnchor(Exception):
    """The anchor was not signed with our key, or was changed."""


@dataclass(frozen=True)
class SealAnchor:
    """How far the chain reached at a moment."""

    at: str
    entries: int
    head: str
    mac: str = ""

    def signed(self) -> "SealAnchor":
        """The anchor with its HMAC."""
        return replace(self, mac=self._mac())

    def require_valid(self) -> "SealAnchor":
        """Raise `InvalidSealAnchor` unless it was signed with our key."""
        if not compare_digest(self.mac.encode(), self._mac().encode()):
            raise InvalidSealAnchor
        return self

    def _mac(self) -> str:
        return crypto.blind_index(KEY_USE, json.dumps([self.at, self.entries, self.head]))


def current_anchor(*, at: datetime) -> SealAnchor:
    """The anchor of the chain as it is now."""
    last = LedgerSeal.objects.order_by("-number").first()
    moment = at.astimezone(UTC).replace(microsecond=0).isoformat()
    return SealAnchor(moment, last.number if last else 0, last.hash if last else "").signed()


def keep(*, at: datetime) -> None:
    """Keep the current anchor in the table, as the day's file and in the log."""
    anchor = current_anchor(at=at)
    LedgerAnchor.objects.create(**asdict(anchor) | {"at": datetime.fromisoformat(anchor.at)})
    write_file(anchor)
    log.warning("ledger.anchor", extra=asdict(anchor))


def files() -> list[str]:
    """The names of the files in the store, oldest first."""
    found = private_store().list(FOLDER)
    return sorted(each.name for each in found if each.name.endswith(".json"))


def write_file(anchor: SealAnchor) -> None:
    """Keep the anchor as the file of its day, unless that file reaches further."""
    name = f"{FOLDER}/{anchor.at[:10]}.json"
    try:
        if _reaches_further(anchor, name):
            private_store().put(name, [json.dumps(asdict(anchor)).encode()])
    except StoreUnavailable:  # sealing goes on; the next anchor tries again
        log.exception("ledger.anchor_not_written")


def _reaches_further(anchor: SealAnchor, name: str) -> bool:
    """Whether it may replace the file: never one that is invalid or does not fit the rows."""
    try:
        earlier = _read_file(name)
    except FileNotFoundError:
        return True
    except InvalidSealAnchor:
        return False
    return anchor.entries >= earlier.entries and _fits(earlier)


def supersede_files() -> list[str]:
    """After a restore of an older database: set aside the files that go beyond it."""
    store = private_store()
    beyond = [name for name in files() if (anchor := _read(name)) and not _fits(anchor)]
    for name in beyond:
        store.put(name + SUPERSEDED, [read_all(store, name)])
        store.delete(name)
    return beyond


def findings() -> Iterator[str]:
    """Which anchors are invalid, or name seals that are not there any more."""
    for name, anchor in _anchors():
        if anchor is None:
            yield f"The ledger's anchor {name} was changed, or not signed with our key."
        elif not _fits(anchor):
            yield f"Seal {anchor.entries} of the ledger is missing or another one (anchor {name})."
    if LedgerSeal.objects.exists() and not files():
        yield "There are no files with anchors of the ledger, though entries were sealed."


def _anchors() -> Iterator[tuple[str, SealAnchor | None]]:
    for row in LedgerAnchor.objects.order_by("pk").iterator():
        at = row.at.astimezone(UTC).isoformat()
        yield f"{row.pk} of the database", _valid(SealAnchor(at, row.entries, row.head, row.mac))
    for name in files():
        yield name, _read(name)


def _valid(anchor: SealAnchor) -> SealAnchor | None:
    try:
        return anchor.require_valid()
    except InvalidSealAnchor:
        return None


def _read(name: str) -> SealAnchor | None:
    try:
        return _read_file(name)
    except (InvalidSealAnchor, FileNotFoundError):
        return None


def _read_file(name: str) -> SealAnchor:
    try:
        return _parse(read_all(private_store(), name).decode())
    except ValueError as fault:
        raise InvalidSealAnchor from fault


def _parse(text: str) -> SealAnchor:
    try:
        facts = json.loads(text)
        anchor = SealAnchor(**{name: facts[name] for name in SealAnchor.__dataclass_fields__})
        return anchor.require_valid()
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise InvalidSealAnchor from fault


def _fits(anchor: SealAnchor) -> bool:
    if not anchor.entries:
        return True
    seals = LedgerSeal.objects.filter(number=anchor.entries)
    return seals.values_list("hash", flat=True).first() == anchor.head
