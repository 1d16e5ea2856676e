"""Save bank accounts and UPI IDs. Each change is a new version, verified and notified."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import Agent, User
from accounts.security import audit, locks
from hitouch.core.crypto import blind_index
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal
from hitouch.core.india_time import next_day
from hitouch.core.jobs.dispatch import enqueue_on_commit
from hitouch.core.printing.printed_text import HOLDER_SIGNS, clean_name
from onboarding import identifiers
from onboarding.models import AccountFreeze, AccountTest, BankAccount
from onboarding.payees import notifications, queries, rules
from onboarding.reference import ifsc as reference_ifsc
from onboarding.steps import gates

Kind = BankAccount.Kind
MONTH = timedelta(days=30)


class InvalidIfsc(Refusal):
    """The IFSC has the wrong format."""

    code = "bad_ifsc"
    status = 422
    field = "ifsc"
    message = "Enter an 11-character IFSC, such as HDFC0001234."


class UnknownBranch(Refusal):
    """No branch has this IFSC."""

    code = "unknown_branch"
    status = 422
    field = "ifsc"
    message = (
        "We couldn't find this IFSC. Check it against your passbook. If it's correct, contact us "
        "from the Help page."
    )


class BankMerged(Refusal):
    """The IFSC belonged to a bank that merged into another one."""

    code = "bank_merged"
    status = 422
    field = "ifsc"

    def __init__(self, merger: reference_ifsc.Merger) -> None:
        self.members = {"bank": merger.new_name, "letters": merger.new_letters}
        merged_on = f"{merger.merged_on.day} {merger.merged_on:%B %Y}"
        super().__init__(
            f"{merger.name} merged into {merger.new_name} on {merged_on}, so this "
            f"IFSC no longer works. Your branch has a new one that starts with "
            f"{merger.new_letters}. Find it in a newer cheque book or passbook, or ask your bank."
        )


class InvalidAccountNumber(Refusal):
    """The account number has the wrong format."""

    code = "bad_account_number"
    status = 422
    field = "account_number"
    message = "Enter the account number as in your passbook: 9 to 18 digits, without a dot."


class InvalidVpa(Refusal):
    """The UPI ID has the wrong format."""

    code = "bad_vpa"
    status = 422
    field = "vpa"
    message = "Enter a UPI ID such as name@bank."


class TooManyAccounts(Refusal):
    """Daily limit: each account costs a test, and fraudsters try many."""

    code = "too_many_accounts"
    message = "You've added too many accounts today. Try again tomorrow."


class TooManyAccountsThisMonth(TooManyAccounts):
    """Monthly limit for one person."""

    code = "too_many_accounts_this_month"
    message = "You've added too many accounts in the last 30 days. Contact us from the Help page."


class AccountNotOpen(gates.StepNotOpen):
    """The steps before the first bank account are not complete."""

    def __init__(self, *, open_key: str) -> None:
        super().__init__(open_key=open_key)
        self.args = (
            "You can add a bank account once your documents are approved. Complete this step "
            f"first: {gates.TITLES[open_key].lower()}.",
        )


class PaymentsOnHold(Refusal):
    """An account was reported as unknown; staff have to resolve that first."""

    code = "payments_stopped"
    message = (
        "Your payments are on hold because an account was reported as not yours. "
        "Our team will contact you. You can't add another account until then."
    )


@dataclass(frozen=True)
class _AccountDetails:
    """Normalised details of an account."""

    kind: str
    ifsc: str = ""
    number: str = ""
    vpa: str = ""

    @property
    def number_index(self) -> str:
        return blind_index("bank-account", self.vpa or f"{self.ifsc} {self.number}")

    def columns(self) -> dict[str, str]:
        shown = rules.masked_vpa(self.vpa) if self.vpa else self.number[-4:]
        return {
            "kind": self.kind,
            "ifsc": self.ifsc,
            "account_number": self.number,
            "vpa": self.vpa,
            "handle": self.vpa.partition("@")[2],
            "last_four": shown,
            "number_index": self.number_index,
        }


@transaction.atomic
def save_bank_account(
    *,
    agent: Agent,
    holder_name: str,
    by: User,
    at: datetime,
    kind: str = Kind.BANK,
    ifsc: str = "",
    account_number: str = "",
    vpa: str = "",
) -> BankAccount:
    """Save a new version of the account and verify it, unless nothing changed."""
    locked = locks.lock_active_agent(agent)
    holder_name = clean_name(holder_name, signs=HOLDER_SIGNS, field="holder_name")
    identifiers.refuse_full_aadhaar({"holder_name": holder_name, "vpa": vpa})
    require_identity(locked)
    if queries.open_freeze_of(locked):
        raise PaymentsOnHold
    details = _upi_details(vpa) if kind == Kind.UPI else _bank_details(ifsc, account_number)
    previous = queries.bank_account_of(locked)
    if previous and _is_unchanged(previous, details, holder_name):
        return _verify_again(locked, previous, at)
    _require_daily_quota(locked, at)
    account = BankAccount.objects.create(
        agent=locked,
        version=previous.version + 1 if previous else 1,
        holder_name=holder_name,
        added_at=at,
        usable_from=at + timedelta(hours=settings.HITOUCH_ACCOUNT_COOLING_HOURS),
        **details.columns(),
    )
    _cancel_other_tests(account, at)
    schedule_verification(account, at=at)
    _record_and_notify(previous, account, by, at)
    return account


def require_identity(agent: Agent) -> None:
    """Raise `AccountNotOpen` unless it is known who the agent is.

    Each account costs a deposit out of a daily budget that all agents share, so an account comes
    after approved documents. Who was cleared once may always change the account.
    """
    if agent.clearings.exists():
        return
    try:
        gates.require(agent, step="assessment")
    except gates.StepNotOpen as refusal:
        raise AccountNotOpen(open_key=refusal.open_key) from refusal


def identity_refusal(agent: Agent) -> AccountNotOpen | None:
    """The same for pages: the refusal, or None if the agent may add an account."""
    try:
        require_identity(agent)
    except AccountNotOpen as refusal:
        return refusal
    return None


def _is_unchanged(previous: BankAccount, details: _AccountDetails, holder_name: str) -> bool:
    """Whether nothing changed. An account that was withdrawn counts as changed."""
    same = (previous.number_index, previous.holder_name) == (details.number_index, holder_name)
    return same and not previous.freezes.exclude(outcome=AccountFreeze.Outcome.KEPT).exists()


def schedule_verification(
    account: BankAccount, *, at: datetime, due: datetime | None = None
) -> AccountTest:
    """Create a verification test for the account and enqueue its task."""
    test = AccountTest.objects.create(account=account, asked_at=at, next_try_at=due or at)
    enqueue_on_commit("onboarding.tasks.test_account", test_id=str(test.pk))
    return test


def bank_of_branch(code: str) -> str:
    """The bank's name of a normalised IFSC. Raises `BankMerged` or `UnknownBranch`."""
    if merger := reference_ifsc.merger_of(code):
        raise BankMerged(merger)
    bank = reference_ifsc.bank_of(code)
    if bank is None:
        raise UnknownBranch
    return bank


def _bank_details(ifsc: str, account_number: str) -> _AccountDetails:
    code, number = rules.normalise_ifsc(ifsc), rules.normalise_account_number(account_number)
    if code is None:
        raise InvalidIfsc
    bank_of_branch(code)
    if number is None:
        raise InvalidAccountNumber
    return _AccountDetails(Kind.BANK, ifsc=code, number=number)


def _upi_details(vpa: str) -> _AccountDetails:
    address = rules.normalise_vpa(vpa)
    if address is None:
        raise InvalidVpa
    return _AccountDetails(Kind.UPI, vpa=address)


def _verify_again(agent: Agent, account: BankAccount, at: datetime) -> BankAccount:
    """Saving the same account again only repeats a failed verification."""
    if not account.tests.exclude(state=AccountTest.State.FAILED).exists():
        _require_daily_quota(agent, at)
        schedule_verification(account, at=at)
    return account


def _require_daily_quota(agent: Agent, at: datetime) -> None:
    todays_tests = AccountTest.objects.filter(
        account__agent=agent, asked_at__gte=next_day(at) - timedelta(days=1)
    )
    if todays_tests.count() >= settings.HITOUCH_ACCOUNT_TESTS_A_DAY:
        raise TooManyAccounts
    of_month = AccountTest.objects.filter(account__agent=agent, asked_at__gt=at - MONTH)
    by_agent = of_month.exclude(reason=AccountTest.Reason.BANK_DOWN)
    if by_agent.count() >= settings.HITOUCH_ACCOUNT_TESTS_A_MONTH:
        raise TooManyAccountsThisMonth


def _cancel_other_tests(account: BankAccount, at: datetime) -> None:
    """Tests of replaced accounts are not continued."""
    others = AccountTest.objects.filter(account__agent=account.agent).exclude(account=account)
    for test in others.exclude(state__in=AccountTest.OVER).select_for_update(of=("self",)):
        why = AccountTest.Reason.REPLACED
        transition(test, to=AccountTest.State.FAILED, by=None, at=at, reason=why, decided_at=at)


def _record_and_notify(
    previous: BankAccount | None, account: BankAccount, by: User, at: datetime
) -> None:
    old: dict[str, object] = {"account": previous.masked, "ifsc": previous.ifsc} if previous else {}
    new: dict[str, object] = {"account": account.masked, "ifsc": account.ifsc}
    audit.record_event(by=by, action="bank_account.saved", on=account, at=at, old=old, new=new)
    notifications.notify_saved(account, previous=previous, at=at)
