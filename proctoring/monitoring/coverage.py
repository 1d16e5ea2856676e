"""How much of a sitting was monitored: gaps are intervals, and never violations.

What was not monitored is the union of the gaps; pauses do not belong to the time of a sitting.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from proctoring import conf
from proctoring.models import CoverageGap, Sitting
from proctoring.policies.facts import fact_of

Interval = tuple[datetime, datetime]
Reason = CoverageGap.Reason
#: Time for opening the page and for the proof, at the beginning of a sitting.
START = timedelta(seconds=30)
#: Gaps for which there is a reason of their own.
NOT_COUNTED = (Reason.PAUSE, Reason.TAKEOVER)


#: What a page says about its own devices, and the gap that it is.
DEVICES = {"CAMERA_OFF": Reason.CAMERA, "MICROPHONE_OFF": Reason.MICROPHONE}


def note_device(sitting: Sitting, kind: str, data: Mapping[str, Any], at: datetime) -> None:
    """A device was switched off, is on again, or was off for so many seconds."""
    fact = fact_of(kind, data=data, count=1, at=at)
    gaps = sitting.gaps.filter(reason=DEVICES[kind], until=None)
    begun = sitting.begun_at or at
    if fact.phase == "END" and gaps.update(until=at, updated_at=at):
        return
    if fact.phase in ("", "END"):
        since = max(at - timedelta(seconds=fact.seconds), begun)
        if since < at:
            sitting.gaps.create(reason=DEVICES[kind], since=since, until=at)
    elif not gaps.exists():
        sitting.gaps.create(reason=DEVICES[kind], since=at)


def close_gaps(sitting: Sitting, reasons: Iterable[str], at: datetime) -> None:
    """What was missing is there again."""
    sitting.gaps.filter(reason__in=list(reasons), until=None).update(until=at, updated_at=at)


def share(sitting: Sitting, at: datetime) -> float:
    """The share of the sitting up to this moment that was monitored, from 0 to 1."""
    if sitting.begun_at is None or at <= sitting.begun_at:
        return 1.0
    whole = (sitting.begun_at, at)
    pauses = union(pauses_of(sitting, at))
    unmonitored = union([*_recorded(sitting, at), *_now(sitting, at)])
    length = seconds([whole]) - seconds(clip(pauses, whole))
    lost = seconds(clip(unmonitored, whole)) - seconds(overlap(unmonitored, pauses, whole))
    return min(max(1 - lost / length, 0.0), 1.0) if length > 0 else 1.0


def _recorded(sitting: Sitting, at: datetime) -> list[Interval]:
    gaps = sitting.gaps.exclude(reason__in=NOT_COUNTED).values_list("since", "until")
    return [(since, until or at) for since, until in gaps]


def _now(sitting: Sitting, at: datetime) -> list[Interval]:
    """Since when nothing was heard of the connection that had the lease last."""
    since = unheard_since(sitting, at)
    return [(since, at)] if since else []


def unheard_since(sitting: Sitting, at: datetime) -> datetime | None:
    """Since when no connection that has the lease was heard of; None if one was lately."""
    newest = (
        sitting.connections.filter(held_at__isnull=False)
        .order_by("-held_at", "-opened_at")
        .values_list("last_beat_at", "ended_at")
        .first()
    )
    heard = [moment for moment in newest or () if moment]
    since = min(heard) if heard else sitting.begun_at
    return since if since and at - since > conf.CONNECTION_LOST_AFTER else None


def pauses_of(sitting: Sitting, at: datetime) -> list[Interval]:
    """When the sitting was paused, from the history of its states."""
    found: list[Interval] = []
    since: datetime | None = None
    moves = sitting.events.order_by("at", "id").values_list("was", "became", "at")
    for was, became, moment in moves:
        if became == Sitting.State.PAUSED:
            since = moment
        elif was == Sitting.State.PAUSED and since is not None:
            found.append((since, moment))
            since = None
    return [*found, (since, at)] if since else found


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """Intervals that do not overlap, in order."""
    found: list[Interval] = []
    for since, until in sorted(each for each in intervals if each[0] < each[1]):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return found


def clip(intervals: Iterable[Interval], whole: Interval) -> list[Interval]:
    """The parts within an interval."""
    cut = [(max(since, whole[0]), min(until, whole[1])) for since, until in intervals]
    return [each for each in cut if each[0] < each[1]]


def overlap(one: list[Interval], other: list[Interval], whole: Interval) -> list[Interval]:
    """The parts in both."""
    return clip([part for each in one for part in clip(other, each)], whole)


def seconds(intervals: Iterable[Interval]) -> float:
    """The length of all intervals together."""
    return sum((until - since).total_seconds() for since, until in intervals)
