"""Decisions of a proctor: confirm or cancel the result of a sitting."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.security import audit
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import ReasonRequired
from proctoring import signals
from proctoring.delivery.locks import lock_sitting, lock_sitting_in
from proctoring.grading.services import update_level
from proctoring.models import Sitting
from proctoring.setup.identity_review.services import confirm_same_person


@transaction.atomic
def clear_sitting(*, sitting: Sitting, by: User, at: datetime) -> Sitting:
    """Confirm the result, and that the photo shows the agent if there is a profile photo."""
    locked = lock_sitting_in(sitting, Sitting.State.GRADED)
    confirm_same_person(sitting=locked, by=by, at=at)
    transition(locked, to=Sitting.State.CLEARED, by=by, at=at)
    audit.record_event(by=by, action="sitting.cleared", on=locked, at=at)
    return locked


@transaction.atomic
def void_sitting(*, sitting: Sitting, reason: str, by: User, at: datetime) -> Sitting:
    """Cancel the result, and update the agent's level."""
    reason = reason.strip()
    if not reason:
        raise ReasonRequired(
            "Enter a reason. The agent will see it.", code="reason_needed", field="reason"
        )
    locked = lock_sitting(sitting)
    was = locked.state
    transition(locked, to=Sitting.State.VOIDED, by=by, at=at, why=reason, decision_reason=reason)
    update_level(locked.agent, at)
    signals.sitting_voided.send(sender=Sitting, sitting=locked)
    new: dict[str, object] = {"state": locked.state, "reason": reason}
    audit.record_event(
        by=by, action="sitting.voided", on=locked, at=at, old={"state": was}, new=new
    )
    return locked
