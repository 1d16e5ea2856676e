"""Alarms reach operations by log, mail, work queue and /readyz until they are in order."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.staff import services as staff
from conftest import NOON, make_staff, sign_in
from hitouch.core.models import OperationsAlarm, OutboxMessage
from hitouch.core.monitoring import alarms

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def operations(settings: Any) -> None:
    settings.HITOUCH_OPERATIONS_MAIL = "operations@example.com"


def test_an_alarm_reaches_operations_everywhere(caplog: Any, client: Client) -> None:
    """It is logged, mailed, shown to admins, and named by /readyz, which stays ready."""
    alarms.raise_alarm("audit_chain", "Event 3 was changed.", at=NOON)
    assert "operations.alarm" in caplog.text
    (mail,) = OutboxMessage.objects.filter(template="core/alarm")
    assert "Event 3 was changed." in mail.body
    staff.apply_roles()
    (queue,) = alarms.work_queues(now=NOON)
    assert (queue.label, queue.count, queue.oldest_at) == ("Alarms", 1, NOON)
    omar = sign_in(client, make_staff("Omar", "admin"))
    assert queue.url in omar.get(reverse("admin:index")).content.decode()
    assert "Event 3 was changed." in omar.get(queue.url).content.decode()
    assert "Open alarms: audit_chain" in Client().get("/readyz").json()["notes"]


def test_an_alarm_is_mailed_once_a_day_while_it_is_the_same() -> None:
    """A check that runs every minute does not fill a mailbox; another fault is told at once."""
    sent = OutboxMessage.objects.filter(template="core/alarm")
    for hours in (0, 1, 23):
        alarms.raise_alarm("files", "13 files", at=NOON + timedelta(hours=hours))
    assert sent.count() == 1
    alarms.raise_alarm("files", "14 files", at=NOON + timedelta(hours=23))
    assert sent.count() == 2
    alarms.raise_alarm("files", "14 files", at=NOON + timedelta(hours=48))
    assert sent.count() == 3
    assert OperationsAlarm.objects.get().raised_at == NOON


def test_cleared_alarm_is_deleted(settings: Any) -> None:
    """Without a mailbox the alarm is raised all the same."""
    settings.HITOUCH_OPERATIONS_MAIL = ""
    alarms.raise_alarm("files", "13 files", at=NOON)
    alarms.clear_alarm("files")
    alarms.clear_alarm("files")
    assert alarms.work_queues(now=NOON)[0].count == 0
