"""Payouts: bank transfers that carry payments of one agent, and each order to send one."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Agent
from hitouch.core import masking
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine
from hitouch.core.db.word_search import words_index
from hitouch.core.jobs.leases import LeasedQuerySet
from onboarding.models import BankAccount
from payments.models.payments import Payment
from payments.models.payout_batches import PayoutBatch, Rail
from payments.utr import UTR_PATTERN


class PayoutState(models.TextChoices):
    """States of a payout."""

    READY = "READY", "Ready"
    APPROVED = "APPROVED", "Approved"
    SENDING = "SENDING", "Sending"
    PROCESSING = "PROCESSING", "Processing"
    UNKNOWN = "UNKNOWN", "Outcome unknown"
    COMPLETED = "COMPLETED", "Paid"
    FAILED = "FAILED", "Failed"
    REVERSED = "REVERSED", "Returned by the bank"
    CANCELLED = "CANCELLED", "Cancelled"


_S = PayoutState
#: The money may be on its way.
UNDERWAY = (_S.SENDING, _S.PROCESSING, _S.UNKNOWN)
#: The money has not left, or came back: its payments can be paid by another payout.
ENDED = (_S.FAILED, _S.REVERSED, _S.CANCELLED)
_NOT_STARTED = (_S.READY, _S.APPROVED, _S.CANCELLED)
_machine = StateMachine(
    start=_S.READY,
    edges={
        # A transfer by hand is processing at once: a person makes it at the bank.
        _S.READY: [_S.APPROVED, _S.PROCESSING, _S.CANCELLED],
        _S.APPROVED: [_S.SENDING, _S.PROCESSING, _S.CANCELLED],
        _S.SENDING: [_S.PROCESSING, _S.UNKNOWN, _S.COMPLETED, _S.FAILED, _S.REVERSED],
        _S.PROCESSING: [_S.UNKNOWN, _S.COMPLETED, _S.FAILED, _S.REVERSED],
        _S.UNKNOWN: [_S.PROCESSING, _S.COMPLETED, _S.FAILED, _S.REVERSED],
        # A bank may return a transfer days after it was completed.
        _S.COMPLETED: [_S.REVERSED],
        # Providers report the one as the other, without money moving.
        _S.FAILED: [_S.REVERSED],
        _S.REVERSED: [_S.FAILED],
    },
)


class PayoutQuerySet(models.QuerySet["Payout"]):
    """Filters by state."""

    def ready(self) -> PayoutQuerySet:
        return self.filter(state=PayoutState.READY)

    def processing(self) -> PayoutQuerySet:
        return self.filter(state=PayoutState.PROCESSING)

    def underway(self) -> PayoutQuerySet:
        """The money may have left, and nobody knows yet whether it arrived."""
        return self.filter(state__in=UNDERWAY)

    def live(self) -> PayoutQuerySet:
        """Payouts that pay, or will pay, the payments that they carry."""
        return self.exclude(state__in=ENDED)


class Payout(BaseModel):
    """One transfer of an agent's payments to one version of a bank account.

    Payments that add up to nothing are set off by one of nothing, which is never sent.

    While it is ready and in no batch, further payments of the agent are added to it.
    """

    State = PayoutState

    agent = models.ForeignKey(Agent, related_name="payouts", on_delete=models.PROTECT)
    payments: models.ManyToManyField[Payment, PayoutItem] = models.ManyToManyField(
        Payment, through="PayoutItem", related_name="payouts"
    )
    batch = models.ForeignKey(
        PayoutBatch, null=True, blank=True, related_name="payouts", on_delete=models.PROTECT
    )
    bank_account = models.ForeignKey(BankAccount, related_name="+", on_delete=models.PROTECT)
    holder_name = models.CharField(max_length=120)
    ifsc = models.CharField(max_length=11)
    last_four = models.CharField(max_length=4)
    amount_paise = models.BigIntegerField()
    rail = models.CharField(max_length=20, choices=Rail.choices, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    started_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    utr = models.CharField("UTR", max_length=22, blank=True)
    failure = models.CharField(max_length=300, blank=True)
    attention = models.CharField(
        max_length=300, blank=True, help_text="Why a person has to look at this payout."
    )
    state = models.CharField(max_length=20, choices=PayoutState.choices, default=PayoutState.READY)
    machine = _machine
    objects = PayoutQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(name="payout_oldest", fields=["created_at", "-id"]),
            models.Index(name="payout_by_state", fields=["state", "created_at", "-id"]),
            models.Index(
                name="payout_attention", fields=["started_at"], condition=~Q(attention="")
            ),
            words_index("payout_holder", "holder_name"),
        ]
        triggers = [
            *_machine.triggers(),
            pgtrigger.Protect(name="payout_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="payout_keeps_its_agent", fields=["agent"]),
            pgtrigger.Protect(
                name="amount_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__amount_paise__df=pgtrigger.F("new__amount_paise"))
                & (~pgtrigger.Q(old__state="READY") | pgtrigger.Q(old__batch__isnull=False)),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_ready_payout", fields=["agent"], condition=Q(state="READY", batch=None)
            ),
            models.CheckConstraint(
                name="payout_has_an_amount",
                condition=(Q(amount_paise__gt=0) & ~Q(rail="SET_OFF"))
                | Q(amount_paise=0, rail="SET_OFF"),
            ),
            models.UniqueConstraint(name="utr_once", fields=["utr"], condition=~Q(utr="")),
            models.CheckConstraint(
                name="utr_has_its_shape", condition=Q(utr="") | Q(utr__regex=UTR_PATTERN)
            ),
            models.CheckConstraint(
                name="maker_is_not_checker",
                condition=Q(settled_by=None) | ~Q(settled_by=F("started_by")),
            ),
            models.CheckConstraint(
                name="started_payout_has_its_rail",
                condition=Q(state__in=_NOT_STARTED, started_at=None)
                | (~Q(state__in=_NOT_STARTED) & Q(started_at__isnull=False) & ~Q(rail="")),
            ),
            models.CheckConstraint(
                name="transfer_by_hand_has_a_maker",
                condition=Q(state__in=_NOT_STARTED)
                | ~Q(rail="MANUAL")
                | Q(started_by__isnull=False),
            ),
            models.CheckConstraint(
                name="completed_payout_has_its_moment",
                condition=Q(state="COMPLETED", settled_at__isnull=False)
                | Q(state__in=["REVERSED", "FAILED"])
                | (~Q(state__in=["COMPLETED", "REVERSED", "FAILED"]) & Q(settled_at=None)),
            ),
            models.CheckConstraint(
                name="settled_by_hand_has_utr_and_checker",
                condition=~Q(state="COMPLETED")
                | Q(rail__in=["RAZORPAYX", "SET_OFF"])
                | (Q(settled_by__isnull=False) & ~Q(utr="")),
            ),
            models.CheckConstraint(
                name="failed_payout_has_a_reason",
                condition=(Q(state__in=ENDED) & ~Q(failure=""))
                | (~Q(state__in=ENDED) & Q(failure="")),
            ),
        ]

    def __str__(self) -> str:
        return f"Payout to {self.holder_name}, {self.masked}"

    @property
    def masked(self) -> str:
        """The account number with all but its last four digits hidden."""
        return masking.last_four(self.last_four)


class PayoutItem(BaseModel):
    """A payment, or a part of it, that a payout carries. Below zero for a correction.

    It is released when the payout did not pay it, so that another payout can. The items of a
    payment that are not released, and what is on hold, never exceed its net amount.
    """

    payout = models.ForeignKey(Payout, related_name="items", on_delete=models.PROTECT)
    payment = models.ForeignKey(Payment, related_name="items", on_delete=models.PROTECT)
    amount_paise = models.BigIntegerField()
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        triggers = [
            pgtrigger.Protect(name="item_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="item_is_frozen", fields=["payout", "payment", "amount_paise"]),
            pgtrigger.Protect(
                name="released_item_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__released_at__isnull=False),
            ),
            # The lock on the payment lets one transaction at a time add an item, so that the sum
            # counts all of them.
            pgtrigger.Trigger(
                name="payment_is_paid_once",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                declare=[("net", "bigint"), ("live", "bigint"), ("held", "bigint")],
                func="""
                    SELECT net_paise INTO net FROM payments_payment
                     WHERE id = NEW.payment_id FOR NO KEY UPDATE;
                    SELECT coalesce(sum(amount_paise), 0) INTO live FROM payments_payoutitem
                     WHERE payment_id = NEW.payment_id AND released_at IS NULL;
                    SELECT coalesce(sum(coalesce(amount_paise, abs(net) + 1)), 0) INTO held
                      FROM payments_paymenthold
                     WHERE payment_id = NEW.payment_id AND released_at IS NULL;
                    IF live * sign(net) < 0 OR abs(live) + held > abs(net) THEN
                        RAISE EXCEPTION 'payment % would be paid % of % paise, % on hold',
                            NEW.payment_id, live, net, held USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
            pgtrigger.Trigger(
                name="items_are_the_amount",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                declare=[("total", "bigint"), ("amount", "bigint")],
                func="""
                    SELECT sum(amount_paise) INTO total FROM payments_payoutitem
                     WHERE payout_id = NEW.payout_id;
                    SELECT amount_paise INTO amount FROM payments_payout WHERE id = NEW.payout_id;
                    IF total <> amount THEN
                        RAISE EXCEPTION 'payout % is % paise, its items %',
                            NEW.payout_id, amount, total USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_live_item", fields=["payout", "payment"], condition=Q(released_at=None)
            ),
            models.CheckConstraint(name="item_moves_something", condition=~Q(amount_paise=0)),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} in {self.payout_id}"


class PayoutEvent(StateEvent):
    """One change of a payout's state."""

    subject = models.ForeignKey(Payout, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass


class PayoutAttemptQuerySet(LeasedQuerySet["PayoutAttempt"]):
    """Orders as jobs: what has to be sent, or asked for at the provider."""

    def unfinished(self) -> PayoutAttemptQuerySet:
        """Orders about which the provider has to be asked some day."""
        return self.filter(next_try_at__isnull=False)

    def open(self) -> PayoutAttemptQuerySet:
        """Orders without an outcome."""
        return self.filter(ended_at=None)


class PayoutAttempt(BaseModel):
    """One order to a payout provider. Its idempotency key is committed before money moves.

    It is a job until the provider's answer is final. `sent_at` is committed before the call, so
    that after a lost worker the call counts as made.
    """

    payout = models.ForeignKey(Payout, related_name="attempts", on_delete=models.PROTECT)
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    rail = models.CharField(max_length=20, choices=Rail.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    at = models.DateTimeField()
    destination = models.CharField(
        max_length=60, blank=True, help_text="The account's id at the provider."
    )
    provider_id = models.CharField(
        max_length=60, blank=True, help_text="The transfer's id at the provider."
    )
    provider_state = models.CharField(max_length=20, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = PayoutAttemptQuerySet.as_manager()

    class Meta:
        triggers = [
            pgtrigger.Protect(name="attempt_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="attempt_is_kept", fields=["payout", "key", "rail", "by", "at"]
            ),
        ]
        indexes = [
            models.Index(
                name="attempt_due", fields=["next_try_at"], condition=Q(next_try_at__isnull=False)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_open_attempt", fields=["payout"], condition=Q(ended_at=None)
            ),
            models.UniqueConstraint(
                name="one_attempt_a_transfer", fields=["provider_id"], condition=~Q(provider_id="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rail} {self.key}"
