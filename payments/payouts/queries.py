"""Payouts of a payment, payments without a payout, and the work queues of finance."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Prefetch, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import Agent
from hitouch.core.web.queues import WorkQueue, queue_of
from onboarding.models import BankAccount
from onboarding.payees import queries as payees_queries
from payments.models import (
    Payment,
    PaymentHold,
    Payout,
    PayoutBatch,
    PayoutDecision,
    PayoutItem,
    Rail,
    SendingSwitch,
)
from payments.models.payouts import ENDED
from payments.udyam import queries as udyam

#: More than any payment: a hold without an amount is of all of it.
EVERYTHING = 2**62
#: Payouts whose transfer was tried and did not pay.
TRANSFER_ENDED = (Payout.State.FAILED, Payout.State.REVERSED)


def live_payout_of(payment: Payment) -> Payout | None:
    """The newest payout that pays the payment, or will, if any. Uses prefetched payouts."""
    live = [row for row in payment.payouts.all() if row.state not in ENDED]
    return max(live, key=lambda row: row.created_at, default=None)


def last_failure_of(payment: Payment) -> str:
    """Why the last transfer failed; empty if a newer payout exists."""
    if live_payout_of(payment):
        return ""
    failed = [row for row in payment.payouts.all() if row.state in TRANSFER_ENDED]
    return max(failed, key=lambda row: row.created_at).failure if failed else ""


def payable_of(payments: Iterable[Payment]) -> dict[Payment, int]:
    """What is still to be paid of each payment, without what is on hold and what is nothing."""
    ids = [payment.pk for payment in payments]
    carried: defaultdict[UUID, int] = defaultdict(int)
    held: defaultdict[UUID, int] = defaultdict(int)
    items = PayoutItem.objects.filter(payment__in=ids, released_at=None)
    holds = PaymentHold.objects.filter(payment__in=ids, released_at=None)
    both = items.values_list("payment", "amount_paise", Value(False)).union(
        holds.values_list("payment", Coalesce("amount_paise", EVERYTHING), Value(True)), all=True
    )
    for payment_id, paise, is_hold in both:
        (held if is_hold else carried)[payment_id] += paise
    amounts = {}
    for payment in payments:
        left = payment.net_paise - carried[payment.pk]
        is_held = held[payment.pk] > 0
        amounts[payment] = max(left - held[payment.pk], 0) if is_held else left
    return {payment: paise for payment, paise in amounts.items() if paise}


def has_hold(payout: Payout) -> bool:
    """Whether something that the payout carries was put on hold since."""
    open_holds = PaymentHold.objects.filter(released_at=None).values("payment")
    items = payout.items.filter(released_at=None, payment__in=open_holds).select_related("payment")
    return any(_exceeds(item) for item in items)


def _exceeds(item: PayoutItem) -> bool:
    """Whether the payment's items and holds are more than its net amount."""
    holds = PaymentHold.objects.filter(payment=item.payment, released_at=None)
    amounts = [
        EVERYTHING if paise is None else paise
        for paise in holds.values_list("amount_paise", flat=True)
    ]
    live = PayoutItem.objects.filter(payment=item.payment, released_at=None)
    carried = live.aggregate(paise=Sum("amount_paise", default=0))["paise"]
    return carried + sum(amounts) > item.payment.net_paise


def amount_awaiting_account(agent: Agent, now: datetime) -> int:
    """Paise that wait only because the agent has no usable bank account."""
    unsent = agent.payments.awaiting_payout().aggregate(paise=Sum("net_paise", default=0))["paise"]
    return unsent if unsent and payees_queries.payee_of(agent, now) is None else 0


def payouts_for_staff() -> QuerySet[Payout]:
    """All payouts with the related rows that staff see."""
    rows = Payout.objects.select_related(
        "agent__user", "started_by__agent", "settled_by__agent", "batch__maker__agent",
        "batch__checker__agent",
    )  # fmt: skip
    decisions = PayoutDecision.objects.select_related("proposed_by__agent", "decided_by__agent")
    return rows.prefetch_related(
        Prefetch(
            "items", PayoutItem.objects.select_related("payment").order_by("created_at", "pk")
        ),
        "agent__udyam_registrations",
        "attempts",
        Prefetch("decisions", decisions.order_by("-proposed_at")),
    )


def pay_by(payout: Payout) -> date | None:
    """The last day on which its agent may be paid, if the law sets one and it is not paid.

    Uses prefetched items and registrations.
    """
    if payout.state == Payout.State.COMPLETED or payout.state in ENDED:
        return None
    payments = [item.payment for item in payout.items.all()]
    return udyam.earliest_pay_by(payments, payout.agent.udyam_registrations.all())


def open_decision_of(payout: Payout) -> PayoutDecision | None:
    """What a colleague proposed about the payout. Uses prefetched decisions."""
    return next((row for row in payout.decisions.all() if not row.outcome), None)


def is_carried_again(payout: Payout) -> bool:
    """Whether another payout pays, or will pay, something of a payout that ended."""
    items = PayoutItem.objects.filter(payment__in=payout.payments.all(), released_at=None)
    return items.exclude(payout=payout).filter(payout__in=Payout.objects.live()).exists()


def payments_without_payout() -> QuerySet[Payment]:
    """Payments that are not wholly carried, whose agent has given an account, oldest first."""
    owners = BankAccount.objects.values("agent")
    unsent = Payment.objects.awaiting_payout().filter(agent__in=owners)
    carried = Sum("items__amount_paise", filter=Q(items__released_at=None), default=0)
    return unsent.annotate(carried=carried).exclude(carried=F("net_paise")).order_by("opened_at")


def sending_switch(now: datetime) -> SendingSwitch:
    """The sending switch; on if nobody has touched it yet."""
    return SendingSwitch.objects.first() or SendingSwitch(changed_at=now)


def decisions_to_confirm() -> QuerySet[PayoutDecision]:
    """Open proposals about payouts, the longest waiting first."""
    rows = PayoutDecision.objects.filter(outcome="").order_by("proposed_at")
    return rows.select_related("payout", "proposed_by")


def work_queues(*, now: datetime) -> list[WorkQueue]:
    """Work queues of finance."""
    url = reverse("admin:payments_payout_changelist")
    payouts, by_hand = Payout.objects, Payout.objects.processing().filter(rail=Rail.MANUAL)
    to_approve = PayoutBatch.objects.filter(state__in=["SUBMITTED", "CHECKED"])
    batches = reverse("admin:payments_payoutbatch_changelist")
    unknown = payouts.filter(state=Payout.State.UNKNOWN)
    decisions = reverse("admin:payments_payoutdecision_changelist")
    return [
        _queue("Payouts to start", payouts.ready().filter(batch=None), "created_at",
               f"{url}?state=READY"),
        _queue("Payouts awaiting UTR", by_hand, "started_at",
               f"{url}?state=PROCESSING&rail=MANUAL"),
        _queue("Payout batches to approve", to_approve, "submitted_at",
               f"{batches}?waits=approval"),
        _queue("Payouts with unknown outcome", unknown, "started_at", f"{url}?state=UNKNOWN"),
        _queue("Payouts to look at", payouts.exclude(attention=""), "started_at",
               f"{url}?needs=attention"),
        _queue("Payout decisions to confirm", decisions_to_confirm(), "proposed_at",
               f"{decisions}?outcome__exact="),
    ]  # fmt: skip


def _queue(label: str, rows: QuerySet[Any], waiting_since: str, url: str) -> WorkQueue:
    return queue_of(rows, since=waiting_since, label=label, url=url, group="Payments")
