"""Secrets that a case needs are kept encrypted, and opened by the assigned member only."""

from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import AuditEvent
from chatbot.models import SealedSecret, Ticket, TicketMessage
from chatbot.redaction.services import CaseClosed, NotAssigned, open_secret, redact, seal
from conftest import NOON, make_staff
from hitouch.core.db.state_machine import transition

pytestmark = pytest.mark.django_db
TEXT = (
    "My account is 50100123456789, UPI asha@ybl, OTP 482913, Aadhaar 2345 6789 0124, "
    "card 4111 1111 1111 1111, password: hunter2!"
)


@pytest.fixture
def ticket(asha, sunita):
    return Ticket.objects.create(
        user=asha.user, subject="Payment", opened_at=NOON, assigned_to=sunita, assigned_at=NOON
    )


@pytest.fixture
def sealed(ticket):
    found = redact(TEXT)
    message = TicketMessage.objects.create(
        ticket=ticket, by=ticket.user, is_from_staff=False, text=found.text, at=NOON
    )
    return seal(ticket=ticket, message=message, secrets=found.secrets)


def test_what_is_kept(ticket, sealed):
    """Only what a case can need: never Aadhaar numbers, cards, codes and passwords."""
    kept = [(row.number, row.kind, row.value) for row in ticket.secrets.order_by("number")]
    assert kept == [(1, "ACCOUNT", "50100123456789"), (2, "UPI", "asha@ybl")]
    again = seal(ticket=ticket, message=None, secrets=redact("UPI ravi@ybl").secrets)
    assert [row.number for row in again] == [3]


def test_nothing_is_readable_in_the_database(sealed):
    """The column holds no digit of the secret."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM chatbot_sealedsecret")
        stored = b"".join(bytes(value) for (value,) in cursor.fetchall())
    assert b"50100123456789" not in stored
    assert b"asha" not in stored


def test_the_assigned_member_opens_it_and_it_is_recorded(ticket, sunita, sealed):
    """Each opening is in the audit log: who, when, which secret, and for which ticket."""
    at = NOON + timedelta(minutes=5)
    assert open_secret(secret=sealed[0], by=sunita, at=at) == "50100123456789"
    open_secret(secret=sealed[0], by=sunita, at=at)
    event = AuditEvent.objects.filter(action="secret.opened").first()
    assert AuditEvent.objects.filter(action="secret.opened").count() == 2
    assert (event.by, event.at, event.on_id) == (sunita, at, str(sealed[0].pk))
    assert event.new == {"kind": "ACCOUNT", "number": 1, "purpose": f"ticket {ticket.reference}"}


def test_nobody_else_opens_it(ticket, asha, ravi, sealed):
    """Not another member, not staff without the role, not an agent, not the admin role."""
    others = [make_staff("Mohan", "support"), make_staff("Iqbal", "reviewer"), asha.user, ravi.user]
    for other in others:
        with pytest.raises(NotAssigned):
            open_secret(secret=sealed[0], by=other, at=NOON)
    assert not AuditEvent.objects.filter(action="secret.opened").exists()


def test_not_after_the_ticket_went_on(ticket, sunita, sealed):
    """A member who had the ticket, or lost the role, opens nothing any more."""
    Ticket.objects.filter(pk=ticket.pk).update(assigned_to=make_staff("Mohan", "support"))
    with pytest.raises(NotAssigned):
        open_secret(secret=sealed[0], by=sunita, at=NOON)


def test_not_after_the_ticket_was_closed(ticket, sunita, sealed):
    """The purpose has ended with the case."""
    transition(ticket, to=Ticket.State.RESOLVED, by=sunita, at=NOON, resolved_at=NOON)
    with pytest.raises(CaseClosed):
        open_secret(secret=sealed[0], by=sunita, at=NOON)


def test_a_member_opens_no_secret_of_an_own_ticket(sunita):
    """Nobody handles the own case."""
    ticket = Ticket.objects.create(
        user=sunita, subject="Mine", opened_at=NOON, assigned_to=sunita, assigned_at=NOON
    )
    [row] = seal(ticket=ticket, message=None, secrets=redact("UPI ravi@ybl").secrets)
    with pytest.raises(NotAssigned):
        open_secret(secret=row, by=sunita, at=NOON)
    assert SealedSecret.objects.count() == 1
