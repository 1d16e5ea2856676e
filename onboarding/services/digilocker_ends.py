"""Ending a visit to DigiLocker: every secret goes with the move, and nothing moves after it."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from hitouch.core.states import move
from onboarding.models import KycSession

State = KycSession.State


def end(
    session: KycSession, *, to: str, at: datetime, reason: str = "", note: str = "",
    by: User | None = None,
) -> None:  # fmt: skip
    """Move a session that the caller holds to one of its ends."""
    secrets = dict.fromkeys(("verifier", "code", "token", "fetched"), "")
    facts = {"ended_at": at, "next_try_at": None, "reason": reason, "note": note, **secrets}
    move(session, to=to, by=by, at=at, why=reason, **facts)


def expire_sessions(*, at: datetime, limit: int = 100) -> int:
    """End those in which nothing was fetched within half an hour. Returns how many."""
    with transaction.atomic():
        over = KycSession.objects.overdue(at).order_by("expires_at")
        held = list(over.select_for_update(of=("self",), skip_locked=True)[:limit])
        for session in held:
            end(session, to=State.EXPIRED, at=at)
    return len(held)
