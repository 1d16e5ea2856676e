"""The nightly work on the ledger: seal what is left, check the chain, and take snapshots."""

import logging
from datetime import datetime

from accounts.models import User
from accounts.security import audit
from hitouch.core.monitoring import alarms
from payments.ledger import anchors, seals, snapshots
from payments.models import LedgerAnchor

log = logging.getLogger(__name__)
ALARM = "ledger_chain"
#: Details of an alarm name the first findings only.
NAMED = 5


def check_chain(*, at: datetime) -> list[str]:
    """Check the chain of entries, and raise or clear the alarm.

    What waited while the task that seals did not run is sealed first. An intact chain gets a new
    anchor, and the balances up to its end are stored.
    """
    while seals.seal_entries(at=at, recent=True):
        pass
    found = seals.findings()
    if found:
        more = f" And {len(found) - NAMED} more." if len(found) > NAMED else ""
        alarms.raise_alarm(ALARM, " ".join(found[:NAMED]) + more, at=at)
        return found
    alarms.clear_alarm(ALARM)
    while seals.seal_entries(at=at):
        pass
    anchors.keep(at=at)
    snapshots.take()
    return found


def accept_restore(*, by: User | None, at: datetime, why: str) -> list[str]:
    """After a restore of an older database: set aside the anchor files that go beyond it."""
    beyond = anchors.supersede_files()
    anchor = LedgerAnchor.objects.order_by("-pk").first()
    if beyond and anchor is not None:
        new = {"why": why, "files": beyond}
        audit.record_event(by=by, action="ledger.restore_accepted", on=anchor, at=at, new=new)
    anchors.write_file(anchors.current_anchor(at=at))
    log.warning("ledger.restore_accepted", extra={"files": len(beyond), "why": why})
    return beyond
