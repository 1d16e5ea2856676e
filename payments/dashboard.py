"""Payments on the agent's dashboard: this month's earnings, and money still to come."""

from django.urls import reverse

from hitouch.core import money
from hitouch.core.india_time import month_of
from hitouch.core.web.badges import badge_tone
from onboarding.dashboard.panels import (
    Contribution,
    DashboardRequest,
    EmptyState,
    Panel,
    PanelFigure,
    PanelLine,
    PanelPosition,
    ToDo,
    Urgency,
)
from payments.models import Payment
from payments.statements import queries
from payments.statements.queries import MonthlyEarnings

MAX_LINES = 3


def contribution(request: DashboardRequest) -> Contribution:
    """The payments panel, and a to-do if money waits for a bank account. Amounts are net."""
    earned = queries.earnings_in(month_of(request.now), request.agent)
    payments = list(queries.payments_unpaid_first(request.agent)[:MAX_LINES])
    todo = _bank_account_todo(earned.awaiting_payout_paise, request)
    return Contribution((todo,) if todo else (), (_payments_panel(earned, payments, request),))


def _bank_account_todo(paise: int, request: DashboardRequest) -> ToDo | None:
    """A to-do if payments wait only because the agent has no usable bank account."""
    account, url = request.account, reverse("onboarding:bank-account")
    if not paise or (account and account.in_use):
        return None
    title = f"{money.rupees(paise)} is waiting for your bank account"
    if account is None:
        text, action = "Add a bank account so that we can pay you.", "Add bank account"
        return ToDo("held_money", Urgency.MONEY, title, text, action, url, "warn")
    return ToDo(
        "held_money", Urgency.MONEY, title, account.sentence, "View bank account", url, "warn"
    )


def _payments_panel(
    earned: MonthlyEarnings, payments: list[Payment], request: DashboardRequest
) -> Panel:
    figures = [
        PanelFigure("paid_this_month", f"Paid in {earned.month.name}", paise=earned.paid_paise),
        PanelFigure("on_the_way", "Still to come", paise=earned.outstanding_paise),
    ]
    if payments and not payments[0].is_paid:
        word = payments[0].get_state_display()
        figures.append(PanelFigure("next_payout", "Next payment", payments[0].net_paise, note=word))
    return Panel(
        PanelPosition.MONEY,
        "Payments",
        reverse("payments:money"),
        "View payments",
        figures=tuple(figures) if payments else (),
        lines=tuple(map(_payment_line, payments)),
        empty=None if payments else _empty_state(request),
        note="After tax and platform fee." if payments else "",
    )


def _payment_line(payment: Payment) -> PanelLine:
    gig = payment.gig
    return PanelLine(
        key=str(payment.pk),
        title=gig.title,
        note=str(gig.client),
        url=reverse("payments:payment", args=[payment.pk]),
        state=payment.state,
        word=payment.get_state_display(),
        tone=badge_tone(payment.state),
        at=payment.paid_at,
        paise=payment.net_paise,
    )


def _empty_state(request: DashboardRequest) -> EmptyState:
    text = "No payments yet. When a client approves your work, the payment appears here."
    if request.account is None:
        return EmptyState(text, "Add bank account", reverse("onboarding:bank-account"))
    return EmptyState(text, "View bank account", reverse("onboarding:bank-account"))
