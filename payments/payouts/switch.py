"""The sending switch: any one person in finance stops all sending, two start it again."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, Q

from accounts.models import User
from accounts.security import audit
from payments.models import SendingSwitch
from payments.payouts.refusals import OwnSwitch, SendingStopped, SwitchState


def is_on() -> Q:
    """A condition of statements that start a transfer."""
    return ~Q(Exists(SendingSwitch.objects.filter(is_on=False)))


def may_send() -> bool:
    """Whether sending is on, for work that looks again before it sends."""
    return not SendingSwitch.objects.filter(is_on=False).exists()


def require_on() -> None:
    """Refuse while sending is stopped; a stop waits for transactions that passed here."""
    with connection.cursor() as cursor:
        # A shared lock, which Django's select_for_update does not have.
        cursor.execute("SELECT is_on FROM payments_sendingswitch FOR SHARE")
        rows = cursor.fetchall()
    if not all(is_on for (is_on,) in rows):
        raise SendingStopped


def _locked(at: datetime) -> SendingSwitch:
    SendingSwitch.objects.get_or_create(only_row=True, defaults={"changed_at": at})
    return SendingSwitch.objects.select_for_update().get()


@transaction.atomic
def stop_sending(*, reason: str, at: datetime, by: User | None = None) -> SendingSwitch:
    """Stop all sending at once. Without a person: a check of the books found a fault."""
    switch = _locked(at)
    if not switch.is_on and by is not None and switch.start_proposed_by_id is None:
        raise SwitchState
    SendingSwitch.objects.update(
        is_on=False, reason=reason, changed_by=by, changed_at=at, start_proposed_by=None
    )
    audit.record_event(by=by, action="sending.stopped", on=switch, at=at, new={"reason": reason})
    return SendingSwitch.objects.get()


@transaction.atomic
def start_sending(*, by: User, at: datetime) -> SendingSwitch:
    """Propose to start sending again, or confirm what another person proposed."""
    switch = _locked(at)
    if switch.is_on:
        raise SwitchState
    if switch.start_proposed_by_id == by.pk:
        raise OwnSwitch
    if switch.start_proposed_by_id is None:
        SendingSwitch.objects.update(start_proposed_by=by)
        audit.record_event(by=by, action="sending.start_proposed", on=switch, at=at)
    else:
        SendingSwitch.objects.update(
            is_on=True, reason="", changed_by=by, changed_at=at, start_proposed_by=None
        )
        audit.record_event(by=by, action="sending.started", on=switch, at=at)
    return SendingSwitch.objects.get()
