"""What a proctor decides when the sitting is over."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.security import audit
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import ReasonRequired
from proctoring import signals
from proctoring.models import IdentityCheck, Sitting
from proctoring.services.grading import settle_level
from proctoring.services.sittings import lock_sitting, lock_sitting_in


@transaction.atomic
def clear_sitting(*, sitting: Sitting, by: User, at: datetime) -> Sitting:
    """The photo shows the agent, and nothing seen speaks against the result."""
    held = lock_sitting_in(sitting, Sitting.State.GRADED)
    IdentityCheck.objects.filter(sitting=held).update(
        same_person=True, decided_by=by, decided_at=at, updated_at=at
    )
    transition(held, to=Sitting.State.CLEARED, by=by, at=at)
    audit.record_event(by=by, action="sitting.cleared", on=held, at=at)
    return held


@transaction.atomic
def void_sitting(*, sitting: Sitting, reason: str, by: User, at: datetime) -> Sitting:
    """Take the result back: the level goes with it."""
    reason = reason.strip()
    if not reason:
        raise ReasonRequired(
            "Enter a reason. The agent will see it.", code="reason_needed", field="reason"
        )
    held = lock_sitting(sitting)
    was = held.state
    transition(held, to=Sitting.State.VOIDED, by=by, at=at, why=reason, decision_reason=reason)
    settle_level(held.agent, at)
    signals.sitting_voided.send(sender=Sitting, sitting=held)
    new: dict[str, object] = {"state": held.state, "reason": reason}
    audit.record_event(by=by, action="sitting.voided", on=held, at=at, old={"state": was}, new=new)
    return held
