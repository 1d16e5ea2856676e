"""For a contact without an account the same is written and rung as for one with it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.authentication.services import login
from accounts.models import User
from conftest import NOON
from hitouch.core.models import OutboxMessage
from hitouch.core.outbox import delivery

pytestmark = pytest.mark.django_db
STRANGERS = {"email": "nobody@example.com", "phone": "+919876599999"}
STATEMENT = re.compile(r'(?:INSERT INTO|UPDATE|DELETE|SELECT \S+) "?\w+"?|SAVEPOINT')
KINDS = sorted(STRANGERS)


def begun(contact: str) -> tuple[list[str], OutboxMessage]:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        login.begin_log_in_by_code(contact=contact, at=NOON, ip="203.0.113.7")
    kinds = [STATEMENT.match(query["sql"]) for query in asked]
    return [kind[0] for kind in kinds if kind], OutboxMessage.objects.latest("created_at")


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_queries_and_rows_of_the_same_size(lata: User, kind) -> None:
    """Each statement, the bell, and the length of what is sealed are those of a real code."""
    known, real = begun(getattr(lata, kind))
    unknown, hushed = begun(STRANGERS[kind])
    assert known == unknown
    assert (real.state, hushed.state) == ("WAITING", "HUSHED")
    assert len(real.body) == len(hushed.body)
    assert (hushed.channel, hushed.template) == (real.channel, real.template)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_personal_is_kept(kind) -> None:
    """Neither the contact nor a code stands in it, and it is not found by the contact."""
    _, hushed = begun(STRANGERS[kind])
    assert len(hushed.to) == len(STRANGERS[kind])
    assert hushed.to != STRANGERS[kind]
    assert set(hushed.body) == {"-"}


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_never_sent_and_gone_a_day_later(kind) -> None:
    """Rung or swept, it stays where it is, and does not count as waiting."""
    _, hushed = begun(STRANGERS[kind])
    assert not delivery.deliver(message_id=hushed.pk, now=NOON)
    assert delivery.sweep(now=NOON + timedelta(hours=1)) == 0
    assert delivery.lag(NOON + timedelta(hours=1)) == timedelta(0)
    now = hushed.created_at
    assert delivery.forget(now=now + timedelta(hours=23)) == 0
    assert delivery.forget(now=now + timedelta(hours=25)) == 1
