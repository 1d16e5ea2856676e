"""What tests of accounts may cost on a day: counted before a rupee leaves."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

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
    cap = settings.HITOUCH_ACCOUNT_TEST_PAISE_A_DAY
    if not RupeeDay.objects.reserve(RUPEE_PAISE, cap=cap, at=now):
        raise DayIsSpent
