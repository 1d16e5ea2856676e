"""Telling people and the record what changed about the security of an account."""

from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.models import User
from hitouch.core import outbox


def tell_security_news(*, user: User, what: str, at: datetime) -> None:
    """Write to the person's first contact."""
    context: dict[str, object] = {"what": what}
    outbox.tell(contact=user.contact, template="accounts/security", context=context, at=at)


@transaction.atomic
def note_second_factor(*, user: User, kind: str, happened: str, at: datetime) -> None:
    """Note that a factor was added or removed."""
    action = f"account.second_factor_{happened}"
    audit.record(by=user, action=action, on=user, at=at, new={"kind": kind})
