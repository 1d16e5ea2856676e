"""Reserves: the whole cost of a published opportunity, and what of it was earned or released."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from gigs.engagements import queries as gig_queries
from gigs.models import Client, Gig, Opportunity
from hitouch.core import money
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of
from payments.deductions.client_gst import gst_on_top
from payments.funding import deposits, notices
from payments.ledger import queries as ledger_queries
from payments.ledger import services as ledger
from payments.models import (
    AccountKind,
    EntryKind,
    Leg,
    Payment,
    Reserve,
    ReserveIncrease,
    ReserveRelease,
)
from payments.rates import queries as rates_queries
from payments.rates.services import NoRateInForce

Debits = list[tuple[ledger.Account, int]]
#: GST is rounded on each earning, so that those of a gig may need so much more than was set aside.
GST_ROUNDING_PAISE = 100


class FundsTooLow(Refusal):
    """The client has not paid in enough."""

    code = "funds_too_low"

    def __init__(self, *, needed_paise: int, available_paise: int, reference: str) -> None:
        missing = needed_paise - available_paise
        self.members: Mapping[str, str] = {
            "missing_paise": str(missing),
            "available_paise": str(available_paise),
            "reference": reference,
        }
        super().__init__(
            f"This needs {money.rupees(needed_paise)}, and {money.rupees(available_paise)} is "
            f"available. Pay in {money.rupees(missing)} with the reference {reference} in the "
            "transfer; your Funds page shows the account."
        )


@transaction.atomic
def reserve_cost(*, opportunity: Opportunity, at: datetime) -> Reserve:
    """Set aside the whole cost of an opportunity with its GST, or refuse with what is missing."""
    client = opportunity.client
    legal_model = opportunity.project.legal_model
    rule = rates_queries.client_gst_rule_on(day_of(at), legal_model)
    if rule is None:
        raise NoRateInForce
    reserve = Reserve.objects.create(
        opportunity=opportunity,
        client=client,
        promised_paise=with_gst(opportunity.cost_each_paise, rule.gst_bp) * opportunity.headcount,
        client_gst_bp=rule.gst_bp,
    )
    _require_available(client, reserve.promised_paise)
    _move(EntryKind.RESERVED, reserve, reserve, reserve.promised_paise, at=at)
    notices.warn_if_low(client, at=at)
    return reserve


@transaction.atomic
def release_unfilled(*, opportunity: Opportunity, at: datetime) -> None:
    """Make the cost of the places that were not filled available again."""
    reserve = _lock_reserve_of(opportunity)
    if reserve and opportunity.seats_left:
        each = with_gst(opportunity.cost_each_paise, reserve.client_gst_bp)
        unfilled = each * opportunity.seats_left
        _release(reserve, ReserveRelease.Cause.CLOSED, None, unfilled, at=at)


@transaction.atomic(savepoint=False)
def release_ended(*, gig: Gig, at: datetime) -> None:
    """Make available again what an ended gig can no longer earn, also after a correction.

    Money of work that the client has not decided on stays reserved.
    """
    reserve = _lock_reserve_of(gig.opportunity)
    if reserve is None or not gig.has_ended:
        return
    unearned = _unearned_paise(reserve, gig)
    if unearned > 0:
        unearned -= _undecided_paise(reserve, gig)
    if unearned <= 0:
        return
    ended = ReserveRelease.objects.filter(gig=gig, cause=ReserveRelease.Cause.GIG_ENDED).exists()
    causes = ReserveRelease.Cause
    _release(reserve, causes.CORRECTED if ended else causes.GIG_ENDED, gig, unearned, at=at)


@transaction.atomic
def keep_place(*, gig: Gig, at: datetime) -> None:
    """Leave the full pay of a replaced gig for its place, and set aside what the gig can earn.

    Refuses if the client has too little for both.
    """
    reserve = _lock_reserve_of(gig.opportunity)
    if reserve is None:
        return
    lacking = _undecided_paise(reserve, gig) - _unearned_paise(reserve, gig)
    if lacking > 0:
        _increase(reserve, gig, lacking, is_optional=False, at=at)


@transaction.atomic(savepoint=False)
def keep_disputed(*, gig: Gig, at: datetime) -> None:
    """Set aside again what is in dispute at an ended gig, as far as the client has it available.

    Money of a gig that goes on is still there.
    """
    reserve = _lock_reserve_of(gig.opportunity)
    if reserve is None or not gig.has_ended:
        return
    lacking = _undecided_paise(reserve, gig) - max(_unearned_paise(reserve, gig), 0)
    if lacking > 0:
        available = ledger_queries.lock_available(reserve.client)
        lacking = min(lacking, available)
        if lacking > 0:
            _increase(reserve, gig, lacking, is_optional=True, at=at)


def debits_of(payment: Payment, *, at: datetime) -> Debits:
    """The accounts that pay for an earning: the reserve of its opportunity.

    A gig that earns more than was set aside for it takes the rest from what the client has
    available. Where even that is not enough, approved work becomes a debt of the client, so that
    no approval is undone, and so do a few paise of rounded GST; other earnings are refused.
    Opportunities published before clients paid in advance have no reserve.
    """
    gig, needed = payment.gig, payment.gross_paise + payment.client_gst_paise
    receivable = ledger.owned_by_client(AccountKind.CLIENT_RECEIVABLE, gig.client)
    reserve = _lock_reserve_of(gig.opportunity)
    if reserve is None:
        return [(receivable, needed)]
    free = _unearned_paise(reserve, gig) - _disputed_paise(reserve, gig)
    lacking = max(needed - max(free, 0), 0)
    if lacking:
        is_optional = payment.work_id is not None or lacking <= GST_ROUNDING_PAISE
        lacking -= _increase(reserve, gig, lacking, is_optional=is_optional, at=at)
    return [(ledger.reserved(reserve), needed - lacking), (receivable, lacking)]


def with_gst(value_paise: int, gst_bp: int) -> int:
    """An amount that an agent earns, with the GST that the client pays on top."""
    return value_paise + gst_on_top(value_paise, gst_bp)


def _lock_reserve_of(opportunity: Opportunity) -> Reserve | None:
    rows = Reserve.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("client").filter(opportunity=opportunity).first()


def _unearned_paise(reserve: Reserve, gig: Gig) -> int:
    """What is left of the money that was set aside for one gig. The reserve is locked."""
    # The place of a replaced gig, and its money, are for the agent who comes next.
    is_replaced = gig.state == Gig.State.REPLACED
    most = 0 if is_replaced else with_gst(gig.full_pay_paise, reserve.client_gst_bp)
    earned = Leg.objects.filter(
        account__reserve=reserve,
        entry__kind=EntryKind.PAYMENT_OPENED,
        entry__reversed_by=None,
        entry__source_id__in=Payment.objects.filter(gig=gig).values("pk"),
    )
    # One statement, after the lock: what waited for it would be missing in the locking one.
    sums = Reserve.objects.filter(pk=reserve.pk).values_list(
        _sum_of(reserve.increases.filter(gig=gig)),
        _sum_of(reserve.releases.filter(gig=gig)),
        _sum_of(earned),
    )
    increased, released, paid = sums.get()
    return most + int(increased) - int(released) - int(paid)


def _sum_of(rows: QuerySet[Any]) -> Coalesce:
    """The sum of the rows' amounts, as a part of another query."""
    sums = rows.order_by().values(same=Value(1)).annotate(paise=Sum("amount_paise"))
    return Coalesce(Subquery(sums.values("paise")), 0, output_field=BigIntegerField())


def _undecided_paise(reserve: Reserve, gig: Gig) -> int:
    """What the gig still earns if all its work under review is approved."""
    each = gig_queries.undecided_paise(gig)
    return sum(with_gst(gross, reserve.client_gst_bp) for gross in each)


def _disputed_paise(reserve: Reserve, gig: Gig) -> int:
    """What stays set aside for disputes of the gig that are not resolved."""
    each = gig_queries.disputed_paise(gig)
    return sum(with_gst(gross, reserve.client_gst_bp) for gross in each)


def _increase(reserve: Reserve, gig: Gig, paise: int, *, is_optional: bool, at: datetime) -> int:
    """Set more aside for a gig. Returns how much: with `is_optional` perhaps nothing."""
    try:
        _require_available(reserve.client, paise)
    except FundsTooLow:
        if is_optional:
            return 0
        raise
    increase = ReserveIncrease.objects.create(reserve=reserve, gig=gig, amount_paise=paise)
    _move(EntryKind.RESERVE_INCREASED, increase, reserve, paise, at=at)
    return paise


def _require_available(client: Client, paise: int) -> None:
    """Lock what the client has available, and refuse if it is less."""
    available = ledger_queries.lock_available(client)
    if available < paise:
        reference = deposits.open_funding(client).reference
        raise FundsTooLow(needed_paise=paise, available_paise=available, reference=reference)


def _move(
    kind: EntryKind,
    source: Reserve | ReserveIncrease | ReserveRelease,
    reserve: Reserve,
    paise: int,
    *,
    at: datetime,
) -> None:
    """Post money from available to the reserve, or back if `paise` is below zero."""
    amounts = [
        (ledger.owned_by_client(AccountKind.CLIENT_AVAILABLE, reserve.client), paise),
        (ledger.reserved(reserve), -paise),
    ]
    ledger.post_entry(kind=kind, source=source, at=at, amounts=amounts)


def _release(reserve: Reserve, cause: str, gig: Gig | None, paise: int, *, at: datetime) -> None:
    release = ReserveRelease.objects.create(
        reserve=reserve, cause=cause, gig=gig, amount_paise=paise
    )
    _move(EntryKind.RESERVE_RELEASED, release, reserve, -paise, at=at)
