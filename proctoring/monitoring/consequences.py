"""What rulings lead to: the sitting is submitted, or the person is told."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from hitouch.core.web.sockets import send_after_commit
from proctoring.delivery.locks import lock_sitting
from proctoring.delivery.services import end_sitting
from proctoring.models import MonitoringState, Observation, Ruling, Sitting
from proctoring.monitoring import recording
from proctoring.observations.services import lock_state
from proctoring.policies.queries import log_only_kinds


def rule_observations(
    *, sitting: Sitting, observations: Sequence[Observation], at: datetime
) -> None:
    """Rule what the server or staff recorded, in the transaction that recorded it."""
    state = lock_state(sitting)
    locked = Sitting.objects.get(pk=sitting.pk)
    rules, log_only = recording.policy_rules(locked), log_only_kinds()
    rulings = [recording.rule(locked, state, row, rules, log_only) for row in observations]
    Ruling.objects.bulk_create(rulings)
    state.save()
    told = [
        recording.telling(rules, row.kind, ruling)
        for row, ruling in zip(observations, rulings, strict=True)
        if ruling.standing != Ruling.Standing.NOTED
    ]
    for each in told:
        send_after_commit(f"sitting-{sitting.pk}", {"type": "sitting.ruled", **each})
    if state.submit_due_at is not None:
        _submit(sitting, at)


def due(now: datetime) -> QuerySet[MonitoringState]:
    """States of sittings that the rules ended, and whose process did not do it."""
    return MonitoringState.objects.filter(
        submit_due_at__lte=now - recording.submit_due_since()
    ).select_related("sitting")


@transaction.atomic
def submit_by_rules(*, sitting: Sitting, at: datetime) -> bool:
    """Submit a sitting that the rules have ended. Done once, whoever comes first."""
    return _submit(sitting, at)


def _submit(sitting: Sitting, at: datetime) -> bool:
    locked = lock_sitting(sitting)
    is_due = MonitoringState.objects.filter(Q(sitting=locked), submit_due_at__isnull=False)
    if not is_due.update(submit_due_at=None, updated_at=at):
        return False
    if locked.state not in recording.RECORDED:
        return False
    end_sitting(
        locked,
        to=Sitting.State.AUTO_SUBMITTED,
        reason=Sitting.EndReason.RULES,
        by=None,
        at=at,
    )
    return True
