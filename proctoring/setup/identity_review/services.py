"""Decisions of people about photos that a machine could not match."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.notices.services import notify
from accounts.security import audit
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import ReasonRequired, Refusal
from proctoring.delivery.locks import lock_sitting, lock_sitting_in
from proctoring.models import IdentityCheck, Sitting
from proctoring.setup import queries

State = Sitting.State
KINDS = {
    True: "proctoring/photo_confirmed",
    None: "proctoring/photo_asked_again",
    False: "proctoring/photo_not_confirmed",
}


class NothingToCompare(Refusal):
    """There is no profile photo that shows who it should be."""

    code = "nothing_to_compare"
    message = (
        "There is no profile photo to compare with. Ask for another photo: the agent can add a "
        "profile photo first."
    )
    field = "same_person"


@transaction.atomic
def decide_identity(
    *, sitting: Sitting, same_person: bool | None, reason: str, by: User, at: datetime
) -> Sitting:
    """Decide whether a photo shows the agent; None asks for another photo, with new tries.

    It opens the assessment, or goes back to the photo, or ends this sitting, which then counts as
    no attempt. The agent is told, with the reason of what is not good news.
    """
    reason = reason.strip()
    if not same_person and not reason:
        raise ReasonRequired(
            "Enter a reason. The agent will see it.", code="reason_needed", field="reason"
        )
    locked = lock_sitting_in(sitting, State.IDENTITY_REVIEW)
    if same_person:
        _require_photo(locked)
    newest = queries.newest_try(locked)
    if same_person is not None and newest is not None:
        _decide(newest, same_person, by, at)
    following = {True: State.READY, None: State.IDENTITY, False: State.EXPIRED}[same_person]
    transition(locked, to=following, by=by, at=at, why=reason)
    audit.record_event(
        by=by,
        action="sitting.identity_decided",
        on=locked,
        at=at,
        new={"state": locked.state, "reason": reason},
    )
    context: dict[str, object] = {"agent": locked.agent, "reason": reason}
    notify(user=locked.agent.user, kind=KINDS[same_person], context=context, at=at)
    return locked


@transaction.atomic
def confirm_same_person(*, sitting: Sitting, by: User, at: datetime) -> bool:
    """Note that the photo shows the agent, as far as there is anything to compare it with."""
    locked = lock_sitting(sitting)
    newest = queries.newest_try(locked)
    if newest is None or not queries.can_be_compared(locked.agent):
        return False
    _decide(newest, True, by, at)
    return True


def _require_photo(locked: Sitting) -> None:
    if not queries.can_be_compared(locked.agent):
        raise NothingToCompare


def _decide(check: IdentityCheck, same_person: bool, by: User, at: datetime) -> None:
    check.same_person, check.decided_by, check.decided_at = same_person, by, at
    check.save(update_fields=["same_person", "decided_by", "decided_at", "updated_at"])
