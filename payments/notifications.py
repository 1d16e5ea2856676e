"""What an agent is told about money, by mail, or by SMS when there is no address."""

from datetime import datetime

from hitouch.core import money
from hitouch.core.outbox import services as outbox
from payments.models import Payment


def tell(
    payment: Payment, template: str, *, at: datetime, text: str = "", **context: object
) -> None:
    """Queue one message to the agent of a payment, in the caller's transaction."""
    agent = payment.agent
    contact = agent.user.email or agent.user.phone
    if not contact:
        return
    facts: dict[str, object] = {
        "name": agent.given_name,
        "title": payment.work.gig.title,
        "amount": money.rupees(payment.net_paise),
        "reference": payment.reference,
        **context,
    }
    outbox.queue_message(contact=contact, template=template, text=text, context=facts, at=at)
