"""What tests of accounts may cost on a day: counted before a rupee leaves."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F

from hitouch.core import spending
from onboarding.models import AccountTest, RupeeDay

RUPEE_PAISE = 100


class DayIsSpent(Exception):
    """What tests may cost on a day is used up."""


@transaction.atomic
def reserve(test: AccountTest, now: datetime) -> None:
    """Add the rupee to the day, or raise `DayIsSpent`; exact however many test at once."""
    unpaid = AccountTest.objects.under_way().filter(pk=test.pk, paid_for=False)
    if not unpaid.update(paid_for=True):
        return
    today = RupeeDay.objects.filter(day=spending.day_of(now))
    RupeeDay.objects.bulk_create([RupeeDay(day=spending.day_of(now))], ignore_conflicts=True)
    room = settings.HITOUCH_ACCOUNT_TEST_PAISE_A_DAY - RUPEE_PAISE
    if not today.filter(paise__lte=room).update(paise=F("paise") + RUPEE_PAISE, updated_at=now):
        raise DayIsSpent
