"""Where an agent's money goes. Each change is a new version, noted and told to the agent."""

from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.models import Agent, User
from hitouch.core.crypto import blind_index
from hitouch.core.errors import Refusal
from hitouch.core.masking import last_four
from onboarding import queries, rules
from onboarding.models import BankAccount
from onboarding.services import guards


class BadIfsc(Refusal):
    """Not the form of an IFSC."""

    code = "bad_ifsc"
    status = 422
    field = "ifsc"
    message = "An IFSC has 11 characters, four letters, a zero and six more: HDFC0001234."


class BadAccountNumber(Refusal):
    """Not the form of an Indian account number."""

    code = "bad_account_number"
    status = 422
    field = "account_number"
    message = "An account number has 9 to 18 digits, without letters."


@transaction.atomic
def save_bank_account(
    *,
    agent: Agent,
    holder_name: str,
    ifsc: str,
    account_number: str,
    by: User,
    at: datetime,
) -> BankAccount:
    """Keep a new version of the account, unless nothing changed."""
    held = guards.lock(agent)
    guards.refuse_full_aadhaar({"holder_name": holder_name})
    ifsc, number = "".join(ifsc.split()).upper(), "".join(account_number.split())
    if not rules.IFSC.fullmatch(ifsc):
        raise BadIfsc
    if not rules.ACCOUNT_NUMBER.fullmatch(number):
        raise BadAccountNumber
    was = queries.bank_account_of(held)
    index = blind_index("bank-account", f"{ifsc} {number}")
    if was and (was.number_index, was.holder_name) == (index, holder_name):
        return was
    account = BankAccount.objects.create(
        agent=held,
        version=was.version + 1 if was else 1,
        holder_name=holder_name,
        ifsc=ifsc,
        account_number=number,
        last_four=number[-4:],
        number_index=index,
        added_at=at,
    )
    _note(held, was, account, by, at)
    return account


def _note(
    agent: Agent, was: BankAccount | None, account: BankAccount, by: User, at: datetime
) -> None:
    old: dict[str, object] = {"account": was.masked, "ifsc": was.ifsc} if was else {}
    new: dict[str, object] = {"account": account.masked, "ifsc": account.ifsc}
    audit.record(by=by, action="bank_account.saved", on=account, at=at, old=old, new=new)
    guards.tell(agent, template="bank_account_saved", at=at, account=last_four(account.last_four))
