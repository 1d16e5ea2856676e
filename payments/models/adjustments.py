"""Changes of what was earned that finance makes: one person proposes, another approves."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent
from payments.models.payments import Payment
from payments.models.proposals import ProposalState, proposal_machine


class Adjustment(BaseModel):
    """A payment with a wrong gross amount: it is taken back, and paid again with the right one."""

    State = ProposalState

    payment = models.ForeignKey(Payment, related_name="adjustments", on_delete=models.PROTECT)
    gross_paise = models.BigIntegerField("right gross amount in paise")
    reason = models.CharField(max_length=300, help_text="Shown to the agent.")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT
    )
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(
        max_length=20, choices=ProposalState.choices, default=ProposalState.PROPOSED
    )
    machine = proposal_machine

    class Meta:
        indexes = [
            models.Index(name="adjustment_newest", fields=["-proposed_at", "-id"]),
            models.Index(name="adjustment_by_state", fields=["state", "-proposed_at", "-id"]),
        ]
        triggers = [
            *proposal_machine.triggers(),
            pgtrigger.Protect(name="adjustment_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="adjustment_is_frozen",
                fields=["payment", "gross_paise", "reason", "proposed_by", "proposed_at"],
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_open_adjustment", fields=["payment"], condition=Q(state="PROPOSED")
            ),
            models.CheckConstraint(
                name="adjusted_amount_not_negative", condition=Q(gross_paise__gte=0)
            ),
            models.CheckConstraint(
                name="adjustment_is_approved_by_another",
                condition=~Q(state="APPROVED")
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
            ),
        ]

    def __str__(self) -> str:
        return f"Adjustment of {self.payment.reference}"


class AdjustmentEvent(StateEvent):
    """One change of an adjustment's state."""

    subject = models.ForeignKey(Adjustment, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass
