"""Messages to the members of a client about its money."""

from datetime import datetime

from accounts.notices import services as notices
from gigs.models import Client, Member
from hitouch.core import money
from payments.ledger import queries as ledger_queries
from payments.models import ClientFunding


def warn_if_low(client: Client, *, at: datetime) -> None:
    """Tell owners and managers once when little is available, until the next deposit."""
    funding = ClientFunding.objects.filter(client=client, warned_at=None).first()
    available = ledger_queries.money_of(client).available_paise
    if funding is None or available >= funding.low_balance_paise:
        return
    ClientFunding.objects.filter(pk=funding.pk).update(warned_at=at, updated_at=at)
    members = client.members.filter(role__in=[Member.Role.OWNER, Member.Role.MANAGER])
    for member in members.select_related("user"):
        notices.notify(
            user=member.user,
            kind="payments/low_balance",
            context={
                "client": client.name,
                "available": money.rupees(available),
                "reference": funding.reference,
            },
            at=at,
        )
