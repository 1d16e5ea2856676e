"""The check of the audit log: nightly by a task, and on demand by `manage.py check_audit`."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import AuditAnchor, AuditEvent, RetentionProof, User
from accounts.security import anchors, audit, retention_proofs
from hitouch.core.files.stores.base import StoreUnavailable
from hitouch.core.monitoring import alarms

log = logging.getLogger(__name__)
ALARM = "audit_chain"
#: Events are chained every few seconds; after an hour the task does not run.
CHAIN_DELAY = timedelta(hours=1)
CHAINED_MODELS = (AuditEvent, AuditAnchor, RetentionProof)
#: Details of an alarm name the first findings only.
NAMED = 5


def check_audit(*, at: datetime, extra: tuple[str, ...] = ()) -> list[str]:
    """Check everything, and raise or clear the alarm. An intact log gets a new anchor.

    `extra` are anchors copied from the log.
    """
    found = findings(at=at, extra=extra)
    if found:
        more = f" And {len(found) - NAMED} more." if len(found) > NAMED else ""
        alarms.raise_alarm(ALARM, " ".join(found[:NAMED]) + more, at=at)
        return found
    alarms.clear_alarm(ALARM)
    anchor = anchors.current_anchor(at=at)
    if anchor.events or anchor.proofs:
        anchors.save_row(anchor)
        anchors.write_file(anchor)
        anchors.log_anchor(anchor)
    return found


def findings(*, at: datetime, extra: tuple[str, ...] = ()) -> list[str]:
    """What is wrong, one sentence each."""
    return [*_chain_findings(), *_anchor_findings(extra), *_table_findings(at)]


def _chain_findings() -> Iterator[str]:
    if (number := audit.first_break()) is not None:
        yield f"Audit event {number} was changed, moved or put in, or one before it is missing."
    if (number := retention_proofs.first_broken_proof()) is not None:
        yield f"Retention proof {number} was changed, moved or put in, or one before it is missing."


def _anchor_findings(extra: tuple[str, ...]) -> Iterator[str]:
    known: dict[str, anchors.Anchor] = {}
    try:
        files = anchors.files()
    except StoreUnavailable:
        yield "The anchor files cannot be read: the store of private files does not answer."
        files = []
    else:
        yield from _missing_anchors(files)
    for name, read in _sources(files, extra):
        try:
            known[name] = read()
        except anchors.InvalidAnchor:
            yield f"The anchor {name} was changed, or not signed with the oldest of HITOUCH_KEYS."
        except (FileNotFoundError, StoreUnavailable):
            yield f"The anchor {name} cannot be read."
    for name, anchor in known.items():
        yield from (f"{text} (anchor {name})." for text in anchors.differences(anchor))


def _sources(
    files: list[str], extra: tuple[str, ...]
) -> Iterator[tuple[str, Callable[[], anchors.Anchor]]]:
    for row in AuditAnchor.objects.order_by("pk").iterator():
        yield f"{row.pk} of the database", lambda row=row: anchors.from_row(row)  # type: ignore[misc]
    for name in files:
        yield name, lambda name=name: anchors.read_file(name)  # type: ignore[misc]
    for text in extra:
        yield "from the log", lambda text=text: anchors.parse(text)  # type: ignore[misc]


def _missing_anchors(files: list[str]) -> Iterator[str]:
    if not AuditEvent.objects.filter(number__isnull=False).exists():
        return
    if not AuditAnchor.objects.exists():
        yield "The table of anchors is empty, though events were chained."
    if not files:
        yield "There are no anchor files beside the private files, though events were chained."


def _table_findings(at: datetime) -> Iterator[str]:
    late = AuditEvent.objects.filter(number__isnull=True, at__lte=at - CHAIN_DELAY).count()
    if late:
        yield (
            f"{late} audit events were not chained within an hour: beat does not run, or they "
            "cannot be read (Postponed rows)."
        )
    for model in CHAINED_MODELS:
        for trigger in getattr(model._meta, "triggers", ()):
            status, is_enabled = trigger.get_installation_status(model)
            if status != "INSTALLED" or not is_enabled:
                yield f"The trigger {trigger.name} of {model._meta.db_table} is missing or off."


@transaction.atomic
def accept_restore(*, by: User | None, at: datetime, why: str) -> list[str]:
    """After a restore of an older database: set aside the anchor files that go beyond it.

    Recorded as an event of the person, with the reason. Returns the files.
    """
    beyond = [name for name in anchors.files() if _goes_beyond(name)]
    subject = by or AuditAnchor.objects.order_by("-pk").first()
    if beyond and subject is not None:
        new = {"why": why, "files": beyond}
        audit.record_event(by=by, action="audit.restore_accepted", on=subject, at=at, new=new)
    anchors.supersede_files(beyond)
    log.warning("audit.restore_accepted", extra={"files": len(beyond), "why": why})
    return beyond


def _goes_beyond(name: str) -> bool:
    try:
        anchor = anchors.read_file(name)
    except anchors.InvalidAnchor:
        return False
    return any(anchors.differences(anchor))
