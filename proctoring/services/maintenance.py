"""What must happen though nobody rings: clock, idleness, lost bells, lapsing, forgetting."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from hitouch.core.db.state_machine import transition
from hitouch.core.files import storage
from proctoring import conf as proctoring_conf
from proctoring.models import IdentityCheck, Sitting, Snapshot
from proctoring.services.grading import grade_sitting
from proctoring.services.sittings import advance_clock, end_sitting

BELL_IS_LOST_AFTER = timedelta(seconds=15)
AT_MOST = 200


def sweep(*, at: datetime) -> dict[str, int]:
    """One round. Each sitting in a transaction of its own; what another worker holds is left."""
    late = Q(parts__opened_at__isnull=False, parts__closed_at__isnull=True, parts__ends_at__lte=at)
    live = Sitting.objects.live()
    lost = Q(state__in=Sitting.OVER, updated_at__lte=at - BELL_IS_LOST_AFTER)
    old = Q(state__in=Sitting.PREPARING, created_at__lte=at - proctoring_conf.begin_within())
    idle = live.filter(last_active_at__lte=at - proctoring_conf.idle_after())
    return {
        "late": _each(live.filter(late), lambda held: advance_clock(sitting=held, at=at)),
        "idle": _each(idle, lambda held: _end_idle(held, at)),
        "ungraded": _each(
            Sitting.objects.filter(lost), lambda held: grade_sitting(sitting=held, at=at)
        ),
        "expired": _each(Sitting.objects.filter(old), lambda held: _expire(held, at)),
        "forgotten": _forget(at),
    }


def _each(sittings: QuerySet[Sitting], act: Callable[[Sitting], object]) -> int:
    done = 0
    for key in list(sittings.values_list("pk", flat=True).distinct()[:AT_MOST]):
        with transaction.atomic():
            rows = Sitting.objects.select_for_update(skip_locked=True, of=("self",))
            held = rows.select_related("agent", "assessment").filter(pk=key).first()
            if held is not None:
                act(held)
                done += 1
    return done


def _end_idle(held: Sitting, at: datetime) -> None:
    if (
        held.is_live
        and held.last_active_at
        and held.last_active_at <= at - proctoring_conf.idle_after()
    ):
        end = Sitting.State.AUTO_SUBMITTED
        end_sitting(held, to=end, reason=Sitting.EndReason.IDLE, by=None, at=at)


def _expire(held: Sitting, at: datetime) -> None:
    if held.state in Sitting.PREPARING:
        transition(held, to=Sitting.State.EXPIRED, by=None, at=at, why="Not started in time")


def _forget(at: datetime) -> int:
    """Pictures go when the time is over that the agent agreed to."""
    pictures = list(Snapshot.objects.filter(keep_until__lte=at).select_related("file")[:AT_MOST])
    for picture in pictures:
        picture.delete()
        storage.destroy(picture.file)
    photos = list(
        IdentityCheck.objects.filter(keep_until__lte=at, photo__isnull=False).select_related(
            "photo"
        )[:AT_MOST]
    )
    for check in photos:
        stored, check.photo = check.photo, None
        check.save(update_fields=["photo", "updated_at"])
        if stored is not None:
            storage.destroy(stored)
    return len(pictures) + len(photos)
