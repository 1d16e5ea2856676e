"""Signed anchors of the audit chain and of the retention proofs: how many rows, and the last hash.

A hash chain alone does not show that its tail was cut off, that its table was emptied, or that
somebody computed all of it anew. An anchor does: it is signed with a key that is not in the
database, and kept in a table, in files beside the private files (one a day, replaced at each run of
the chaining task) and in the log. `accounts.security.audit_check` compares them with the rows.
"""

import json
import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hmac import compare_digest

from accounts.models import AuditAnchor, AuditEvent, RetentionProof
from hitouch.core import crypto
from hitouch.core.files.stores import private_store
from hitouch.core.files.stores.base import StoreUnavailable, read_all

log = logging.getLogger(__name__)
KEY_USE = "audit-anchor"
#: Where the files are in the store of private files.
FOLDER = "audit"
#: Appended to the names of files that no longer hold, after a restore that operations confirmed.
SUPERSEDED = ".superseded"


class InvalidAnchor(Exception):
    """The anchor was not signed with our key, or was changed."""


@dataclass(frozen=True)
class Anchor:
    """How far both chains reached at a moment."""

    at: str
    events: int
    events_head: str
    proofs: int
    proofs_head: str
    mac: str = ""

    def signed(self) -> "Anchor":
        """The anchor with its HMAC."""
        return replace(self, mac=self._mac())

    def require_valid(self) -> "Anchor":
        """Raise `InvalidAnchor` unless it was signed with our key."""
        if not compare_digest(self.mac.encode(), self._mac().encode()):
            raise InvalidAnchor
        return self

    def _mac(self) -> str:
        facts = [self.at, self.events, self.events_head, self.proofs, self.proofs_head]
        return crypto.blind_index(KEY_USE, json.dumps(facts))


def current_anchor(*, at: datetime) -> Anchor:
    """The anchor of the chains as they are now."""
    event = AuditEvent.objects.filter(number__isnull=False).order_by("-number").first()
    proof = RetentionProof.objects.order_by("-number").first()
    return Anchor(
        at=at.astimezone(UTC).replace(microsecond=0).isoformat(),
        events=(event.number or 0) if event else 0,
        events_head=event.hash if event else "",
        proofs=proof.number if proof else 0,
        proofs_head=proof.hash if proof else "",
    ).signed()


def save_row(anchor: Anchor) -> None:
    """Keep the anchor in the database."""
    AuditAnchor.objects.create(**asdict(anchor) | {"at": datetime.fromisoformat(anchor.at)})


def from_row(row: AuditAnchor) -> Anchor:
    """The anchor in a row. Raises `InvalidAnchor`."""
    return Anchor(
        at=row.at.astimezone(UTC).isoformat(),
        events=row.events,
        events_head=row.events_head,
        proofs=row.proofs,
        proofs_head=row.proofs_head,
        mac=row.mac,
    ).require_valid()


def parse(text: str) -> Anchor:
    """The anchor in a file or a line of the log. Raises `InvalidAnchor`."""
    try:
        facts = json.loads(text)
        anchor = Anchor(**{name: facts[name] for name in Anchor.__dataclass_fields__})
        return anchor.require_valid()
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise InvalidAnchor from fault


def first_row() -> AuditAnchor | None:
    """The first anchor in the database."""
    return AuditAnchor.objects.order_by("pk").first()


def first_anchor() -> Anchor | None:
    """The first anchor in the database, if it is valid."""
    row = first_row()
    try:
        return from_row(row) if row else None
    except InvalidAnchor:
        return None


def files() -> list[str]:
    """The names of the files in the store, oldest first."""
    found = private_store().list(FOLDER)
    return sorted(each.name for each in found if each.name.endswith(".json"))


def read_file(name: str) -> Anchor:
    """The anchor in a file. Raises `InvalidAnchor`."""
    try:
        return parse(read_all(private_store(), name).decode())
    except ValueError as fault:
        raise InvalidAnchor from fault


def write_file(anchor: Anchor) -> None:
    """Keep the anchor as the file of its day, unless that file reaches further."""
    name = f"{FOLDER}/{anchor.at[:10]}.json"
    try:
        if _reaches_further(anchor, name):
            private_store().put(name, [json.dumps(asdict(anchor)).encode()])
    except StoreUnavailable:  # chaining goes on; the check finds that the files fell behind
        log.exception("audit.anchor_not_written")


def _reaches_further(anchor: Anchor, name: str) -> bool:
    """Whether it may replace the file: never one that is invalid or does not fit the rows."""
    try:
        earlier = read_file(name)
    except FileNotFoundError:
        return True
    except InvalidAnchor:
        return False
    is_further = anchor.events >= earlier.events and anchor.proofs >= earlier.proofs
    return is_further and not any(differences(earlier))


def differences(anchor: Anchor) -> Iterator[str]:
    """Which rows the anchor names are not there any more, or are other ones."""
    events = AuditEvent.objects.filter(number=anchor.events)
    if anchor.events and events.values_list("hash", flat=True).first() != anchor.events_head:
        yield f"Audit event {anchor.events} is missing or is another one"
    proofs = RetentionProof.objects.filter(number=anchor.proofs)
    if anchor.proofs and proofs.values_list("hash", flat=True).first() != anchor.proofs_head:
        yield f"Retention proof {anchor.proofs} is missing or is another one"


def log_anchor(anchor: Anchor) -> None:
    """Write the anchor to the log; `manage.py check_audit --anchor` reads the line again.

    Its values are fields of their own: the log masks long numbers in texts.
    """
    log.warning("audit.anchor", extra=asdict(anchor))


def supersede_files(names: list[str]) -> None:
    """Set files aside that go beyond a restored database."""
    store = private_store()
    for name in names:
        store.put(name + SUPERSEDED, [read_all(store, name)])
        store.delete(name)
