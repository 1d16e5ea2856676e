"""Removing what is known of somebody whose account is closed; what the law asks for stays."""

import logging
from datetime import datetime

from django.db import transaction

from accounts import audit, life
from accounts.models import Closing, User
from hitouch.core.errors import Refusal

log = logging.getLogger(__name__)


class NotClosed(Refusal):
    """Only a closed account is erased."""

    code = "not_closed"
    message = "Close this account before you erase it."


def erase(*, closing: Closing, at: datetime) -> None:
    """Let every app remove its part, then note it. Harmless twice, and goes on after a crash."""
    user = User.objects.get(pk=closing.user_id)
    if user.status != User.Status.CLOSED:
        raise NotClosed
    life.above().erase(user, at=at)
    with transaction.atomic():
        done = Closing.objects.filter(pk=closing.pk, erased_at=None)
        if done.update(erased_at=at, updated_at=at):
            audit.record(by=None, action="account.erased", on=user, at=at)
            log.info("account.erased", extra={"account": str(user.pk)})
    closing.erased_at = at


def erase_account(*, user: User, at: datetime, why: str, by: User | None = None) -> None:
    """Erase a closed account again, or for the first time: a request that came by post."""
    closing = user.closings.filter(state=Closing.State.CLOSED).first()
    if user.status != User.Status.CLOSED or closing is None:
        raise NotClosed
    audit.record(by=by, action="account.erasure_asked", on=user, at=at, new={"why": why})
    erase(closing=closing, at=at)
