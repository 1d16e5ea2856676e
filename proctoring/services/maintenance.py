"""Periodic maintenance of sittings: time limits, idleness, overdue grading, expiry, deletion."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from hitouch.core.db.state_machine import transition
from hitouch.core.files import storage
from proctoring import conf
from proctoring.models import IdentityCheck, Sitting, Snapshot
from proctoring.services.grading import grade_sitting
from proctoring.services.sittings import advance_clock, end_sitting

#: After this time the task that grades a sitting is taken to be lost.
GRADING_OVERDUE_AFTER = timedelta(seconds=15)
BATCH_SIZE = 200


def sweep(*, at: datetime) -> dict[str, int]:
    """Run all maintenance once; return counts. Each sitting has its own transaction.

    Sittings locked by another worker are skipped.
    """
    late = Q(parts__opened_at__isnull=False, parts__closed_at__isnull=True, parts__ends_at__lte=at)
    live = Sitting.objects.live()
    ungraded = Q(state__in=Sitting.ENDED, updated_at__lte=at - GRADING_OVERDUE_AFTER)
    not_started = Q(state__in=Sitting.PREPARING, created_at__lte=at - conf.setup_timeout())
    idle = live.filter(last_active_at__lte=at - conf.idle_timeout())
    return {
        "late": _for_each(live.filter(late), lambda locked: advance_clock(sitting=locked, at=at)),
        "idle": _for_each(idle, lambda locked: _end_idle(locked, at)),
        "ungraded": _for_each(
            Sitting.objects.filter(ungraded), lambda locked: grade_sitting(sitting=locked, at=at)
        ),
        "expired": _for_each(
            Sitting.objects.filter(not_started), lambda locked: _expire(locked, at)
        ),
        "pictures_deleted": _delete_expired_pictures(at),
    }


def _for_each(sittings: QuerySet[Sitting], action: Callable[[Sitting], object]) -> int:
    done = 0
    for key in list(sittings.values_list("pk", flat=True).distinct()[:BATCH_SIZE]):
        with transaction.atomic():
            rows = Sitting.objects.select_for_update(skip_locked=True, of=("self",))
            locked = rows.select_related("agent", "assessment").filter(pk=key).first()
            if locked is not None:
                action(locked)
                done += 1
    return done


def _end_idle(locked: Sitting, at: datetime) -> None:
    if (
        locked.is_live
        and locked.last_active_at
        and locked.last_active_at <= at - conf.idle_timeout()
    ):
        end = Sitting.State.AUTO_SUBMITTED
        end_sitting(locked, to=end, reason=Sitting.EndReason.IDLE, by=None, at=at)


def _expire(locked: Sitting, at: datetime) -> None:
    if locked.state in Sitting.PREPARING:
        transition(locked, to=Sitting.State.EXPIRED, by=None, at=at, why="Not started in time")


def _delete_expired_pictures(at: datetime) -> int:
    """Delete snapshots and identity photos whose retention period is over."""
    pictures = list(Snapshot.objects.filter(keep_until__lte=at).select_related("file")[:BATCH_SIZE])
    for picture in pictures:
        picture.delete()
        storage.destroy(picture.file)
    photos = list(
        IdentityCheck.objects.filter(keep_until__lte=at, photo__isnull=False).select_related(
            "photo"
        )[:BATCH_SIZE]
    )
    for check in photos:
        stored, check.photo = check.photo, None
        check.save(update_fields=["photo", "updated_at"])
        if stored is not None:
            storage.destroy(stored)
    return len(pictures) + len(photos)
