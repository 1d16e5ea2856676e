"""Decoy codes: contacts without an account cause the same queries and rows as those with one."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.authentication.services import login
from accounts.models import User
from accounts.one_time_codes.requesters import Requester
from accounts.security.origin import RequestOrigin
from conftest import NOON
from hitouch.core.models import OutboxMessage
from hitouch.core.outbox import delivery

pytestmark = pytest.mark.django_db
STRANGER = Requester(origin=RequestOrigin(ip="203.0.113.7"))
STRANGERS = {"email": "nobody@example.com", "phone": "+919876599999"}
STATEMENT = re.compile(r'(?:INSERT INTO|UPDATE|DELETE|SELECT \S+) "?\w+"?|SAVEPOINT')
KINDS = sorted(STRANGERS)


def request_code(contact: str) -> tuple[list[str], OutboxMessage]:
    """The queries and the message of a request for a code."""
    with CaptureQueriesContext(
        connection,
    ) as futures:
        login.begin_log_in_by_code(contact=contact, at=NOON, requester=STRANGER)
    kinds = [STATEMENT.match(query["sql"]) for query in futures]
    return [kind[0] for kind in kinds if kind], OutboxMessage.objects.latest("created_at")


@pytest.mark.parametrize("kind", KINDS)
def test_decoy_has_the_same_queries_and_size(lata: User, kind) -> None:
    """Statements, dispatch and the length of the encrypted message equal those of a real code."""
    known, real = request_code(getattr(lata, kind))
    unknown, hushed = request_code(STRANGERS[kind])
    assert known == unknown
    assert (real.state, hushed.state) == ("WAITING", "HUSHED")
    assert len(real.body) == len(hushed.body)
    assert (hushed.channel, hushed.template) == (real.channel, real.template)


@pytest.mark.parametrize("kind", KINDS)
def test_decoy_holds_no_personal_data(kind) -> None:
    """It contains neither the contact nor a code, and is not found by the contact."""
    _, hushed = request_code(STRANGERS[kind])
    assert len(hushed.to) == len(STRANGERS[kind])
    assert hushed.to != STRANGERS[kind]
    assert set(hushed.body) == {"-"}


@pytest.mark.parametrize("kind", KINDS)
def test_decoy_is_never_sent_and_deleted_after_a_day(kind) -> None:
    """Dispatched or swept, it is not sent, and does not count as waiting."""
    _, hushed = request_code(STRANGERS[kind])
    assert not delivery.deliver(message_id=hushed.pk, now=NOON)
    assert delivery.sweep(now=NOON + timedelta(hours=1)) == 0
    assert delivery.lag(NOON + timedelta(hours=1)) == timedelta(0)
    now = hushed.created_at
    assert delivery.delete_old(now=now + timedelta(hours=23)) == 0
    assert delivery.delete_old(now=now + timedelta(hours=25)) == 1
