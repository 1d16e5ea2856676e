"""What staff do on a client's behalf: the same services, with a typed reason in the audit log."""

from collections.abc import Callable
from datetime import datetime

from django.db import models, transaction

from accounts.models import User
from accounts.security import audit
from gigs.models import Client
from hitouch.core.errors import ReasonRequired, Refusal

ROLE = "operations"


class NotOperations(Refusal):
    """Only the role operations acts for clients."""

    code = "not_operations"
    status = 403
    message = "Your role does not allow you to act for clients."


@transaction.atomic
def act_for_client(
    act: str,
    service: Callable[..., object],
    *,
    client: Client,
    on: models.Model,
    why: str,
    by: User,
    at: datetime,
) -> object:
    """Call a service, which has its row, for a client; the audit log says who, for whom and why.

    The rules of the service hold as for the client's own members, also that nobody decides on what
    concerns themselves.
    """
    if not by.has_role(ROLE):
        raise NotOperations
    if not why.strip():
        raise ReasonRequired(
            "Enter what the client asked for, and how.", code="reason_missing", field="reason"
        )
    made = service(by=by, at=at)
    new: dict[str, object] = {"client": client.name, "act": act, "why": why.strip()}
    audit.record_event(by=by, action="client.acted_for", on=on, at=at, new=new)
    return made
