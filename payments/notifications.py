"""Messages to agents about payments, by email, or by SMS if there is no address."""

from datetime import datetime

from hitouch.core import money
from hitouch.core.outbox import services as outbox
from payments.models import Payment


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
