"""Detectors that people seldom confirm lose their consequences, until staff give them back."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.security import audit
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.errors import ReasonRequired
from hitouch.core.monitoring import alarms
from proctoring import conf
from proctoring.models import DetectorMode
from proctoring.trust import queries
from proctoring.trust.precision import Precision

Mode = DetectorMode.Mode


def judge_detectors(*, at: datetime) -> list[DetectorMode]:
    """Set each detector to log-only that people confirmed too seldom. Returns the new modes."""
    changed = []
    for figures in queries.board(at):
        precision = figures.whole.precision
        if not figures.is_log_only and precision.is_below(conf.detector_precision()):
            changed.append(_set_log_only(figures.kind, precision, at))
    return changed


@transaction.atomic
def _set_log_only(kind: str, precision: Precision, at: datetime) -> DetectorMode:
    reason = (
        f"People confirmed {precision.confirmed} of {precision.ruled} findings, fewer than "
        f"{round(conf.detector_precision() * 100)} in 100."
    )
    mode = _set_mode(kind, Mode.LOG_ONLY, reason=reason, by=None, at=at, precision=precision)
    alarms.raise_alarm(f"detector.{kind.lower()}", f"{kind} is only logged. {reason}", at=at)
    return mode


@transaction.atomic
def set_mode(*, kind: str, mode: str, reason: str, by: User, at: datetime) -> DetectorMode:
    """Set whether a detector has consequences, by hand."""
    if not reason.strip():
        raise ReasonRequired("Enter a reason.", code="reason_needed", field="reason")
    current = DetectorMode.objects.filter(kind=kind, ended_at=None).first()
    if (current.mode if current else Mode.ENFORCED) == mode:
        raise InvalidTransition
    row = _set_mode(kind, mode, reason=reason.strip()[:300], by=by, at=at)
    audit.record_event(by=by, action="detector.mode", on=row, at=at, new={"mode": mode})
    if mode == Mode.ENFORCED:
        alarms.clear_alarm(f"detector.{kind.lower()}")
    return row


def _set_mode(
    kind: str,
    mode: str,
    *,
    reason: str,
    by: User | None,
    at: datetime,
    precision: Precision | None = None,
) -> DetectorMode:
    now = DetectorMode.objects.select_for_update().filter(kind=kind, ended_at=None)
    now.update(ended_at=at, updated_at=at)
    return DetectorMode.objects.create(
        kind=kind,
        mode=mode,
        since=at,
        reason=reason,
        by=by,
        precision=precision.share if precision else None,
        low=precision.low if precision else None,
        high=precision.high if precision else None,
    )
