"""Queries for forecasts, and for the shifts that agents missed before."""

from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractHour

from gigs.models import Claim, Client, Forecast
from hitouch.core.india_time import INDIA

#: Claims older than this say nothing about the shifts to come.
LOOK_BACK = timedelta(days=90)
HOURS_OF_A_PART = 6


def forecasts_of(client: Client) -> QuerySet[Forecast]:
    """Forecasts for the client's opportunities."""
    mine = Forecast.objects.filter(opportunity__project__client=client)
    return mine.select_related("opportunity__project__client")


def attendance_of(client: Client, *, now: datetime) -> dict[str, list[int]]:
    """Shifts that agents missed and that were due, by part of the day in which they start.

    Parts are numbered from midnight. Excused and cancelled shifts are neither: nobody missed them.
    """
    claims = Claim.objects.filter(
        gig__client=client,
        state__in=[Claim.State.WORKED, Claim.State.NO_SHOW],
        slot__starts_at__gte=now - LOOK_BACK,
        slot__ends_at__lte=now,
    )
    rows = (
        claims.annotate(hour=ExtractHour("slot__starts_at", tzinfo=INDIA))
        .values("hour")
        .order_by()
        .annotate(due=Count("pk"), missed=Count("pk", filter=Q(state=Claim.State.NO_SHOW)))
    )
    parts: dict[str, list[int]] = {}
    for row in rows:
        sums = parts.setdefault(str(row["hour"] // HOURS_OF_A_PART), [0, 0])
        sums[0] += row["missed"]
        sums[1] += row["due"]
    return parts
