"""Takes secrets out of texts; keeps those that a case needs, encrypted, and opens them."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from accounts.security import audit
from chatbot.models import SealedSecret, Ticket, TicketMessage
from chatbot.redaction.detection import Redacted, Secret, SecretType, redact
from hitouch.core.errors import Refusal

__all__ = [
    "SEALED_KINDS", "CaseClosed", "NotAssigned", "Redacted", "open_secret", "redact", "seal",
]  # fmt: skip

#: Kinds that a case can need, for example to find a payment. Aadhaar numbers, cards, codes and
#: passwords are never kept.
SEALED_KINDS = frozenset(
    {SecretType.ACCOUNT, SecretType.UPI, SecretType.PAN, SecretType.PHONE, SecretType.EMAIL}
)


class NotAssigned(Refusal):
    """Only the member of support who has the ticket may open a secret of it."""

    code = "not_assigned"
    status = 403
    message = "Only the member of support who has this ticket can open it."


class CaseClosed(Refusal):
    """The ticket is closed, so nobody needs the secret."""

    code = "case_closed"
    message = "The ticket is closed. Reopen it if you still need this."


def seal(
    *, ticket: Ticket, message: TicketMessage | None, secrets: Iterable[Secret]
) -> list[SealedSecret]:
    """Keep, encrypted, the secrets that the case can need. The caller has locked the ticket."""
    needed = [secret for secret in secrets if secret.kind in SEALED_KINDS]
    last = ticket.secrets.aggregate(last=Max("number"))["last"] or 0
    return [
        SealedSecret.objects.create(
            ticket=ticket, message=message, number=number, kind=secret.kind, value=secret.value
        )
        for number, secret in enumerate(needed, start=last + 1)
    ]


@transaction.atomic
def open_secret(*, secret: SealedSecret, by: User, at: datetime, reason: str = "") -> str:
    """The secret, for the member of support who has the ticket; recorded with the reason."""
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=secret.ticket_id)
    if ticket.assigned_to_id != by.pk or ticket.user_id == by.pk or not by.has_role("support"):
        raise NotAssigned
    if ticket.is_resolved:
        raise CaseClosed
    why = f"ticket {ticket.reference}" + (f": {redact(reason).text}" if reason else "")
    facts = {"kind": secret.kind, "number": secret.number, "purpose": why}
    audit.record_event(by=by, action="secret.opened", on=secret, at=at, new=facts)
    return str(secret.value)
