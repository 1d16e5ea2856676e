"""Notices in the export, after erasure, encrypted, and after their time."""

from datetime import time, timedelta

import pytest
from django.db import connection

from accounts.models import Notice, NoticeCategory, NoticePreference, NoticeSettings, User
from accounts.notices import preferences, retention
from accounts.notices.preferences import Times
from accounts.notices.queries import Mail
from accounts.privacy import personal_data
from accounts.tests.notices.conftest import NIGHT, tell
from conftest import NOON
from hitouch.core import sweeps
from hitouch.core.models import OutboxMessage


@pytest.fixture
def told(asha):
    """Asha made choices and was told something late in the evening."""
    preferences.save_choice(
        user=asha.user, category=NoticeCategory.SHIFTS, mail=Mail.DAILY, sms=True, at=NOON
    )
    preferences.save_times(user=asha.user, times=Times(True, time(22), time(7), 8), at=NOON)
    tell(asha, at=NIGHT)
    return asha


def test_the_export_has_notices_and_choices(told):
    """A person gets what they were told, and how they wanted it."""
    data = personal_data.export(told.user)
    (notice,) = data["notices"]
    assert "Evening chat" in notice["title"]
    assert data["how_we_tell_you"] == {
        "quiet_hours": "quiet from 22:00 until 07:00",
        "summary_at_hour": 8,
        "categories": [{"about": "Shifts", "mail": "One mail a day", "text_messages": True}],
    }


def test_erasure_deletes_rows_and_what_waits(told):
    """Nothing is left, and what waits for the morning is not sent; the goodbye is."""
    tell(told, kind="accounts/account_closed", at=NIGHT, contacts=["asha@example.com"])
    User.objects.filter(pk=told.user_id).update(status=User.Status.CLOSED)
    personal_data.erase(told.user, at=NIGHT)
    for model in (Notice, NoticePreference, NoticeSettings):
        assert not model.objects.exists()
    assert [row.template for row in OutboxMessage.objects.waiting()] == ["accounts/account_closed"]


def test_the_words_are_encrypted(told):
    """A copy of the table does not tell what people were told."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM accounts_notice t")
        (row,) = cursor.fetchone()
    assert "Evening" not in row
    assert "Orchid" not in row


def test_notices_go_after_half_a_year(told):
    """The sweep deletes what is older than the period of the retention rules."""
    last = NIGHT + retention.KEPT
    assert sweeps.run(retention.OLD_NOTICES, now=last - timedelta(seconds=1)).done == 0
    assert sweeps.run(retention.OLD_NOTICES, now=last).done == 1
