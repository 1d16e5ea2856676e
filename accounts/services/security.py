"""Telling people and the record what changed about the security of an account."""

from datetime import datetime

from django.db import transaction

from accounts import audit, news
from accounts.models import User


def tell_security_news(*, user: User, what: news.News, at: datetime) -> None:
    """Write to the person's first contact."""
    news.tell(contact=user.contact, news=what, at=at)


@transaction.atomic
def note_second_factor(*, user: User, kind: str, happened: str, at: datetime) -> None:
    """Note that a factor was added or removed."""
    action = f"account.second_factor_{happened}"
    audit.record(by=user, action=action, on=user, at=at, new={"kind": kind})
