"""Notices to agents about payments."""

from datetime import datetime

from django.urls import reverse

from accounts.notices import services as notices
from hitouch.core import money
from payments.models import Payment, Payout


def notify_agent_of_payout(payout: Payout, template: str, *, at: datetime, **context: str) -> None:
    """Tell the agent once about a payout, however many payments it carries."""
    payments = list(payout.payments.select_related("gig").order_by("opened_at", "pk"))
    title = payments[0].gig.title
    if len(payments) > 1:
        title = f"{title} and {len(payments) - 1} more"
    facts = {"title": title, "amount": money.rupees(payout.amount_paise), **context}
    notify_agent(payments[0], template, at=at, text="", **facts)


def notify_agent(
    payment: Payment, template: str, *, at: datetime, text: str = "", **context: object
) -> None:
    """Tell the agent of a payment, in the caller's transaction.

    `text` names the registered SMS text if it differs from the template's name.
    """
    agent = payment.agent
    variables: dict[str, object] = {
        "name": agent.given_name,
        "title": payment.gig.title,
        "amount": money.rupees(payment.net_paise),
        "reference": payment.reference,
        **context,
    }
    notices.notify(
        user=agent.user,
        kind=template,
        text=text,
        context=variables,
        at=at,
        path=reverse("payments:payment", args=[payment.pk]),
    )
