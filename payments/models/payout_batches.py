"""Batches of payouts, which one person submits and another approves, and the sending switch."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine
from payments.models.weekly_batches import WeeklyBatch


class Rail(models.TextChoices):
    """The way by which a transfer is made."""

    RAZORPAYX = "RAZORPAYX", "RazorpayX"
    NEFT_FILE = "NEFT_FILE", "NEFT file for the bank"
    MANUAL = "MANUAL", "By hand at the bank"
    SET_OFF = "SET_OFF", "Set off, nothing sent"


class BatchState(models.TextChoices):
    """States of a batch."""

    DRAFT = "DRAFT", "Draft"
    SUBMITTED = "SUBMITTED", "Waiting for approval"
    CHECKED = "CHECKED", "Waiting for a second approval"
    APPROVED = "APPROVED", "Approved"
    SENDING = "SENDING", "Sending"
    DONE = "DONE", "Done"
    REJECTED = "REJECTED", "Rejected"


_S = BatchState
_machine = StateMachine(
    start=_S.DRAFT,
    edges={
        _S.DRAFT: [_S.SUBMITTED, _S.REJECTED],
        _S.SUBMITTED: [_S.CHECKED, _S.APPROVED, _S.REJECTED],
        _S.CHECKED: [_S.APPROVED, _S.REJECTED],
        _S.APPROVED: [_S.SENDING, _S.DONE],
        _S.SENDING: [_S.DONE],
    },
)


class PayoutBatch(BaseModel):
    """Payouts that are approved and sent together. Count and total are frozen when submitted."""

    State = BatchState

    rail = models.CharField(max_length=20, choices=Rail.choices)
    #: Empty for the weekly batch, which the site makes.
    maker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    week = models.ForeignKey(
        WeeklyBatch, null=True, blank=True, related_name="batches", on_delete=models.PROTECT
    )
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    second_checker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    count = models.PositiveIntegerField(default=0)
    total_paise = models.BigIntegerField(default=0)
    needs_second_check = models.BooleanField(default=False)
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=20, choices=BatchState.choices, default=BatchState.DRAFT)
    machine = _machine
    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name_plural = "payout batches"
        triggers = [
            *_machine.triggers(),
            pgtrigger.Protect(name="batch_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="batch_keeps_its_maker", fields=["maker", "rail", "week"]),
            pgtrigger.Protect(
                name="batch_is_frozen",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__state="DRAFT")
                & (
                    pgtrigger.Q(old__count__df=pgtrigger.F("new__count"))
                    | pgtrigger.Q(old__total_paise__df=pgtrigger.F("new__total_paise"))
                    | pgtrigger.Q(
                        old__needs_second_check__df=pgtrigger.F("new__needs_second_check")
                    )
                ),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="batch_has_a_maker_or_a_week",
                condition=Q(maker__isnull=False, week=None) | Q(maker=None, week__isnull=False),
            ),
            models.CheckConstraint(
                name="batch_is_checked_by_another",
                condition=Q(checker=None) | ~Q(checker=F("maker")),
            ),
            models.CheckConstraint(
                name="batch_has_a_third_person",
                condition=Q(second_checker=None)
                | (~Q(second_checker=F("maker")) & ~Q(second_checker=F("checker"))),
            ),
            models.CheckConstraint(
                name="approved_batch_has_its_checkers",
                condition=Q(state__in=["DRAFT", "SUBMITTED", "CHECKED", "REJECTED"])
                | (
                    Q(checker__isnull=False, approved_at__isnull=False)
                    & (Q(needs_second_check=False) | Q(second_checker__isnull=False))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"Batch {self.reference}"

    @property
    def made_by(self) -> str:
        """Who made it, for people."""
        return self.maker.name if self.maker else "HitouchCX, weekly"

    @property
    def reference(self) -> str:
        """Short reference for people to quote."""
        return str(self.pk)[:8].upper()


class PayoutBatchEvent(StateEvent):
    """One change of a batch's state."""

    subject = models.ForeignKey(PayoutBatch, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass


class SendingSwitch(BaseModel):
    """The one row that stops all sending. One person stops; two different people start again."""

    is_on = models.BooleanField(default=True)
    reason = models.CharField(max_length=300, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    changed_at = models.DateTimeField()
    start_proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    only_row = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        verbose_name_plural = "sending switch"
        triggers = [pgtrigger.Protect(name="switch_stays", operation=pgtrigger.Delete)]
        constraints = [
            models.CheckConstraint(name="one_switch", condition=Q(only_row=True)),
            models.CheckConstraint(
                name="stopped_switch_has_a_reason", condition=Q(is_on=True) | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="start_is_proposed_while_stopped",
                condition=Q(start_proposed_by=None) | Q(is_on=False),
            ),
        ]

    def __str__(self) -> str:
        return "Sending is on" if self.is_on else "Sending is stopped"
