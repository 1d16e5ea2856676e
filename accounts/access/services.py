"""Access changes: requested by one person, approved, declined or carried out by another.

The rights of both, and what the request rests on, are looked at again when it is approved and when
it is carried out. The account concerned is locked first, then the request.
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.access import queries
from accounts.access.kinds import AccessKind, Facts, kind_of
from accounts.models import AccessChange, User
from accounts.security import audit, locks
from accounts.security.notifications import SecurityNotification, notify
from accounts.security.second_person import NotASecondPerson
from hitouch.core import sweeps
from hitouch.core.db.state_machine import InvalidTransition, transition
from hitouch.core.errors import ReasonRequired, Refusal

State = AccessChange.State


class CannotRequestAccess(Refusal):
    """The role does not allow to request this change."""

    code = "cannot_request_access"
    status = 403
    message = "Your role can't request this."


class CannotApproveAccess(Refusal):
    """The role does not allow to decide on this request."""

    code = "cannot_approve_access"
    status = 403
    message = "Your role can't decide on this request."


class RequesterLostRole(Refusal):
    """Who requested it may not request it any more."""

    code = "requester_lost_role"
    message = "The person who requested this may no longer do so. Decline it."


class AlreadyRequested(Refusal):
    """The same is waiting for approval."""

    code = "already_requested"
    message = "This has been requested for this person already. Open that request first."


class ChangeExpired(Refusal):
    """The seven days are over."""

    code = "request_expired"
    message = "This request has expired. Make a new one."


class TargetChanged(Refusal):
    """Something else was changed after the request."""

    code = "target_changed"
    message = "The account has changed since this was requested. Decline it and make a new request."


class NotYourRequest(Refusal):
    """Only the requester can withdraw a request or carry it out."""

    code = "not_your_request"
    status = 403
    message = "Only the person who requested this can do that."


@transaction.atomic
def request_change(
    *, kind: str, target: User, payload: Facts, why: str, by: User, at: datetime
) -> AccessChange:
    """Request a change. Everybody who may approve it is notified."""
    spec = kind_of(kind)
    if not spec.can_request(_read_again(by)):
        raise CannotRequestAccess
    if not why.strip():
        raise ReasonRequired(
            "Enter a reason, so that your colleague can decide.",
            code="no_reason_given",
            field="why",
        )
    target = locks.lock_account(target.pk)
    spec.check(target, payload, by=by, at=at)
    try:
        with transaction.atomic():
            change = AccessChange.objects.create(
                kind=kind,
                target=target,
                payload=dict(payload),
                before=spec.state_of(target, payload),
                why=why.strip(),
                requested_by=by,
                requested_at=at,
                expires_at=at + AccessChange.LIFETIME,
            )
    except IntegrityError as exists:
        raise AlreadyRequested from exists
    change.events.create(was="", became=change.state, by=by, at=at, why=change.why)
    _record(change, "requested", by=by, at=at)
    for approver in queries.approvers_of(change):
        _notify(approver, SecurityNotification.ACCESS_REQUESTED, at)
    return change


@transaction.atomic
def approve_change(*, change: AccessChange, by: User, at: datetime) -> AccessChange:
    """Approve a request, and carry it out unless its requester does so."""
    change = _lock(change)
    spec = _require_possible(change, State.REQUESTED, by=by, at=at)
    if by.pk in (change.requested_by_id, change.target_id):
        raise NotASecondPerson
    _require_approver(spec, change, by)
    facts: dict[str, Any] = {"decided_by": by, "decided_at": at}
    transition(change, to=State.APPROVED, by=by, at=at, **facts)
    _record(change, "approved", by=by, at=at)
    if not spec.is_collected:
        _apply(change, spec, by=by, at=at)
    _notify(change.requested_by, SecurityNotification.ACCESS_APPROVED, at)
    return change


@transaction.atomic
def carry_out_change(*, change: AccessChange, by: User, at: datetime) -> Any:
    """Carry out an approved request whose secret is shown to its requester."""
    change = _lock(change)
    if by.pk != change.requested_by_id:
        raise NotYourRequest
    spec = _require_possible(change, State.APPROVED, by=by, at=at)
    assert change.decided_by is not None  # noqa: S101  (a constraint says so)
    _require_approver(spec, change, change.decided_by)
    return _apply(change, spec, by=by, at=at)


@transaction.atomic
def decline_change(*, change: AccessChange, by: User, at: datetime, why: str) -> AccessChange:
    """Decline a request, with a reason for its requester."""
    change = _lock(change)
    if by.pk == change.requested_by_id:
        raise NotASecondPerson
    _require_approver(kind_of(change.kind), change, by)
    if not why.strip():
        raise ReasonRequired(
            "Enter a reason, so that your colleague knows.", code="no_reason_given", field="why"
        )
    facts: dict[str, Any] = {"decided_by": by, "decided_at": at, "decided_why": why.strip()}
    transition(change, to=State.DECLINED, by=by, at=at, why=why.strip(), **facts)
    _record(change, "declined", by=by, at=at, why=why.strip())
    _notify(change.requested_by, SecurityNotification.ACCESS_DECLINED, at)
    return change


@transaction.atomic
def withdraw_change(*, change: AccessChange, by: User, at: datetime) -> AccessChange:
    """Withdraw one's own request."""
    change = _lock(change)
    if by.pk != change.requested_by_id:
        raise NotYourRequest
    transition(change, to=State.WITHDRAWN, by=by, at=at)
    _record(change, "withdrawn", by=by, at=at)
    return change


def _expire(change: AccessChange, now: datetime) -> None:
    transition(change, to=State.EXPIRED, by=None, at=now)
    _record(change, "expired", by=None, at=now)
    _notify(change.requested_by, SecurityNotification.ACCESS_EXPIRED, now)


EXPIRED_CHANGES = sweeps.Sweep(
    name="accounts.access_changes",
    due=lambda now: AccessChange.objects.due(now),
    act=_expire,
    order=("expires_at", "pk"),
)


def expire_due(*, at: datetime) -> int:
    """End the requests whose time is over. Returns how many."""
    return sweeps.run(EXPIRED_CHANGES, now=at).done


def _read_again(user: User) -> User:
    """The person without what the instance remembers of their roles."""
    return User.objects.get(pk=user.pk)


def _lock(change: AccessChange) -> AccessChange:
    locks.lock_account(change.target_id)
    rows = AccessChange.objects.select_for_update(of=("self",))
    return rows.select_related("target", "requested_by", "decided_by").get(pk=change.pk)


def _require_possible(change: AccessChange, state: str, *, by: User, at: datetime) -> AccessKind:
    """Refuse unless the request is in this state and everything it rests on still holds."""
    if change.state != state:
        raise InvalidTransition
    if change.expires_at <= at:
        raise ChangeExpired
    spec = kind_of(change.kind)
    requester = _read_again(change.requested_by)
    if not (requester.is_active and spec.can_request(requester)):
        raise RequesterLostRole
    if spec.state_of(change.target, change.payload) != change.before:
        raise TargetChanged
    spec.check(change.target, change.payload, by=requester, at=at)
    return spec


def _require_approver(spec: AccessKind, change: AccessChange, by: User) -> None:
    approver = _read_again(by)
    allowed = spec.can_approve(approver, requested_by=_read_again(change.requested_by))
    if not (approver.is_active and allowed):
        raise CannotApproveAccess


def _apply(change: AccessChange, spec: AccessKind, *, by: User, at: datetime) -> Any:
    transition(change, to=State.APPLIED, by=by, at=at, applied_at=at)
    _record(change, "applied", by=by, at=at)
    return spec.apply(change, at=at)


def _record(
    change: AccessChange, event: str, *, by: User | None, at: datetime, why: str = ""
) -> None:
    facts: dict[str, object] = {
        "kind": change.kind,
        "target": str(change.target_id),
        "payload": change.payload,
        "why": why or change.why,
    }
    audit.record_event(
        by=by, action=f"access.{event}", on=change, at=at, old=change.before, new=facts
    )


def _notify(user: User, notification: SecurityNotification, at: datetime) -> None:
    notify(user=user, notification=notification, at=at)
