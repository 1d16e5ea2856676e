"""Bans: an agent may not take assessments, for a time or for good. What a ban does is in
`proctoring/invitations/bans.py`.
"""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Agent, User
from accounts.security import audit, locks
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.errors import Refusal
from hitouch.core.web.humanize import date_text
from proctoring import notifications
from proctoring.models import ProctoringBan, Sitting
from proctoring.review.services import require_reason

LONGEST = timedelta(days=20 * 366)


class BanEndsBefore(Refusal):
    """The ban would end before it begins."""

    code = "ban_ends_before"
    status = 422
    field = "ends_at"
    message = "The ban has to end in the future. Leave it empty for a ban for good."


class BanTooLong(Refusal):
    """The ban would end later than any person waits for."""

    code = "ban_too_long"
    status = 422
    field = "ends_at"
    message = "A ban ends within 20 years. Leave it empty for a ban for good."


@transaction.atomic
def ban_agent(
    *,
    agent: Agent,
    ends_at: datetime | None,
    reason: str,
    by: User,
    at: datetime,
    sitting: Sitting | None = None,
) -> ProctoringBan:
    """Ban an agent from assessments from now on, until a moment or for good."""
    require_reason(reason)
    if ends_at is not None and ends_at <= at:
        raise BanEndsBefore
    if ends_at is not None and ends_at - at > LONGEST:
        raise BanTooLong
    locked = locks.lock_agent(agent.pk)
    ban = ProctoringBan.objects.create(
        agent=locked,
        sitting=sitting,
        starts_at=at,
        ends_at=ends_at,
        reason=reason.strip()[:1000],
        by=by,
    )
    until = date_text(ends_at) if ends_at else ""
    audit.record_event(
        by=by, action="agent.banned_from_assessments", on=ban, at=at, new={"until": until}
    )
    notifications.notify(
        locked, template="assessments_banned", at=at, until=until, reason=ban.reason
    )
    return ban


@transaction.atomic
def revoke_ban(*, ban: ProctoringBan, reason: str, by: User, at: datetime) -> ProctoringBan:
    """Take a ban back, with the reason."""
    require_reason(reason)
    row = ProctoringBan.objects.select_for_update(of=("self",)).get(pk=ban.pk)
    if row.revoked_at is not None:
        raise InvalidTransition
    row.revoked_at, row.revoked_by, row.revoked_reason = at, by, reason.strip()[:1000]
    row.save(update_fields=["revoked_at", "revoked_by", "revoked_reason", "updated_at"])
    audit.record_event(by=by, action="agent.ban_revoked", on=row, at=at)
    notifications.notify(
        row.agent, template="assessments_allowed", at=at, reason=row.revoked_reason
    )
    return row
