"""Retention of accounts' rows by age."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from hitouch.core.data_protection.retention import ExpiringRows, RetentionHandler, delete


def _expired_sessions(since: datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lte=since)


def _orphaned_user_sessions(since: datetime) -> QuerySet[UserSession]:
    """allauth's rows of browsers whose session no longer exists."""
    live = Session.objects.values("session_key")
    return UserSession.objects.filter(last_seen_at__lte=since).exclude(session_key__in=live)


EXPIRIES: tuple[RetentionHandler, ...] = (
    ExpiringRows("accounts.ended_sessions", _expired_sessions, "expire_date", delete),
    ExpiringRows("accounts.gone_sign_ins", _orphaned_user_sessions, "last_seen_at", delete),
)
