"""Clients' money that came in on the account at the payout provider.

A webhook tells of it at once, and the provider's list when the webhook was lost. Both lead to the
same deposit, which the bank's statement may have recorded before.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Model

from accounts.security import audit
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of
from hitouch.core.payout_provider.base import AccountMovement
from payments.funding import deposits
from payments.models import Deposit

log = logging.getLogger(__name__)


def is_deposit(movement: AccountMovement) -> bool:
    """Whether this is money that somebody else transferred to our account, in rupees."""
    own_account = settings.HITOUCH_PAY_IN_ACCOUNT[1]
    return (
        movement.is_bank_transfer
        and movement.amount_paise > 0
        and movement.currency == "INR"
        and movement.account == settings.RAZORPAYX_ACCOUNT
        and (not movement.payer_account or movement.payer_account != own_account)
    )


def receive_credit(
    movement: AccountMovement, *, at: datetime, told_by: Model | None = None
) -> Deposit | None:
    """Record the deposit of a credit; None if it is none, or if it is refused.

    What is refused is in the audit log, and a difference at the next reconciliation.
    """
    if not is_deposit(movement):
        return None
    words = (movement.payer_name, movement.narration)
    try:
        return deposits.receive_deposit(
            amount_paise=movement.amount_paise,
            utr_number=movement.utr,
            received_on=min(day_of(movement.at), day_of(at)),
            narration=" ".join(filter(None, words)),
            origin=Deposit.Origin.WEBHOOK,
            at=at,
        )
    except Refusal as refusal:
        log.warning("payments.deposit_refused", extra={"code": refusal.code})
        if told_by is not None:
            new = {"movement": movement.id, "code": refusal.code}
            audit.record_event(by=None, action="deposit.refused", on=told_by, at=at, new=new)
        return None


def receive_credits(movements: Iterable[AccountMovement], *, at: datetime) -> int:
    """Record the deposits of a list whose webhooks were lost; returns how many are new."""
    credited = [movement for movement in movements if is_deposit(movement)]
    known = set(
        Deposit.objects.filter(utr__in=[movement.utr for movement in credited]).values_list(
            "utr", flat=True
        )
    )
    missing = [movement for movement in credited if movement.utr not in known]
    return sum(receive_credit(movement, at=at) is not None for movement in missing)
