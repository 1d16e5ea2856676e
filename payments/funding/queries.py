"""What a client sees of its money, and what waits for finance."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F, Min, QuerySet, Sum
from django.urls import reverse

from gigs.models import Client
from hitouch.core.web.queues import WorkQueue
from payments.funding import refunds
from payments.ledger import queries as ledger_queries
from payments.models import (
    AccountKind,
    ClientRefund,
    Deposit,
    DepositReturn,
    EntryKind,
    Leg,
    Payment,
    Reserve,
    ReserveIncrease,
    ReserveRelease,
)


@dataclass(frozen=True)
class PayInAccount:
    """The bank account that clients transfer to."""

    holder_name: str
    number: str
    ifsc: str


@dataclass(frozen=True)
class ClientFunds:
    """A client's money: what can be spent, what is promised, and what was earned, with its GST."""

    available_paise: int
    reserved_paise: int
    earned_paise: int
    refundable_paise: int


@dataclass(frozen=True)
class FundsMovement:
    """A change of what a client has available; money out is negative."""

    at: datetime
    label: str
    about: str
    amount_paise: int


def pay_in_account() -> PayInAccount | None:
    """The account, if operations have set one."""
    account = PayInAccount(*settings.HITOUCH_PAY_IN_ACCOUNT)
    return account if account.number else None


def funds_of(client: Client) -> ClientFunds:
    """The amounts of a client."""
    held = ledger_queries.money_of(client)
    earned = Payment.objects.filter(gig__client=client).aggregate(
        paise=Sum(F("gross_paise") + F("client_gst_paise"), default=0)
    )
    return ClientFunds(
        available_paise=held.available_paise,
        reserved_paise=held.reserved_paise,
        earned_paise=int(earned["paise"]),
        refundable_paise=min(held.available_paise, _refundable_deposits(client)),
    )


def _refundable_deposits(client: Client) -> int:
    """What came in and was not paid back, nor is about to be."""
    came = Deposit.objects.filter(client=client, state=Deposit.State.MATCHED)
    back = ClientRefund.objects.filter(client=client, state__in=refunds.LIVE)
    total = came.aggregate(paise=Sum("amount_paise", default=0))["paise"]
    return int(total - back.aggregate(paise=Sum("amount_paise", default=0))["paise"])


def movements_of(client: Client) -> QuerySet[Leg]:
    """The legs of what the client has available, newest first; `described` names them."""
    legs = Leg.objects.filter(account__client=client, account__kind=AccountKind.CLIENT_AVAILABLE)
    return legs.select_related("entry", "entry__reverses").order_by("-entry__at", "-pk")


def described(legs: Iterable[Leg]) -> list[FundsMovement]:
    """Movements with what they are about, in a few queries for all of them."""
    rows = list(legs)
    about: dict[UUID, str] = {}
    for found in _sources({leg.entry.source_id for leg in rows}):
        about |= {pk: str(text) for pk, text in found}
    return [
        FundsMovement(
            at=leg.entry.at,
            label=EntryKind(leg.entry.kind).label,
            about=about.get(leg.entry.source_id, ""),
            amount_paise=-leg.amount_paise,
        )
        for leg in rows
    ]


def _sources(ids: set[UUID]) -> list[Any]:
    title = "reserve__opportunity__title"
    return [
        Deposit.objects.filter(pk__in=ids).values_list("pk", "utr"),
        Reserve.objects.filter(pk__in=ids).values_list("pk", "opportunity__title"),
        ReserveIncrease.objects.filter(pk__in=ids).values_list("pk", title),
        ReserveRelease.objects.filter(pk__in=ids).values_list("pk", title),
        ClientRefund.objects.filter(pk__in=ids).values_list("pk", "reason"),
    ]


def work_queues(*, now: datetime) -> list[WorkQueue]:
    """Deposits without a client, and refunds and returns that wait for a person."""
    waiting = Deposit.objects.waiting()
    is_open = ["PROPOSED", "PROCESSING"]
    open_refunds = ClientRefund.objects.filter(state__in=is_open)
    open_returns = DepositReturn.objects.filter(state__in=is_open)
    return [
        WorkQueue(
            label="Deposits without a confirmed client",
            count=waiting.count(),
            oldest_at=waiting.aggregate(at=Min("created_at"))["at"],
            url=reverse("admin:payments_deposit_changelist"),
            group="Payments",
        ),
        WorkQueue(
            label="Refunds to approve or transfer",
            count=open_refunds.count(),
            oldest_at=open_refunds.aggregate(at=Min("created_at"))["at"],
            url=reverse("admin:payments_clientrefund_changelist"),
            group="Payments",
        ),
        WorkQueue(
            label="Deposits to send back",
            count=open_returns.count(),
            oldest_at=open_returns.aggregate(at=Min("created_at"))["at"],
            url=reverse("admin:payments_depositreturn_changelist"),
            group="Payments",
        ),
    ]
