"""What payments says on an agent's home page: this month's money, and what is to come."""

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
from payments import queries
from payments.models import Payment
from payments.queries import MonthlyEarnings

SHOWN = 3


def for_home(visit: DashboardRequest) -> Contribution:
    """Always net: what reaches the agent's account, after tax and the platform's fee."""
    earned = queries.earnings_in(month_of(visit.now), visit.agent)
    payments = list(queries.payments_to_come(visit.agent)[:SHOWN])
    todo = _held_money(earned.unsent_paise, visit)
    return Contribution((todo,) if todo else (), (_panel(earned, payments, visit),))


def _held_money(paise: int, visit: DashboardRequest) -> ToDo | None:
    """Money that waits only because no account of the agent can be paid to."""
    account, url = visit.account, reverse("onboarding:bank-account")
    if not paise or (account and account.in_use):
        return None
    title = f"{money.rupees(paise)} is waiting for your bank account"
    if account is None:
        text, action = "Add a bank account so that we can pay you.", "Add bank account"
        return ToDo("held_money", Urgency.MONEY, title, text, action, url, "warn")
    return ToDo(
        "held_money", Urgency.MONEY, title, account.sentence, "View bank account", url, "warn"
    )


def _panel(earned: MonthlyEarnings, payments: list[Payment], visit: DashboardRequest) -> Panel:
    figures = [
        PanelFigure("paid_this_month", f"Paid in {earned.month.name}", paise=earned.paid_paise),
        PanelFigure("on_the_way", "Still to come", paise=earned.on_the_way_paise),
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
        lines=tuple(map(_line, payments)),
        empty=None if payments else _empty(visit),
        note="After tax and platform fee." if payments else "",
    )


def _line(payment: Payment) -> PanelLine:
    gig = payment.work.gig
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


def _empty(visit: DashboardRequest) -> EmptyState:
    text = "No payments yet. When a client approves your work, the payment appears here."
    if visit.account is None:
        return EmptyState(text, "Add bank account", reverse("onboarding:bank-account"))
    return EmptyState(text, "View bank account", reverse("onboarding:bank-account"))
