"""Transfers that send a deposit back which is no client's."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent
from payments.models.funding import ClientRefundState, Deposit, refund_machine
from payments.utr import UTR_PATTERN

#: States of a return that is not over.
LIVE = ("PROPOSED", "PROCESSING", "COMPLETED")


class DepositReturn(BaseModel):
    """A whole deposit that goes back to the account it came from.

    If the transfer does not arrive, the deposit waits again, and can be sent back once more.
    """

    State = ClientRefundState

    deposit = models.ForeignKey(Deposit, related_name="returns", on_delete=models.PROTECT)
    amount_paise = models.BigIntegerField()
    reason = models.CharField(max_length=300)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    utr = models.CharField("UTR", max_length=22, blank=True)
    state = models.CharField(
        max_length=20, choices=ClientRefundState.choices, default=ClientRefundState.PROPOSED
    )
    machine = refund_machine

    class Meta:
        triggers = [
            *refund_machine.triggers(),
            pgtrigger.Protect(name="deposit_return_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="deposit_return_is_frozen",
                fields=["deposit", "amount_paise", "reason", "proposed_by"],
            ),
        ]
        indexes = [
            models.Index(name="deposit_return_newest", fields=["-created_at", "-id"]),
            models.Index(name="deposit_return_by_state", fields=["state", "-created_at", "-id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_live_deposit_return", fields=["deposit"], condition=Q(state__in=LIVE)
            ),
            models.CheckConstraint(name="deposit_return_positive", condition=Q(amount_paise__gt=0)),
            models.CheckConstraint(
                name="deposit_return_approved_by_another",
                condition=Q(state__in=["PROPOSED", "REJECTED"])
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
            ),
            models.CheckConstraint(
                name="deposit_return_settled_by_another",
                condition=Q(settled_by=None) | ~Q(settled_by=F("decided_by")),
            ),
            models.UniqueConstraint(
                name="deposit_return_utr_once", fields=["utr"], condition=~Q(utr="")
            ),
            models.CheckConstraint(
                name="settled_deposit_return_has_a_utr",
                condition=Q(
                    state__in=["COMPLETED", "RETURNED"],
                    utr__regex=UTR_PATTERN,
                    settled_by__isnull=False,
                )
                | (~Q(state="COMPLETED") & Q(utr="", settled_by=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"Return of {self.deposit}"


class DepositReturnEvent(StateEvent):
    """One change of a return's state."""

    subject = models.ForeignKey(DepositReturn, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass
