"""Everything about money that is stuck: how much, since when, and who has to do something."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Abs, Coalesce
from django.urls import reverse

from accounts.models import User
from hitouch.core.web.badges import BAD, INFO, WARN
from hitouch.core.web.humanize import moment_text
from onboarding.models import BankAccount
from payments.models import (
    Adjustment,
    ClientRefund,
    Deposit,
    DepositReturn,
    Difference,
    LiabilityPayment,
    LowerDeductionCertificate,
    MoneyCheck,
    Payment,
    PaymentHold,
    Payout,
    PayoutBatch,
    PayoutDecision,
    Rail,
    RateProposal,
)
from payments.models.reconciliation import EXPLAINED_WITHIN
from payments.payouts import queries as payouts_queries

FINANCE, TWO = "Anyone in finance", "Two people in finance"
#: People who are named before the rest is counted.
MOST_NAMED = 3
_S = Payout.State


@dataclass(frozen=True)
class StuckMoney:
    """One kind of thing that does not move on by itself."""

    what: str
    count: int
    paise: int | None
    since: datetime | None
    whose: str
    url: str
    tone: str = INFO
    #: Whether the person who looks can do something about some of it.
    is_yours: bool = True
    note: str = ""


def stuck_money(*, viewer: User, now: datetime) -> list[StuckMoney]:
    """All kinds, what stops sending first, then by age; in a fixed number of queries."""
    kinds = [*_sending(now), *_payouts(viewer), *_payments(viewer), *_clients(viewer)]
    kinds += [*_reconciliation(now), *_proposals(viewer)]
    order = {BAD: 0, WARN: 1, INFO: 2}
    found = [kind for kind in kinds if kind.count]
    return sorted(found, key=lambda kind: (order[kind.tone], kind.since or now))


def _list(name: str, query: str = "") -> str:
    return reverse(f"admin:payments_{name}_changelist") + query


def _figures(rows: QuerySet[Any], amount: Any, since: str) -> tuple[int, int | None, Any]:
    """Number, sum and oldest moment of some rows, in one query."""
    if amount is None:
        found = rows.order_by().aggregate(since=Min(since), count=_count())
        return found["count"], None, found["since"]
    found = rows.order_by().aggregate(
        paise=Coalesce(Sum(amount), Value(0)), since=Min(since), count=_count()
    )
    return found["count"], int(found["paise"]), found["since"]


def _count() -> Sum:
    return Sum(Value(1), default=0)


def _names(people: Iterable[str]) -> str:
    names = sorted(set(filter(None, people)))
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _sending(now: datetime) -> Iterator[StuckMoney]:
    switch = payouts_queries.sending_switch(now)
    url = _list("sendingswitch")
    if not switch.is_on:
        yield StuckMoney(
            "All sending is stopped", 1, None, switch.changed_at, TWO, url, BAD, note=switch.reason
        )
    check = MoneyCheck.objects.order_by("-at").first()
    if check and not check.is_clean:
        yield StuckMoney(
            "The check of the money found something", len(check.broken), None, check.at,
            "Finance and operations", _list("moneycheck"), BAD,
        )  # fmt: skip


def _payouts(viewer: User) -> Iterator[StuckMoney]:
    rows, url = Payout.objects.all(), _list("payout")
    amount = "amount_paise"
    unknown = _figures(rows.filter(state=_S.UNKNOWN), amount, "started_at")
    yield StuckMoney(
        "Payouts whose outcome nobody knows", *unknown, f"{TWO}, after the provider was asked",
        f"{url}?state=UNKNOWN", WARN,
    )  # fmt: skip
    odd = rows.exclude(attention="").exclude(state=_S.UNKNOWN)
    yield StuckMoney(
        "Payouts that somebody has to look at", *_figures(odd, amount, "started_at"), FINANCE,
        f"{url}?needs=attention", WARN,
    )  # fmt: skip
    by_hand = rows.filter(state=_S.PROCESSING).exclude(rail=Rail.RAZORPAYX)
    mine = by_hand.exclude(started_by=viewer)
    yield StuckMoney(
        "Transfers whose UTR is missing", *_figures(by_hand, amount, "started_at"),
        "Anyone in finance but who started it", f"{url}?state=PROCESSING",
        is_yours=mine.exists(),
    )  # fmt: skip
    ready = rows.filter(state=_S.READY, batch=None)
    yield StuckMoney(
        "Payouts that are ready", *_figures(ready, amount, "created_at"), FINANCE,
        f"{url}?state=READY",
    )  # fmt: skip
    yield _batches(viewer)
    said = PayoutDecision.objects.filter(outcome="").select_related("proposed_by__agent")
    decisions = list(said)
    yield StuckMoney(
        "Statements about transfers to confirm",
        *_figures(said, "payout__amount_paise", "proposed_at"),
        f"Anyone in finance but {_names(row.proposed_by.name for row in decisions)}",
        _list("payoutdecision", "?outcome__exact="),
        is_yours=any(row.proposed_by_id != viewer.pk for row in decisions),
    )


def _batches(viewer: User) -> StuckMoney:
    states = PayoutBatch.State
    waiting = PayoutBatch.objects.filter(state__in=[states.SUBMITTED, states.CHECKED])
    rows = list(waiting.select_related("maker__agent", "checker__agent"))
    people = [person.name for row in rows for person in (row.maker, row.checker) if person]
    return StuckMoney(
        "Batches that wait for approval", *_figures(waiting, "total_paise", "submitted_at"),
        f"Anyone in finance but {_names(people)}" if people else FINANCE,
        _list("payoutbatch", "?waits=approval"),
        is_yours=any(viewer.pk not in (row.maker_id, row.checker_id) for row in rows),
    )  # fmt: skip


def _payments(viewer: User) -> Iterator[StuckMoney]:
    failed = Payment.objects.filter(state=Payment.State.FAILED)
    ended = Q(payouts__state__in=[_S.FAILED, _S.REVERSED])
    since = failed.filter(ended).aggregate(at=Min("payouts__events__at", filter=Q(
        payouts__events__became__in=[_S.FAILED, _S.REVERSED])))["at"]  # fmt: skip
    count, paise, _ = _figures(failed, "net_paise", "opened_at")
    yield StuckMoney(
        "Payments that did not arrive", count, paise, since,
        "The agent (bank details), or finance: retry", _list("payment", "?state__exact=FAILED"),
        WARN,
    )  # fmt: skip
    holds = PaymentHold.objects.filter(released_at=None)
    amount = Coalesce("amount_paise", "payment__net_paise")
    causes = holds.order_by().values_list("cause", flat=True).distinct()
    labels = sorted(PaymentHold.Cause(cause).label for cause in causes)
    yield StuckMoney(
        "Amounts on hold", *_figures(holds, amount, "placed_at"), FINANCE,
        _list("paymenthold"), note=", ".join(labels),
    )  # fmt: skip
    owners = BankAccount.objects.values("agent")
    without = Payment.objects.awaiting_payout().exclude(agent__in=owners)
    yield StuckMoney(
        "Payments to agents without a bank account", *_figures(without, "net_paise", "opened_at"),
        "The agent", _list("payment", "?state__exact=PENDING"), is_yours=False,
    )  # fmt: skip


def _clients(viewer: User) -> Iterator[StuckMoney]:
    states = Deposit.State
    unmatched = Deposit.objects.filter(state=states.UNMATCHED)
    yield StuckMoney(
        "Deposits that are nobody's yet", *_figures(unmatched, "amount_paise", "created_at"), TWO,
        _list("deposit", "?state__exact=UNMATCHED"), WARN,
    )  # fmt: skip
    yield _proposed(
        "Deposits whose client has to be confirmed", Deposit.objects.filter(state=states.PROPOSED),
        viewer, "amount_paise", "created_at", _list("deposit", "?state__exact=PROPOSED"),
    )  # fmt: skip
    for what, model, name in (
        ("Refunds to clients", ClientRefund, "clientrefund"),
        ("Deposits to send back", DepositReturn, "depositreturn"),
    ):
        rows: Any = model
        amount = "amount_paise" if model is ClientRefund else "deposit__amount_paise"
        is_open = rows.objects.filter(state__in=["PROPOSED", "PROCESSING"])
        yield _proposed(f"{what}, open", is_open, viewer, amount, "created_at", _list(name))


def _proposed(
    what: str, rows: QuerySet[Any], viewer: User, amount: str | None, since: str, url: str
) -> StuckMoney:
    """What one person proposed and another has to approve."""
    people = list(rows.select_related("proposed_by__agent"))
    names = _names(row.proposed_by.name for row in people if row.proposed_by)
    return StuckMoney(
        what, *_figures(rows, amount, since),
        f"Anyone in finance but {names}" if names else FINANCE, url,
        is_yours=any(row.proposed_by_id != viewer.pk for row in people),
    )  # fmt: skip


def _reconciliation(now: datetime) -> Iterator[StuckMoney]:
    rows = Difference.objects.open()
    count, paise, since = _figures(rows, Abs(F("ours_paise") - F("theirs_paise")), "opened_at")
    people = User.objects.filter(pk__in=rows.values("owner")).select_related("agent")
    owners = _names(person.name for person in people)
    until = moment_text(since + EXPLAINED_WITHIN) if since else ""
    yield StuckMoney(
        "Differences with the bank or the provider", count, paise, since,
        owners or "Nobody yet: take one", _list("difference", "?state=OPEN"), WARN,
        note=f"All sending stops on {until}" if until else "",
    )  # fmt: skip


def _proposals(viewer: User) -> Iterator[StuckMoney]:
    query = "?state__exact=PROPOSED"
    yield _proposed(
        "Rates to approve", RateProposal.objects.filter(state="PROPOSED"), viewer, None,
        "proposed_at", _list("rateproposal", query),
    )  # fmt: skip
    yield _proposed(
        "Corrections of payments to approve", Adjustment.objects.filter(state="PROPOSED"), viewer,
        "payment__gross_paise", "proposed_at", _list("adjustment", query),
    )  # fmt: skip
    yield _proposed(
        "Payments to the government to confirm", LiabilityPayment.objects.filter(state="PROPOSED"),
        viewer, "amount_paise", "created_at", _list("liabilitypayment", query),
    )  # fmt: skip
    certificates = LowerDeductionCertificate.objects.filter(approved_by=None, rejected_at=None)
    entered = list(certificates.select_related("entered_by__agent"))
    names = _names(row.entered_by.name for row in entered)
    yield StuckMoney(
        "Tax certificates to approve", *_figures(certificates, None, "created_at"),
        f"Anyone in finance but {names}", _list("lowerdeductioncertificate"),
        is_yours=any(row.entered_by_id != viewer.pk for row in entered),
    )  # fmt: skip
