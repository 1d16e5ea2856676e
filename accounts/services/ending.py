"""Ending log-ins by command: one person's, or everybody's."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts import audit, tokens
from accounts.models import TokenFamily, User


@dataclass(frozen=True)
class EndedCount:
    """How many log-ins were ended."""

    browsers: int
    programs: int


@transaction.atomic
def end_for(*, user: User, at: datetime, why: str) -> EndedCount:
    """Log one person out of every browser and every program."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    programs = tokens.revoke_all(user=user, why=TokenFamily.Why.ENDED, at=at)
    audit.record(by=None, action="account.sessions_ended", on=user, at=at, new={"why": why})
    return EndedCount(len(sessions), programs)


@transaction.atomic
def end_everybody(*, at: datetime, why: str) -> EndedCount:
    """Log everybody out, also who has not signed in yet and is on the way."""
    browsers, _ = Session.objects.all().delete()  # before what lists them, as a log-out does
    UserSession.objects.all().delete()
    families = TokenFamily.objects.filter(revoked_at=None)
    programs = families.update(revoked_at=at, revoked_why=TokenFamily.Why.ENDED, updated_at=at)
    new = {"why": why, "browsers": browsers, "programs": programs}
    everything = Session(session_key="all")
    audit.record(by=None, action="account.all_sessions_ended", on=everything, at=at, new=new)
    return EndedCount(browsers, programs)
