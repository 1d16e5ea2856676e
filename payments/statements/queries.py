"""What an agent has earned: totals, the list of payments, and the breakdown of one."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Case, Count, F, Prefetch, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from accounts.models import Agent
from gigs.models import Gig, Work, WorkSession
from hitouch.core import money
from hitouch.core.india_time import Month, day_of
from payments.models import Payment, PaymentHold, PayoutEvent, TaxRule, Withholding


@dataclass(frozen=True)
class Earnings:
    """What an agent has been paid, and what is still to come, after deductions."""

    paid_paise: int
    outstanding_paise: int
    payments: int
    #: Of what is still to come: on hold, and returned or not carried out by the bank.
    held_paise: int = 0
    failed_paise: int = 0


@dataclass(frozen=True)
class BreakdownLine:
    """One line of the payment breakdown. Deductions are negative."""

    label: str
    amount_paise: int
    note: str = ""


def payments_of(agent: Agent) -> QuerySet[Payment]:
    """An agent's payments, newest first, with the related rows that a list shows."""
    payments = Payment.objects.filter(agent=agent).order_by("-opened_at", "id")
    payments = payments.select_related("gig__client", "corrects")
    holds = Prefetch("holds", PaymentHold.objects.order_by("placed_at"))
    return payments.prefetch_related("payouts", "items", holds)


def payment_in_full(agent: Agent, payment_id: UUID) -> QuerySet[Payment]:
    """One payment of the agent with the related rows that its page shows."""
    payments = payments_of(agent).filter(pk=payment_id)
    payments = payments.select_related(
        "agent", "correction", "work", "tax_rule", "fee_rule", "withholding__rule",
        "withholding__year", "withholding__certificate",
    )  # fmt: skip
    return payments.prefetch_related(
        "events", "work__sessions__claim__slot", "work__reviews", "work__refused_parts",
        "items__payout__batch", "items__payout__decisions",
        Prefetch("items__payout__events", PayoutEvent.objects.order_by("at", "pk")),
    )  # fmt: skip


def earnings_of(agent: Agent) -> Earnings:
    """Total earnings of an agent, after deductions."""
    paid = Q(state=Payment.State.COMPLETED)
    sums = Payment.objects.filter(agent=agent).aggregate(
        paid=Sum("net_paise", filter=paid, default=0),
        coming=Sum("net_paise", filter=~paid, default=0),
        failed=Sum("net_paise", filter=Q(state=Payment.State.FAILED), default=0),
        count=Count("pk"),
    )
    holds = PaymentHold.objects.filter(payment__agent=agent, released_at=None).exclude(
        payment__state=Payment.State.COMPLETED
    )
    held = holds.aggregate(paise=Sum(Coalesce("amount_paise", "payment__net_paise"), default=0))[
        "paise"
    ]
    return Earnings(sums["paid"], sums["coming"], sums["count"], held, sums["failed"])


@dataclass(frozen=True)
class MonthlyEarnings:
    """What arrived within one month, and all that is still to come; after deductions."""

    month: Month
    paid_paise: int
    payments: int
    outstanding_paise: int
    awaiting_payout_paise: int


def earnings_in(month: Month, agent: Agent) -> MonthlyEarnings:
    """Earnings of an agent in a month, by the moment at which each payment arrived."""
    state = Payment.State
    arrived = Q(state=state.COMPLETED, paid_at__gte=month.starts_at, paid_at__lt=month.ends_at)
    unsent = Q(state__in=[state.PENDING, state.FAILED])
    sums = Payment.objects.filter(agent=agent).aggregate(
        paid=Sum("net_paise", filter=arrived, default=0),
        count=Count("pk", filter=arrived),
        coming=Sum("net_paise", filter=~Q(state=state.COMPLETED), default=0),
        unsent=Sum("net_paise", filter=unsent, default=0),
    )
    return MonthlyEarnings(month, sums["paid"], sums["count"], sums["coming"], sums["unsent"])


def payments_unpaid_first(agent: Agent) -> QuerySet[Payment]:
    """Unpaid payments, oldest first, followed by paid ones, newest first."""
    coming = Case(When(state=Payment.State.COMPLETED, then=1), default=0)
    payments = Payment.objects.filter(agent=agent).select_related("gig__client")
    return payments.order_by(coming, F("paid_at").desc(nulls_last=True), "opened_at", "id")


def worked_time_of(payment: Payment) -> list[str]:
    """The paid time of each session of an hourly payment, as text."""
    if payment.kind != Payment.Kind.HOURS or payment.work is None:
        return []
    sessions = sorted(payment.work.sessions.all(), key=lambda session: session.started_at)
    return [
        f"{day_of(session.started_at):%d %b %Y}, {_hours_text(_approved(session, payment.work))}"
        for session in sessions
    ]


def _approved(session: WorkSession, work: Work) -> timedelta:
    """The paid time of a session without the minutes that the client refused."""
    refused = [
        part.ends_at - part.starts_at
        for part in work.refused_parts.all()
        if part.session_id == session.pk and part.starts_at and part.ends_at
    ]
    return session.counted - sum(refused, timedelta(0))


def _hours_text(time: timedelta) -> str:
    hours, seconds = divmod(int(time.total_seconds()), 3600)
    minutes, seconds = divmod(seconds, 60)
    parts = [(hours, "h"), (minutes, "min"), (seconds, "s")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 min"


def _tax_sentence(row: Withholding) -> str:
    """How the tax of a payment was worked out, for the agent."""
    rule, reason = row.rule, row.reason
    if reason == Withholding.Reason.REVERSED:
        return "Taken back with the payment."
    if reason == Withholding.Reason.BELOW_THRESHOLDS:
        sentence = f"No tax {_thresholds_of(rule)}."
    else:
        full = money.rupees(row.taxed_paise - row.certified_paise)
        sentence = f"{money.percent(row.rate_bp)} of {full}"
        if row.taxed_paise > row.base_paise:
            sentence += ", which includes earlier payments of the financial year"
        sentence += "." if row.has_pan else ", the rate without a PAN."
    if row.certificate:
        part = money.rupees(row.certified_paise)
        sentence += f" {money.percent(row.certificate.rate_bp)} of {part} by {row.certificate}."
    if (before := row.owed_before_paise) > 0:
        sentence += f" {money.rupees(before)} was still due from earlier payments."
    if (after := row.owed_paise) > 0:
        more = money.rupees(after)
        sentence += f" {more} more will be taken from your next payment in this financial year."
    return sentence


def _thresholds_of(rule: TaxRule) -> str:
    single, yearly = rule.free_up_to_paise, rule.yearly_free_up_to_paise
    limits = [f"up to {money.rupees(single)} at once"] if single else []
    if yearly:
        limits.append(f"up to {money.rupees(yearly)} in the financial year")
    return " and ".join(limits)


def breakdown_of(payment: Payment) -> list[BreakdownLine]:
    """The gross amount and each deduction."""
    tax, fee = payment.tax_rule, payment.fee_rule
    gst_note = f"{money.percent(payment.gst_bp)} of the platform fee"
    tax_note = f"{_tax_sentence(payment.withholding)} {tax.source}".strip()
    fee_note = f"{money.percent(payment.fee_bp)} of the gross amount. {fee.source}".strip()
    return [
        BreakdownLine("Gross amount", payment.gross_paise),
        BreakdownLine("Tax deducted at source (TDS)", -payment.tds_paise, tax_note),
        BreakdownLine("Platform fee", -payment.fee_paise, fee_note),
        BreakdownLine("GST on the platform fee", -payment.gst_paise, gst_note),
    ]


def facts_for_both_sides(gig: Gig) -> list[dict[str, object]]:
    """The payments of a gig without tax, fees and transfers, which are the agent's own."""
    return [
        {
            "id": str(row.pk),
            "opened_at": row.opened_at.isoformat(),
            "kind": row.kind,
            "gross_paise": row.gross_paise,
            "reference": row.reference,
        }
        for row in Payment.objects.filter(gig=gig).order_by("opened_at", "pk")
    ]
