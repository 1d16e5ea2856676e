"""Who is paid where: the one account that money goes to now."""

from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import Agent
from onboarding.models import AccountFreeze, BankAccount


@dataclass(frozen=True)
class Payee:
    """Where an agent's money goes: one version of one account."""

    bank_account_id: str
    kind: str
    holder_name: str
    ifsc: str
    last_four: str
    masked: str
    account_number: str = field(repr=False)
    vpa: str = field(repr=False)


def bank_account_of(agent: Agent) -> BankAccount | None:
    """The newest version of the agent's account, whatever is known about it."""
    return BankAccount.objects.filter(agent=agent).newest_first().first()


def account_in_use(agent: Agent, now: datetime) -> BankAccount | None:
    """The newest version that is verified and past its wait, while nobody stopped payments."""
    return BankAccount.objects.filter(agent=agent).usable_at(now).newest_first().first()


def payee_of(agent: Agent, now: datetime) -> Payee | None:
    """Where to send the agent's money now, or None while there is no account to trust."""
    account = account_in_use(agent, now)
    if account is None:
        return None
    return Payee(
        bank_account_id=str(account.pk),
        kind=account.kind,
        holder_name=account.holder_name,
        ifsc=account.ifsc,
        last_four=account.last_four,
        masked=account.masked,
        account_number=account.account_number,
        vpa=account.vpa,
    )


def open_freeze_of(agent: Agent) -> AccountFreeze | None:
    """What stops the agent's payments, if somebody said that it was not them."""
    return AccountFreeze.objects.filter(account__agent=agent, outcome="").first()
