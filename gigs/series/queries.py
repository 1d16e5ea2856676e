"""Queries for series of slots and for the slots around them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
)
from django.db.models.functions import Coalesce

from gigs.models import Client, Opportunity, Slot, SlotSeries, WaitlistEntry
from gigs.models.slots import SlotQuerySet
from gigs.recurrence import Occurrence


def series_of(client: Client) -> QuerySet[SlotSeries]:
    """Series of the client's opportunities, with their slots and taken seats counted."""
    mine = SlotSeries.objects.filter(opportunity__project__client=client)
    return mine.select_related("opportunity__project__client").annotate(
        slot_count=Count("slots"), taken_count=Coalesce(Sum("slots__taken"), 0)
    )


def slots_between(
    opportunity: Opportunity, start: datetime, end: datetime, besides: Sequence[Slot] = ()
) -> list[Occurrence]:
    """Hours of the slots that touch the time, in order."""
    slots = opportunity.slots.filter(starts_at__lt=end, ends_at__gt=start, cancelled_at=None)
    rows = _without(slots, besides).order_by("starts_at", "ends_at")
    return [Occurrence(*row) for row in rows.values_list("starts_at", "ends_at")]


def planned_time(
    opportunity: Opportunity, *, now: datetime, besides: Sequence[Slot] = ()
) -> timedelta:
    """The time of all seats that are ahead, and of those that were taken on slots that are over."""

    def seat_time(seats: str) -> ExpressionWrapper:
        time = (F("ends_at") - F("starts_at")) * F(seats)
        return ExpressionWrapper(time, output_field=DurationField())

    sums: Any = _without(opportunity.slots.all(), besides).aggregate(
        ahead=Sum(seat_time("capacity"), filter=Q(ends_at__gt=now)),
        past=Sum(seat_time("taken"), filter=Q(ends_at__lte=now)),
    )
    return (sums["ahead"] or timedelta(0)) + (sums["past"] or timedelta(0))


def _without(slots: SlotQuerySet, besides: Sequence[Slot]) -> SlotQuerySet:
    return slots.exclude(pk__in=[slot.pk for slot in besides]) if besides else slots


def held(slots: SlotQuerySet) -> SlotQuerySet:
    """Slots on which an agent has a seat, or waits for one."""
    waiting = WaitlistEntry.objects.filter(slot=OuterRef("pk"), state="WAITING")
    return slots.filter(Q(taken__gt=0) | Exists(waiting))
