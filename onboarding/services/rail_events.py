"""What a rail tells us by itself. It is noted once and makes us ask; it decides nothing."""

from datetime import datetime, timedelta

from django.db import transaction

from hitouch.core.bell import ring
from onboarding.models import RailEvent
from onboarding.services import account_tests

KEPT = timedelta(days=30)
OF_TESTS = "fund_account.validation."


@transaction.atomic
def take_event(*, event_id: str, kind: str, reference: str, at: datetime) -> bool:
    """Note a signed event and ask the rail about its test. False when it came before."""
    seen = RailEvent(event_id=event_id[:80], kind=kind[:60], reference=reference[:60], at=at)
    RailEvent.objects.bulk_create([seen], ignore_conflicts=True)
    if not RailEvent.objects.filter(pk=seen.pk).exists():
        return False
    if kind.startswith(OF_TESTS) and (test := account_tests.hurry(reference=reference, now=at)):
        ring("onboarding.tasks.test_account", test_id=str(test.pk))
    return True


def forget_events(*, now: datetime) -> int:
    """Remove what was told a month ago."""
    return RailEvent.objects.filter(at__lt=now - KEPT).delete()[0]
