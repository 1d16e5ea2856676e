"""Payouts of a payment, payments without a payout, and the work queues of finance."""

from datetime import datetime

from django.db.models import Count, Min, QuerySet, Sum
from django.urls import reverse

from accounts.models import Agent
from hitouch.core.web.queues import WorkQueue
from onboarding.models import BankAccount
from onboarding.payees import queries as payees_queries
from payments.models import Payment, Payout


def live_payout_of(payment: Payment) -> Payout | None:
    """The payment's payout that did not fail, if any. Uses prefetched payouts."""
    return next((row for row in payment.payouts.all() if row.state != Payout.State.FAILED), None)


def last_failure_of(payment: Payment) -> str:
    """Why the last transfer failed; empty if a newer payout exists."""
    if live_payout_of(payment):
        return ""
    failed = sorted(payment.payouts.all(), key=lambda row: row.created_at)
    return failed[-1].failure if failed else ""


def amount_awaiting_account(agent: Agent, now: datetime) -> int:
    """Paise that wait only because the agent has no usable bank account."""
    unsent = agent.payments.awaiting_payout().aggregate(paise=Sum("net_paise", default=0))["paise"]
    return unsent if unsent and payees_queries.payee_of(agent, now) is None else 0


def payouts_for_staff() -> QuerySet[Payout]:
    """All payouts with the related rows that staff see."""
    return Payout.objects.select_related("payment__agent__user", "started_by", "settled_by")


def payments_without_payout() -> QuerySet[Payment]:
    """Payments without a live payout whose agent has given an account, oldest first."""
    carried = Payout.objects.live().values("payment")
    owners = BankAccount.objects.values("agent")
    unsent = Payment.objects.awaiting_payout().filter(agent__in=owners)
    return unsent.exclude(pk__in=carried).order_by("opened_at")


def work_queues(*, now: datetime) -> list[WorkQueue]:
    """Work queues of finance."""
    url = reverse("admin:payments_payout_changelist")
    queues = [
        ("Payouts to start", Payout.State.READY, "created_at"),
        ("Payouts awaiting UTR", Payout.State.PROCESSING, "started_at"),
    ]
    return [
        _payout_queue(label, state, waiting_since, url) for label, state, waiting_since in queues
    ]


def _payout_queue(label: str, state: str, waiting_since: str, url: str) -> WorkQueue:
    payouts = Payout.objects.filter(state=state)
    totals = payouts.aggregate(count=Count("pk"), oldest=Min(waiting_since))
    return WorkQueue(label, totals["count"], totals["oldest"], f"{url}?state={state}", "Payments")
