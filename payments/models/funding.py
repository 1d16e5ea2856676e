"""Clients' money: their deposits, what is reserved for opportunities, and refunds."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from gigs.models import Client, Gig, Opportunity
from hitouch.core import money
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine
from payments.utr import UTR_PATTERN

#: Below this a client is told that publishing may soon fail: ₹10,000.
LOW_BALANCE_PAISE = 10_000_00


def _stays(*frozen: str) -> list[pgtrigger.Trigger]:
    """Rows are not deleted, and these columns do not change."""
    return [
        pgtrigger.Protect(name="stays", operation=pgtrigger.Delete),
        pgtrigger.ReadOnly(name="frozen", fields=list(frozen)),
    ]


class ClientFunding(BaseModel):
    """How a client pays in: the reference to write into a transfer, and when to be warned."""

    client = models.OneToOneField(Client, related_name="funding", on_delete=models.PROTECT)
    reference = models.CharField(max_length=12, unique=True)
    low_balance_paise = models.BigIntegerField(default=LOW_BALANCE_PAISE)
    #: When the client was told that little is available; emptied by the next deposit.
    warned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        triggers = _stays("client", "reference")

    def __str__(self) -> str:
        return self.reference


class DepositState(models.TextChoices):
    """States of a deposit."""

    UNMATCHED = "UNMATCHED", "Not matched"
    PROPOSED = "PROPOSED", "Client proposed"
    MATCHED = "MATCHED", "Matched"
    RETURNING = "RETURNING", "To be sent back"
    RETURNED = "RETURNED", "Sent back"


_deposit = StateMachine(
    start=DepositState.UNMATCHED,
    edges={
        DepositState.UNMATCHED: [
            DepositState.PROPOSED,
            DepositState.MATCHED,
            DepositState.RETURNING,
        ],
        DepositState.PROPOSED: [DepositState.MATCHED, DepositState.UNMATCHED],
        DepositState.RETURNING: [DepositState.RETURNED, DepositState.UNMATCHED],
        # The transfer did not arrive.
        DepositState.RETURNED: [DepositState.UNMATCHED],
    },
)


class DepositQuerySet(models.QuerySet["Deposit"]):
    """Filters by state."""

    def waiting(self) -> DepositQuerySet:
        """Deposits that no client has yet."""
        return self.filter(state__in=[DepositState.UNMATCHED, DepositState.PROPOSED])


class Deposit(BaseModel):
    """Money that came in on the bank account, and the client it is for."""

    State = DepositState

    class Origin(models.TextChoices):
        """Where we know of it from."""

        STATEMENT = "STATEMENT", "Bank statement"
        WEBHOOK = "WEBHOOK", "Payment provider"
        HAND = "HAND", "Entered by finance"

    amount_paise = models.BigIntegerField()
    utr = models.CharField("UTR", max_length=22, unique=True)
    received_on = models.DateField()
    narration = models.CharField(max_length=300, blank=True)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    client = models.ForeignKey(
        Client, null=True, blank=True, related_name="deposits", on_delete=models.PROTECT
    )
    # A person entered it or named its client. A reference in the narration needs nobody.
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    matched_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(
        max_length=20, choices=DepositState.choices, default=DepositState.UNMATCHED
    )
    machine = _deposit
    objects = DepositQuerySet.as_manager()

    class Meta:
        triggers = [
            *_deposit.triggers(),
            *_stays("amount_paise", "utr", "received_on", "origin"),
            # A webhook comes without the text that the bank's statement has later.
            pgtrigger.Protect(
                name="narration_is_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__narration__df=pgtrigger.F("new__narration"))
                & ~pgtrigger.Q(old__state="UNMATCHED"),
            ),
        ]
        indexes = [
            models.Index(name="deposit_of_client", fields=["client", "-received_on"]),
            models.Index(name="deposit_newest", fields=["-created_at", "-id"]),
            models.Index(name="deposit_by_state", fields=["state", "-created_at", "-id"]),
            models.Index(name="deposit_by_origin", fields=["origin", "-created_at", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(name="deposit_positive", condition=Q(amount_paise__gt=0)),
            models.CheckConstraint(
                name="deposit_utr_has_its_shape", condition=Q(utr__regex=UTR_PATTERN)
            ),
            models.CheckConstraint(
                name="deposit_matched_with_client",
                condition=Q(state="MATCHED", client__isnull=False, matched_at__isnull=False)
                | Q(state="PROPOSED", client__isnull=False, proposed_by__isnull=False)
                | Q(state__in=["UNMATCHED", "RETURNING", "RETURNED"], client=None),
            ),
            models.CheckConstraint(
                name="deposit_matched_by_another",
                condition=~Q(state="MATCHED")
                | Q(proposed_by=None)
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
            ),
        ]

    def __str__(self) -> str:
        return f"Deposit {self.utr}"


class DepositEvent(StateEvent):
    """One change of a deposit's state."""

    subject = models.ForeignKey(Deposit, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass


class Reserve(BaseModel):
    """The client's money set aside for the whole cost of a published opportunity."""

    opportunity = models.OneToOneField(
        Opportunity, related_name="reserve", on_delete=models.PROTECT
    )
    client = models.ForeignKey(Client, related_name="reserves", on_delete=models.PROTECT)
    promised_paise = models.BigIntegerField(help_text="With the client's GST.")
    client_gst_bp = models.PositiveIntegerField(
        default=0, help_text="The rate of GST that was in force when it was published."
    )

    class Meta:
        triggers = [
            pgtrigger.Protect(name="reserve_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
        constraints = [
            models.CheckConstraint(name="reserve_positive", condition=Q(promised_paise__gt=0)),
        ]

    def __str__(self) -> str:
        return str(self.opportunity)


class ReserveIncrease(BaseModel):
    """More money set aside for a gig, because it earned more than was reserved for it."""

    reserve = models.ForeignKey(Reserve, related_name="increases", on_delete=models.PROTECT)
    gig = models.ForeignKey(Gig, related_name="+", on_delete=models.PROTECT)
    amount_paise = models.BigIntegerField()

    class Meta:
        triggers = [
            pgtrigger.Protect(name="increase_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
        constraints = [
            models.CheckConstraint(name="increase_positive", condition=Q(amount_paise__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.gig}: {money.rupees(self.amount_paise)}"


class ReserveRelease(BaseModel):
    """Money of a reserve that is available to the client again, and why."""

    class Cause(models.TextChoices):
        """What set it free."""

        CLOSED = "CLOSED", "Places that were not filled"
        GIG_ENDED = "GIG_ENDED", "Not earned when the gig ended"
        CORRECTED = "CORRECTED", "Corrected or rejected after the gig ended"

    reserve = models.ForeignKey(Reserve, related_name="releases", on_delete=models.PROTECT)
    cause = models.CharField(max_length=12, choices=Cause.choices)
    gig = models.ForeignKey(Gig, null=True, blank=True, related_name="+", on_delete=models.PROTECT)
    amount_paise = models.BigIntegerField()

    class Meta:
        triggers = [
            pgtrigger.Protect(name="release_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
        constraints = [
            models.CheckConstraint(name="release_positive", condition=Q(amount_paise__gt=0)),
            models.CheckConstraint(
                name="release_of_gig_or_opportunity",
                condition=Q(cause="CLOSED", gig=None) | (~Q(cause="CLOSED") & Q(gig__isnull=False)),
            ),
            models.UniqueConstraint(
                name="released_once_when_closed", fields=["reserve"], condition=Q(cause="CLOSED")
            ),
            models.UniqueConstraint(
                name="released_once_when_gig_ended", fields=["gig"], condition=Q(cause="GIG_ENDED")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reserve}: {self.get_cause_display()}"


class ClientRefundState(models.TextChoices):
    """States of a refund."""

    PROPOSED = "PROPOSED", "To be approved"
    REJECTED = "REJECTED", "Rejected"
    PROCESSING = "PROCESSING", "To be transferred"
    COMPLETED = "COMPLETED", "Paid back"
    RETURNED = "RETURNED", "Did not arrive"


refund_machine = StateMachine(
    start=ClientRefundState.PROPOSED,
    edges={
        ClientRefundState.PROPOSED: [ClientRefundState.PROCESSING, ClientRefundState.REJECTED],
        ClientRefundState.PROCESSING: [ClientRefundState.COMPLETED, ClientRefundState.RETURNED],
        ClientRefundState.COMPLETED: [ClientRefundState.RETURNED],
    },
)


class ClientRefund(BaseModel):
    """Available money of a client that goes back to the account a deposit came from."""

    State = ClientRefundState

    client = models.ForeignKey(Client, related_name="refunds", on_delete=models.PROTECT)
    deposit = models.ForeignKey(Deposit, related_name="refunds", on_delete=models.PROTECT)
    amount_paise = models.BigIntegerField()
    reason = models.CharField(max_length=300, help_text="Shown to the client.")
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
            *_stays("client", "deposit", "amount_paise", "reason", "proposed_by"),
        ]
        indexes = [
            models.Index(name="refund_newest", fields=["-created_at", "-id"]),
            models.Index(name="refund_by_state", fields=["state", "-created_at", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(name="refund_positive", condition=Q(amount_paise__gt=0)),
            models.CheckConstraint(
                name="refund_approved_by_another",
                condition=Q(state__in=["PROPOSED", "REJECTED"])
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
            ),
            models.UniqueConstraint(name="refund_utr_once", fields=["utr"], condition=~Q(utr="")),
            models.CheckConstraint(
                name="settled_refund_has_a_utr",
                condition=Q(state__in=["COMPLETED", "RETURNED"], utr__regex=UTR_PATTERN)
                | (~Q(state="COMPLETED") & Q(utr="")),
            ),
        ]

    def __str__(self) -> str:
        return f"Refund to {self.client}"


class ClientRefundEvent(StateEvent):
    """One change of a refund's state."""

    subject = models.ForeignKey(ClientRefund, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass
