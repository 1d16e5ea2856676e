"""The record of log-ins: who came in, who tried, from where."""

from datetime import datetime

import structlog

from accounts.models import LogInEvent, User
from accounts.places import Origin

log = structlog.get_logger("accounts.log_ins")


def note_log_in(
    *, user: User | None, outcome: str, way: str, origin: Origin, at: datetime
) -> LogInEvent:
    """Note one try, with or without an account behind it, and write a line about it."""
    context = structlog.contextvars.get_contextvars()
    person = str(user.pk) if user else ""
    log.info("log_in", outcome=str(outcome), way=str(way), user=person, network=origin.network)
    return LogInEvent.objects.create(
        user=user,
        at=at,
        outcome=outcome,
        way=way,
        place=origin.place,
        network=origin.network,
        country=origin.country,
        device=origin.device[:80],
        request_id=str(context.get("request_id", "")),
    )


def sweep(*, at: datetime) -> int:
    """Remove what is older than ninety days. Returns how many."""
    return LogInEvent.objects.filter(at__lt=at - LogInEvent.KEPT).delete()[0]
