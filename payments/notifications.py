"""Messages to agents about payments, by email, or by SMS if there is no address."""

from datetime import datetime

from hitouch.core import money
from hitouch.core.outbox import services as outbox
from payments.models import Payment, Payout


def notify_agent_of_payout(payout: Payout, template: str, *, at: datetime, **context: str) -> None:
    """Queue one message to the agent about a payout, however many payments it carries."""
    payments = list(payout.payments.select_related("gig").order_by("opened_at", "pk"))
    title = payments[0].gig.title
    if len(payments) > 1:
        title = f"{title} and {len(payments) - 1} more"
    facts = {"title": title, "amount": money.rupees(payout.amount_paise), **context}
    notify_agent(payments[0], template, at=at, text="", **facts)


def notify_agent(
    payment: Payment, template: str, *, at: datetime, text: str = "", **context: object
) -> None:
    """Queue one message to the agent of a payment, in the caller's transaction.

    `text` names the registered SMS text if it differs from the template's name.
    """
    agent = payment.agent
    contact = agent.user.email or agent.user.phone
    if not contact:
        return
    variables: dict[str, object] = {
        "name": agent.given_name,
        "title": payment.gig.title,
        "amount": money.rupees(payment.net_paise),
        "reference": payment.reference,
        **context,
    }
    outbox.queue_message(contact=contact, template=template, text=text, context=variables, at=at)
