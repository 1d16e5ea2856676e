"""Daily budgets: never exceeded, reset at midnight in India."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from conftest import NOON
from hitouch.core.models import SmsDay

CAP = 100
#: 23 November ends in India; the same moment is 18:30 UTC.
MIDNIGHT = NOON + timedelta(hours=12)


def reserve(paise: int, at=NOON) -> bool:
    return SmsDay.objects.reserve(paise, cap=CAP, at=at)


@pytest.mark.django_db
def test_the_cap_can_be_reached_and_not_exceeded() -> None:
    """An amount above the rest of the cap changes nothing."""
    assert reserve(60)
    assert not reserve(41)
    assert SmsDay.objects.get().paise == 60
    assert reserve(40)
    assert not reserve(1)


@pytest.mark.django_db
def test_each_indian_day_has_a_budget_of_its_own() -> None:
    """The day begins at midnight in India, not in UTC."""
    assert reserve(CAP)
    assert not reserve(1, at=MIDNIGHT - timedelta(seconds=1))
    assert reserve(CAP, at=MIDNIGHT)
    assert dict(SmsDay.objects.values_list("day__day", "paise")) == {23: CAP, 24: CAP}


@pytest.mark.django_db
def test_room_is_what_could_be_reserved() -> None:
    """Without a row the whole cap is available."""

    def has_room(paise: int) -> bool:
        return SmsDay.objects.has_room(paise, cap=CAP, at=NOON)

    assert has_room(CAP)
    assert not has_room(CAP + 1)
    reserve(60)
    assert has_room(40)
    assert not has_room(41)
    SmsDay.objects.give_back(60, at=NOON)
    assert has_room(CAP)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_stay_within_the_cap() -> None:
    """Twelve reserve 25 of 100 at the same moment: four succeed."""

    def reserve_once(_: int) -> bool:
        try:
            return reserve(25)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(reserve_once, range(12))) == 4
    assert SmsDay.objects.get().paise == CAP
